// One step of training, over all parameters at once: gradients, moments and averages lie as the
// parameters do (ParameterLayout.swift).
//
// launch (ceil(vectors / perItem)), vectors of eight elements, unless said otherwise

#define FOR_VECTORS                                                              \
  const int first = get_global_id(0) * perItem, last = min(first + perItem, vectors); \
  for (size_t i = (size_t)first * 8; i < (size_t)last * 8; i += 8)

// sum += g
KERNEL void accumulate(global float *sum, const global float *g, const int vectors,
                       const int perItem) {
  FOR_VECTORS STORE8(sum + i, LOAD8(sum + i) + LOAD8(g + i));
}

// m = b1 m + c1 g, v = b2 v + c2 g^2 with c = 1 - b, w -= meanFactor m / (rootFactor sqrt(v) + epsilon)
// with g = scale gradient, 0 where that is not finite
KERNEL void adam(global float *w, const global float *gradient, global float *m, global float *v,
                 const int vectors, const int perItem, const float scale, const float b1,
                 const float c1, const float b2, const float c2, const float epsilon,
                 const float meanFactor, const float rootFactor) {
  FOR_VECTORS {
    const float8 raw = LOAD8(gradient + i) * scale;
    const float8 g = select((float8)(0), raw, isfinite(raw));
    const float8 mean = b1 * LOAD8(m + i) + c1 * g;
    const float8 square = b2 * LOAD8(v + i) + c2 * g * g;
    STORE8(m + i, mean);
    STORE8(v + i, square);
    STORE8(w + i, LOAD8(w + i) - meanFactor * mean / (rootFactor * sqrt(square) + epsilon));
  }
}

// average += (1 - beta) (w - average)
KERNEL void average(global float *average, const global float *w, const int vectors,
                    const int perItem, const float weight) {
  FOR_VECTORS {
    const float8 a = LOAD8(average + i);
    STORE8(average + i, a + weight * (LOAD8(w + i) - a));
  }
}

// Forced weight normalisation: w = w / (epsilon + rms(w)) for each row (EDM2 eq. 66)
//
// rows     (offset, length) of each
// launch (rows)
KERNEL void normalize_weights(global float *w, const global int2 *rows, const float epsilon) {
  const int2 row = rows[get_global_id(0)];
  global float *x = w + row.x;
  float squares = 0;
  int i = 0;
  float8 sums = 0;
  for (; i + 8 <= row.y; i += 8) {
    const float8 v = vload8(0, x + i);
    sums = fma(v, v, sums);
  }
  for (; i < row.y; i++) squares = fma(x[i], x[i], squares);
  const float factor = 1.0f / (epsilon + sqrt((total8(sums) + squares) / row.y));
  i = 0;
  for (; i + 8 <= row.y; i += 8) vstore8(vload8(0, x + i) * factor, 0, x + i);
  for (; i < row.y; i++) x[i] *= factor;
}
