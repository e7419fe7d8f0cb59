// Resampling, pooling and resizing of images on a GPU: images.clh.
//
// x, y     [N, H, W, C] STORED, [N, H', W', C] RESULTS
// items    N H' W' C / 8: adjacent items have adjacent channels

// prelude: images.clh
// lint: -DHALF=0 -DRESULT_HALF=0
// lint: -DHALF=0 -DRESULT_HALF=1
// lint: -DHALF=1 -DRESULT_HALF=0
// lint: -DHALF=1 -DRESULT_HALF=1
#if !defined(HALF) || !defined(RESULT_HALF)
#error "HALF (activations) and RESULT_HALF are 1 for 16 bits, 0 for floats; see Lowering+GPU.swift"
#endif

// Pixel (i, j) of image n, and its channels from c.
#define BEGIN_PIXEL(rows, columns)                                               \
  const int item = get_global_id(0), vectors = channels / 8;                     \
  if (item >= items) return;                                                     \
  const int c = item % vectors * 8, pixel = item / vectors;                      \
  const int j = pixel % (columns), i = pixel / (columns) % (rows), n = pixel / ((rows) * (columns));

GROUP_KERNEL void gpu_resample_down(const global STORED *restrict x, global RESULTS *restrict y,
                                    constant float *filter, const int length, const int height,
                                    const int width, const int channels, const int items) {
  BEGIN_PIXEL(height / 2, width / 2)
  STORE_RESULT8(y + (size_t)item * 8,
                down_pixel(x, filter, length, height, width, channels, n, i, j, c));
}

GROUP_KERNEL void gpu_resample_up(const global STORED *restrict x, global RESULTS *restrict y,
                                  constant float *filter, const int length, const int height,
                                  const int width, const int channels, const int items) {
  BEGIN_PIXEL(height * 2, width * 2)
  STORE_RESULT8(y + (size_t)item * 8,
                up_pixel(x, filter, length, height, width, channels, n, i, j, c));
}

GROUP_KERNEL void gpu_pool(const global STORED *restrict x, global RESULTS *restrict y,
                           const int kind, const int size, const int stride, const int padding,
                           const int height, const int width, const int outHeight,
                           const int outWidth, const int channels, const int items) {
  BEGIN_PIXEL(outHeight, outWidth)
  STORE_RESULT8(y + (size_t)item * 8,
                pooled_pixel(x, kind, size, stride, padding, height, width, channels, n, i, j, c));
}

GROUP_KERNEL void gpu_resize(const global STORED *restrict x, global RESULTS *restrict y,
                             const global float *restrict rows, const int rowTaps,
                             const global float *restrict columns, const int columnTaps,
                             const int height, const int width, const int outHeight,
                             const int outWidth, const int channels, const int items) {
  BEGIN_PIXEL(outHeight, outWidth)
  STORE_RESULT8(y + (size_t)item * 8, resized_pixel(x, rows, rowTaps, columns, columnTaps, height,
                                                    width, channels, n, i, j, c));
}
