// Weights that change from run to run, as in training: what the host does once for the weights of a
// checkpoint. Weights are dense rows, [co, ci, taps], without padding.

static inline void store8(global float *y, const float8 v, const int count) {
  if (count >= 8) {
    vstore8(v, 0, y);
  } else {
    const float s[8] = {v.s0, v.s1, v.s2, v.s3, v.s4, v.s5, v.s6, v.s7};
    for (int i = 0; i < count; i++) y[i] = s[i];
  }
}

// y = x / (epsilon + rms(x)) for rows of `length` elements (EDM2 eq. 66)
// launch (rows)
KERNEL void normalize_rows(const global float *x, global float *y, const int length,
                           const float epsilon) {
  const size_t start = (size_t)get_global_id(0) * length;
  float8 squares = 0;
  for (int i = 0; i < length; i += 8) {
    const float8 v = load8(x + start + i, length - i);
    squares = fma(v, v, squares);
  }
  const float factor = 1.0f / (epsilon + sqrt(total8(squares) / length));
  for (int i = 0; i < length; i += 8)
    store8(y + start + i, load8(x + start + i, length - i) * factor, length - i);
}

// y = g / n - x mean(g x) / (n^2 r), r = rms(x), n = epsilon + r: the gradient of the above
KERNEL void normalize_rows_gradient(const global float *x, const global float *g, global float *y,
                                    const int length, const float epsilon) {
  const size_t start = (size_t)get_global_id(0) * length;
  float8 squares = 0, products = 0;
  for (int i = 0; i < length; i += 8) {
    const float8 v = load8(x + start + i, length - i), w = load8(g + start + i, length - i);
    squares = fma(v, v, squares);
    products = fma(v, w, products);
  }
  const float root = sqrt(total8(squares) / length), norm = epsilon + root;
  const float factor = root > 0 ? total8(products) / length / (norm * norm * root) : 0;
  for (int i = 0; i < length; i += 8) {
    const float8 v = load8(x + start + i, length - i), w = load8(g + start + i, length - i);
    store8(y + start + i, w * (1.0f / norm) - v * factor, length - i);
  }
}

// [co, ci, taps] to [ci, co, taps], the taps in reverse
// launch (ci)
KERNEL void transpose_kernels(const global float *x, global float *y, const int co, const int ci,
                              const int taps) {
  const int i = get_global_id(0);
  for (int o = 0; o < co; o++)
    for (int tap = 0; tap < taps; tap++)
      y[((size_t)i * co + o) * taps + tap] = x[((size_t)o * ci + i) * taps + taps - 1 - tap];
}

// y[i] = x[indices[i]], rows of `length` elements
// launch (rows)
KERNEL void gather_rows(const global float *x, const global float *indices, global float *y,
                        const int length) {
  const int row = get_global_id(0);
  const size_t source = (size_t)indices[row] * length, target = (size_t)row * length;
  for (int i = 0; i < length; i++) y[target + i] = x[source + i];
}

// [co, ci, taps] to [panel][tap][padded ci][16], as convolution.cl reads it
// launch (panels, taps)
KERNEL void pack_direct(const global float *x, global float *y, const int ci, const int padded,
                        const int co, const int taps) {
  const int panel = get_global_id(0), tap = get_global_id(1);
  global float *target = y + ((size_t)panel * taps + tap) * padded * 16;
  for (int c = 0; c < padded; c++)
    for (int lane = 0; lane < 16; lane++) {
      const int o = panel * 16 + lane;
      target[c * 16 + lane] = o < co && c < ci ? x[((size_t)o * ci + c) * taps + tap] : 0;
    }
}

// [co, ci, 3, 3] to U = G w G^T, [position][panel][padded ci][16], as winograd.cl reads it
// g        G, [edge, 3]
// launch (panels, padded / 8)
KERNEL void pack_winograd(const global float *x, const global float *g, global float *y,
                          const int ci, const int padded, const int co, const int taps,
                          const int edge) {
  const int panel = get_global_id(0), panels = get_global_size(0), first = get_global_id(1) * 8;
  const size_t plane = (size_t)panels * padded * 16;
  float w[8][9][16];
  for (int lane = 0; lane < 16; lane++) {
    const int o = panel * 16 + lane;
    for (int c = 0; c < 8; c++) {
      const int isReal = o < co && first + c < ci;
      const global float *source = x + ((size_t)o * ci + first + c) * taps;
      for (int tap = 0; tap < 9; tap++) w[c][tap][lane] = isReal ? source[tap] : 0;
    }
  }
  for (int c = 0; c < 8; c++) {
    global float *target = y + ((size_t)panel * padded + first + c) * 16;
    for (int i = 0; i < edge; i++) {
      float16 row[3];
      for (int l = 0; l < 3; l++)
        row[l] = g[i * 3] * vload16(0, w[c][l]) + g[i * 3 + 1] * vload16(0, w[c][3 + l]) +
                 g[i * 3 + 2] * vload16(0, w[c][6 + l]);
      for (int j = 0; j < edge; j++)
        vstore16(row[0] * g[j * 3] + row[1] * g[j * 3 + 1] + row[2] * g[j * 3 + 2], 0,
                 target + (i * edge + j) * plane);
    }
  }
}
