// Gradient of a convolution for its weights, in parts over runs of output rows:
//
//   partial[part][panel][tap][c][16] = sum over the part's pixels q of g[q, o] x[q + tap, c]
//
// x        [N, H, W, ci], g [N, OH, OW, co], dense rows of padded channels
// launch   (parts, panels)
//
// A few rows of pixels at a time go through all tiles, so that they stay in the cache. Each sum runs
// over the pixels in their order, whatever the tile.

// prelude: weight_gradient.clh
// lint: -DTILE_ROWS=16 -DHAS_PREFETCH
// lint: -DTILE_ROWS=4

KERNEL void weight_gradient(const global float *restrict x, const int ci,
                            const global float *restrict g, const int co,
                            global float *restrict partial, const int rows, const int rowsPerPart,
                            const int height, const int width, const int outHeight,
                            const int outWidth, const int kernelHeight, const int kernelWidth,
                            const int padTop, const int padLeft) {
  const int part = get_global_id(0), panel = get_global_id(1), panels = get_global_size(1);
  const int o = panel * 16, second = o + 8 < co ? 8 : 0;
  const int taps = kernelHeight * kernelWidth;
  global float *sums = partial + ((size_t)part * panels + panel) * taps * ci * 16;
  for (int i = 0; i < taps * ci; i++) vstore16((float16)(0), i, sums);
  const int last = min((part + 1) * rowsPerPart, rows);
  const int block = max(1, 256 / outWidth);
  for (int start = part * rowsPerPart; start < last; start += block) {
    const int end = min(start + block, last);
    for (int tap = 0; tap < taps; tap++) {
      const int dy = tap / kernelWidth - padTop, dx = tap % kernelWidth - padLeft;
      const int ox = max(0, -dx), count = min(outWidth, width - dx) - ox;
#define TILE(R)                                                                       \
  {                                                                                   \
    global float *target = sums + ((size_t)tap * ci + c) * 16;                        \
    LOAD_TILE(R, target)                                                              \
    for (int row = start; row < end; row++) {                                         \
      const int n = row / outHeight, iy = row % outHeight + dy;                       \
      if (iy < 0 || iy >= height) continue;                                           \
      ADD_PIXELS(R, x + ((size_t)(n * height + iy) * width + ox + dx) * ci + c,       \
                 g + ((size_t)row * outWidth + ox) * co + o, count)                   \
    }                                                                                 \
    STORE_TILE(R, target)                                                             \
  }
      FOR_TILES(TILE)
#undef TILE
    }
  }
}

// The same for 1x1 convolutions and linear layers: rows of pixels without neighbours.
KERNEL void weight_gradient_1x1(const global float *restrict x, const int ci,
                                const global float *restrict g, const int co,
                                global float *restrict partial, const int pixels,
                                const int pixelsPerPart) {
  const int part = get_global_id(0), panel = get_global_id(1), panels = get_global_size(1);
  global float *sums = partial + ((size_t)part * panels + panel) * ci * 16;
  for (int i = 0; i < ci; i++) vstore16((float16)(0), i, sums);
  const int last = min((part + 1) * pixelsPerPart, pixels);
  for (int start = part * pixelsPerPart; start < last; start += 256)
    add_products(x + (size_t)start * ci, ci, g + (size_t)start * co, co, panel, sums,
                 min(256, last - start));
}
