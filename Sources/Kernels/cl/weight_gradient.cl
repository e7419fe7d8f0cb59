// Gradient of a convolution for its weights, in parts over runs of output rows:
//
//   partial[part][panel][tap][c][16] = sum over the part's pixels q of g[q, o] x[q + tap, c]
//
// x        [N, H, W, ci], g [N, OH, OW, co], dense rows of padded channels
// launch   (parts, panels)
// ROWS     the register tile is ROWS input channels x 16 output channels: 16, or 4 where a register
//          holds fewer than 16 floats
//
// A few rows of pixels at a time go through all tiles, so that they stay in the cache. Each sum runs
// over the pixels in their order, whatever the tile.

// lint: -DROWS=16 -DHAS_PREFETCH
// lint: -DROWS=4
#ifndef ROWS
#error "ROWS is the height of a register tile; see Lowering+WeightGradients.swift"
#endif

// Pixels between those that are added and those that are fetched.
#define AHEAD 12

// Adds `count` neighbouring pixels to a tile; the second half repeats the first where the panel has
// but eight channels. A pixel is one line of the cache in each array, a stride away from the next:
// without the prefetch a third of the time is spent waiting.
#define ADD_PIXELS(R, px, pg, count)                                                          \
  {                                                                                           \
    const global float *xs = px, *gs = pg;                                                    \
    _Pragma("nounroll") for (int q = 0; q < (count); q++) {                                   \
      PREFETCH(xs + AHEAD * ci);                                                              \
      PREFETCH(gs + AHEAD * co);                                                              \
      const float16 w = (float16)(LOAD8(gs), LOAD8(gs + second));                             \
      _Pragma("unroll") for (int i = 0; i < R; i++) s[i] = fma((float16)(xs[i]), w, s[i]);    \
      xs += ci, gs += co;                                                                     \
    }                                                                                         \
  }

#define LOAD_TILE(R, p) \
  float16 s[R];         \
  _Pragma("unroll") for (int i = 0; i < R; i++) s[i] = LOAD16(p + i * 16);

#define STORE_TILE(R, p) _Pragma("unroll") for (int i = 0; i < R; i++) vstore16(s[i], i, p);

// All tiles of `ci` channels: ROWS at a time, and 8 at the end.
#define FOR_TILES(BODY)                         \
  int c = 0;                                    \
  for (; c + ROWS <= ci; c += ROWS) BODY(ROWS)  \
  for (; c < ci; c += 8) BODY(8)

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
  const int o = panel * 16, second = o + 8 < co ? 8 : 0;
  global float *sums = partial + ((size_t)part * panels + panel) * ci * 16;
  for (int i = 0; i < ci; i++) vstore16((float16)(0), i, sums);
  const int last = min((part + 1) * pixelsPerPart, pixels);
  for (int start = part * pixelsPerPart; start < last; start += 256) {
#define TILE(R)                                                               \
  {                                                                           \
    global float *target = sums + (size_t)c * 16;                             \
    LOAD_TILE(R, target)                                                      \
    ADD_PIXELS(R, x + (size_t)start * ci + c, g + (size_t)start * co + o,     \
               min(256, last - start))                                        \
    STORE_TILE(R, target)                                                     \
  }
    FOR_TILES(TILE)
#undef TILE
  }
}
