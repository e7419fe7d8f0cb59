// Depthwise resampling by 2 with a separable filter (EDM2 and EDM networks).
//
//   down  y[i, j] = sum over k, l of f[k] f[l] x[2i + k - pad, 2j + l - pad]
//   up    y[i, j] = 4 sum of f[k] f[l] x[p, q] over 2p + k - pad = i, 2q + l - pad = j
//
// with pad = (length - 1) / 2, x zero outside the image, f of sum 1.
//
// x, y    [N, H, W, C], [N, H', W', C]
// filter  [length]
// launch  (N H'): one row of output pixels

KERNEL void resample_down(const global float *restrict x, global float *restrict y,
                          constant float *filter, const int length, const int height,
                          const int width, const int channels) {
  const int pad = (length - 1) / 2, rows = height / 2, columns = width / 2;
  const int n = get_global_id(0) / rows, i = get_global_id(0) % rows;
  for (int j = 0; j < columns; j++) {
    global float *target = y + (size_t)((n * rows + i) * columns + j) * channels;
    for (int c = 0; c < channels; c += 8) {
      float8 sum = 0;
      for (int k = 0; k < length; k++) {
        const int p = 2 * i + k - pad;
        if ((uint)p >= (uint)height) continue;
        for (int l = 0; l < length; l++) {
          const int q = 2 * j + l - pad;
          if ((uint)q >= (uint)width) continue;
          const float weight = filter[k] * filter[l];
          sum = fma(weight, LOAD8(x + (size_t)((n * height + p) * width + q) * channels + c), sum);
        }
      }
      STORE8(target + c, sum);
    }
  }
}

KERNEL void resample_up(const global float *restrict x, global float *restrict y,
                        constant float *filter, const int length, const int height,
                        const int width, const int channels) {
  const int pad = (length - 1) / 2, rows = height * 2, columns = width * 2;
  const int n = get_global_id(0) / rows, i = get_global_id(0) % rows;
  for (int j = 0; j < columns; j++) {
    global float *target = y + (size_t)((n * rows + i) * columns + j) * channels;
    for (int c = 0; c < channels; c += 8) {
      float8 sum = 0;
      for (int k = (i + pad) & 1; k < length; k += 2) {
        const int p = (i + pad - k) / 2;
        if (i + pad < k || p >= height) continue;
        for (int l = (j + pad) & 1; l < length; l += 2) {
          const int q = (j + pad - l) / 2;
          if (j + pad < l || q >= width) continue;
          const float weight = 4.0f * filter[k] * filter[l];
          sum = fma(weight, LOAD8(x + (size_t)((n * height + p) * width + q) * channels + c), sum);
        }
      }
      STORE8(target + c, sum);
    }
  }
}
