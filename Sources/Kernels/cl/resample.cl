// Depthwise resampling by 2 with a separable filter: images.clh.
//
// x, y    [N, H, W, C], [N, H', W', C]
// launch  (N H'): one row of output pixels

// prelude: images.clh

KERNEL void resample_down(const global float *restrict x, global float *restrict y,
                          constant float *filter, const int length, const int height,
                          const int width, const int channels) {
  const int rows = height / 2, columns = width / 2;
  const int n = get_global_id(0) / rows, i = get_global_id(0) % rows;
  global float *target = y + (size_t)get_global_id(0) * columns * channels;
  for (int j = 0; j < columns; j++)
    for (int c = 0; c < channels; c += 8)
      STORE8(target + (size_t)j * channels + c,
             down_pixel(x, filter, length, height, width, channels, n, i, j, c));
}

KERNEL void resample_up(const global float *restrict x, global float *restrict y,
                        constant float *filter, const int length, const int height,
                        const int width, const int channels) {
  const int rows = height * 2, columns = width * 2;
  const int n = get_global_id(0) / rows, i = get_global_id(0) % rows;
  global float *target = y + (size_t)get_global_id(0) * columns * channels;
  for (int j = 0; j < columns; j++)
    for (int c = 0; c < channels; c += 8)
      STORE8(target + (size_t)j * channels + c,
             up_pixel(x, filter, length, height, width, channels, n, i, j, c));
}
