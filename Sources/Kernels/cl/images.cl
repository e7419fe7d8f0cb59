// Pooling and resizing of images.
//
// x, y    [N, H, W, C], [N, H', W', C]
// launch  (N H'): one row of output pixels

// Largest (kind 0) or mean element of each window of size x size pixels at distance `stride`. The
// mean is over the pixels inside the image (kind 1) or the area of the window (kind 2). Every
// window has a pixel inside.
KERNEL void pool(const global float *restrict x, global float *restrict y, const int kind,
                 const int size, const int stride, const int padding, const int height,
                 const int width, const int outHeight, const int outWidth, const int channels) {
  const int n = get_global_id(0) / outHeight, i = get_global_id(0) % outHeight;
  const int top = max(i * stride - padding, 0), bottom = min(i * stride - padding + size, height);
  for (int j = 0; j < outWidth; j++) {
    const int left = max(j * stride - padding, 0), right = min(j * stride - padding + size, width);
    const int area = kind == 2 ? size * size : (bottom - top) * (right - left);
    const global float *first = x + (size_t)((n * height + top) * width + left) * channels;
    global float *target = y + ((size_t)get_global_id(0) * outWidth + j) * channels;
    for (int c = 0; c < channels; c += 8) {
      float8 v = LOAD8(first + c);
      for (int p = top; p < bottom; p++)
        for (int q = left; q < right; q++) {
          if (p == top && q == left) continue;
          const float8 next = LOAD8(x + (size_t)((n * height + p) * width + q) * channels + c);
          v = kind == 0 ? fmax(v, next) : v + next;
        }
      STORE8(target + c, kind == 0 ? v : v / (float)area);
    }
  }
}

// y[i, j] = sum over k, l of r[i, k] c[j, l] x[s[i] + k, t[j] + l]
//
// rows     [H'][1 + rowTaps]: s[i], then r[i, .]
// columns  [W'][1 + columnTaps]: t[j], then c[j, .]
KERNEL void resize(const global float *restrict x, global float *restrict y,
                   const global float *restrict rows, const int rowTaps,
                   const global float *restrict columns, const int columnTaps, const int height,
                   const int width, const int outHeight, const int outWidth, const int channels) {
  const int n = get_global_id(0) / outHeight, i = get_global_id(0) % outHeight;
  const global float *r = rows + i * (1 + rowTaps);
  const global float *image = x + (size_t)(n * height + (int)r[0]) * width * channels;
  for (int j = 0; j < outWidth; j++) {
    const global float *t = columns + j * (1 + columnTaps);
    const global float *first = image + (size_t)(int)t[0] * channels;
    global float *target = y + ((size_t)get_global_id(0) * outWidth + j) * channels;
    for (int c = 0; c < channels; c += 8) {
      float8 sum = 0;
      for (int k = 0; k < rowTaps; k++)
        for (int l = 0; l < columnTaps; l++)
          sum = fma(r[1 + k] * t[1 + l], LOAD8(first + (size_t)(k * width + l) * channels + c),
                    sum);
      STORE8(target + c, sum);
    }
  }
}
