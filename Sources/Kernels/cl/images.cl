// Pooling and resizing of images: images.clh.
//
// x, y    [N, H, W, C], [N, H', W', C]
// launch  (N H'): one row of output pixels

// prelude: images.clh

KERNEL void pool(const global float *restrict x, global float *restrict y, const int kind,
                 const int size, const int stride, const int padding, const int height,
                 const int width, const int outHeight, const int outWidth, const int channels) {
  const int n = get_global_id(0) / outHeight, i = get_global_id(0) % outHeight;
  global float *target = y + (size_t)get_global_id(0) * outWidth * channels;
  for (int j = 0; j < outWidth; j++)
    for (int c = 0; c < channels; c += 8)
      STORE8(target + (size_t)j * channels + c,
             pooled_pixel(x, kind, size, stride, padding, height, width, channels, n, i, j, c));
}

KERNEL void resize(const global float *restrict x, global float *restrict y,
                   const global float *restrict rows, const int rowTaps,
                   const global float *restrict columns, const int columnTaps, const int height,
                   const int width, const int outHeight, const int outWidth, const int channels) {
  const int n = get_global_id(0) / outHeight, i = get_global_id(0) % outHeight;
  global float *target = y + (size_t)get_global_id(0) * outWidth * channels;
  for (int j = 0; j < outWidth; j++)
    for (int c = 0; c < channels; c += 8)
      STORE8(target + (size_t)j * channels + c,
             resized_pixel(x, rows, rowTaps, columns, columnTaps, height, width, channels, n, i, j,
                           c));
}
