// Passes over activations that no convolution takes along.
//
// x views: a row of x starts at x + offset + row stride; y is dense with `padded` channels, of
// which the first `channels` are real. Offsets and strides are multiples of 8.
// launch (ceil(rows / rowsPerItem)), rows = N rows per image

// prelude: copy.clh

#define FOR_ROWS                                           \
  const int first = get_global_id(0) * rowsPerItem;        \
  const int padded = (channels + 7) & ~7;                  \
  for (int row = first; row < min(first + rowsPerItem, rows); row++)

// Up to three functions one after the other; -1 is none. Functions as in
// Lowering+Elementwise.swift.
#define FUNCTIONS                                                                         \
  const int f0, const float a0, const float b0, const int f1, const float a1,             \
      const float b1, const int f2, const float a2, const float b2

static inline float8 apply(const int function, const float a, const float b, const float8 v) {
  switch (function) {
    case 0: return a * silu8(v);
    case 1: return cos(v);
    case 2: return exp(v);
    case 3: return log(v);
    case 4: return sqrt(v);
    case 5: return 1.0f / v;
    case 6: return a * v + b;
    case 7: return clamp(v, (float8)(a), (float8)(b));
    case 8: return sigmoid8(v);
    case 9: return select((float8)(0), (float8)(1), v >= a && v <= b);
    case 10: return gelu8(v);
    default: return v;
  }
}

// A loop, so that the functions are compiled once.
static inline float8 apply_all(float8 v, FUNCTIONS) {
  const int f[3] = {f0, f1, f2};
  const float a[3] = {a0, a1, a2}, b[3] = {b0, b1, b2};
#pragma nounroll
  for (int i = 0; i < 3 && f[i] >= 0; i++) v = apply(f[i], a[i], b[i], v);
  return v;
}
#define APPLY(v) apply_all(v, f0, a0, b0, f1, a1, b1, f2, a2, b2)

// y = f(x)
KERNEL void unary(const global float *x, const int offset, const int stride, global float *y,
                  const int channels, const int rows, const int rowsPerItem, FUNCTIONS) {
  FOR_ROWS {
    const global float *source = x + offset + (size_t)row * stride;
    for (int c = 0; c < padded; c += 8)
      STORE8(y + (size_t)row * padded + c, masked(APPLY(LOAD8(source + c)), c, channels));
  }
}

// y = f(x + z) (function 0) or f(x z) (1); z is read at row / divisor, and its first channel alone
// if `scalar`
KERNEL void binary(const global float *x, const int offset, const int stride,
                   const global float *z, const int zOffset, const int zStride, const int divisor,
                   const int scalar, global float *y, const int channels, const int rows,
                   const int rowsPerItem, const int function, FUNCTIONS) {
  FOR_ROWS {
    const global float *source = x + offset + (size_t)row * stride;
    const global float *other = z + zOffset + (size_t)(row / divisor) * zStride;
    for (int c = 0; c < padded; c += 8) {
      const float8 v = LOAD8(source + c);
      const float8 w = scalar ? (float8)(other[0]) : LOAD8(other + c);
      const float8 r = function ? v * w : v + w;
      STORE8(y + (size_t)row * padded + c, masked(APPLY(r), c, channels));
    }
  }
}

// y = a x + b z (EDM2 eq. 88 with its balance in a and b)
KERNEL void combine(const global float *x, const int offset, const int stride, const float a,
                    const global float *z, const int zOffset, const int zStride, const float b,
                    global float *y, const int channels, const int rows, const int rowsPerItem) {
  FOR_ROWS {
    const global float *source = x + offset + (size_t)row * stride;
    const global float *other = z + zOffset + (size_t)row * zStride;
    for (int c = 0; c < padded; c += 8)
      STORE8(y + (size_t)row * padded + c,
             masked(a * LOAD8(source + c) + b * LOAD8(other + c), c, channels));
  }
}

// y = gain silu(scale0 x0 | scale1 x1), or without silu: mp_cat and mp_silu in front of a direct
// convolution. x0, x1 dense with c0, c1 padded channels.
KERNEL void activate(const global float *x0, const int c0, const float scale0,
                     const global float *x1, const int c1, const float scale1, global float *y,
                     const int rows, const int rowsPerItem, const int silu, const float gain) {
  const int first = get_global_id(0) * rowsPerItem;
  for (int row = first; row < min(first + rowsPerItem, rows); row++) {
    global float *target = y + (size_t)row * (c0 + c1);
    for (int c = 0; c < c0; c += 8) {
      const float8 v = scale0 * LOAD8(x0 + (size_t)row * c0 + c);
      STORE8(target + c, silu ? gain * silu8(v) : v);
    }
    for (int c = 0; c < c1; c += 8) {
      const float8 v = scale1 * LOAD8(x1 + (size_t)row * c1 + c);
      STORE8(target + c0 + c, silu ? gain * silu8(v) : v);
    }
  }
}

// x / (epsilon + rms(x)) over runs of `width` channels (EDM2 eq. 66); pixel norm if width is
// `channels`. With `activates`, pixel norm also stores active = gain silu of it.
KERNEL void normalize_channels(const global float *x, const int offset, const int stride,
                               global float *y, const int channels, const int rows,
                               const int rowsPerItem, const int width, const float epsilon,
                               const int activates, global float *active, const float gain) {
  FOR_ROWS {
    const global float *source = x + offset + (size_t)row * stride;
    global float *target = y + (size_t)row * padded;
    if (width == channels) {  // padding is zero and does not count in the sum
      float8 squares = 0;
      for (int c = 0; c < padded; c += 8) {
        const float8 v = masked(LOAD8(source + c), c, channels);
        squares = fma(v, v, squares);
      }
      const float factor = 1.0f / (epsilon + sqrt(total8(squares) / width));
      for (int c = 0; c < padded; c += 8) {
        const float8 v = masked(LOAD8(source + c) * factor, c, channels);
        STORE8(target + c, v);
        if (activates) STORE8(active + (size_t)row * padded + c, gain * silu8(v));
      }
    } else {
      for (int group = 0; group < channels; group += width) {
        float squares = 0;
        for (int c = group; c < group + width; c++) squares = fma(source[c], source[c], squares);
        const float factor = 1.0f / (epsilon + sqrt(squares / width));
        for (int c = group; c < group + width; c++) target[c] = source[c] * factor;
      }
      for (int c = channels; c < padded; c++) target[c] = 0;
    }
  }
}

// (x - mean) / sqrt(variance + epsilon) over the channels: layer norm before its gain and bias.
KERNEL void standardize(const global float *x, const int offset, const int stride, global float *y,
                        const int channels, const int rows, const int rowsPerItem,
                        const float epsilon) {
  FOR_ROWS {
    const global float *source = x + offset + (size_t)row * stride;
    float8 sum = 0, squares = 0;
    for (int c = 0; c < padded; c += 8) sum += masked(LOAD8(source + c), c, channels);
    const float mean = total8(sum) / channels;
    for (int c = 0; c < padded; c += 8) {
      const float8 v = masked(LOAD8(source + c) - mean, c, channels);
      squares = fma(v, v, squares);
    }
    const float factor = 1.0f / sqrt(total8(squares) / channels + epsilon);
    for (int c = 0; c < padded; c += 8)
      STORE8(y + (size_t)row * padded + c,
             masked((LOAD8(source + c) - mean) * factor, c, channels));
  }
}

// y[n, 0] = table[0], y[n, 1 + p] = x[n, p] + table[1 + p]
//
// table   [tokens][channels] without padding; tokens: rows of y of one image
KERNEL void tokens(const global float *x, const int offset, const int stride,
                   const global float *table, global float *y, const int channels, const int rows,
                   const int rowsPerItem, const int tokens) {
  FOR_ROWS {
    const int n = row / tokens, token = row % tokens;
    const global float *source = x + offset + (size_t)max(row - n - 1, 0) * stride;
    for (int c = 0; c < padded; c += 8) {
      float8 v = load8(table + (size_t)token * channels + c, channels - c);
      if (token > 0) v += masked(LOAD8(source + c), c, channels);
      STORE8(y + (size_t)row * padded + c, v);
    }
  }
}

// copy_rows
KERNEL void copy_channels(const global float *x, const int stride, const int from,
                          global float *y, const int yStride, const int to, const int count,
                          const int rows, const int rowsPerItem, const int last) {
  const int first = get_global_id(0) * rowsPerItem;
  copy_rows(x + (size_t)first * stride, stride, from, y + (size_t)first * yStride, yStride, to,
            count, last, min(rowsPerItem, rows - first));
}
