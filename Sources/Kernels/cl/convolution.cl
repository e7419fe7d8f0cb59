// Direct convolution of any kernel size, stride and zero padding, without bias.
//
//   y[n, p, o] = epilogue(sum over taps, c of w[o, c, tap] x[n, p stride + tap - padding, c])
//
// x0, x1   [N, H, W, c0], [N, H, W, c1]: x is their concatenation along the channels; c1 may be 0
// weights  [panel][tap][c0 + c1][16]
// zeros    max(c0, c1) zeros: what pixels outside the image read
// y        [N, OH, OW, co]
// pixels   N OH OW
// launch   (ceil(tiles / tilesPerItem), ceil(panels / panelsPerItem)); a tile is 6 output pixels
//
// The register tile is 6 pixels x 16 output channels: 12 accumulators of float8. Each output is one
// chain of fused multiply-adds in a fixed order, so that its bits depend neither on the tile that
// it lies in nor on the batch.

#define STEP(k)                                                          \
  {                                                                      \
    const float8 b0 = LOAD8(b + (k) * 16), b1 = LOAD8(b + (k) * 16 + 8); \
    float8 v = p0[c + k];                                                \
    s00 = fma(v, b0, s00), s01 = fma(v, b1, s01);                        \
    v = p1[c + k];                                                       \
    s10 = fma(v, b0, s10), s11 = fma(v, b1, s11);                        \
    v = p2[c + k];                                                       \
    s20 = fma(v, b0, s20), s21 = fma(v, b1, s21);                        \
    v = p3[c + k];                                                       \
    s30 = fma(v, b0, s30), s31 = fma(v, b1, s31);                        \
    v = p4[c + k];                                                       \
    s40 = fma(v, b0, s40), s41 = fma(v, b1, s41);                        \
    v = p5[c + k];                                                       \
    s50 = fma(v, b0, s50), s51 = fma(v, b1, s51);                        \
  }

// Row i of the tile: its output pixel (the last one repeated at the end) and where it lies.
#define PIXEL(i)                                  \
  const int q##i = min(6 * tile + i, pixels - 1); \
  const int n##i = q##i / area, r##i = q##i % area, oy##i = r##i / outWidth, ox##i = r##i % outWidth;

// Where row i reads its tap in source x with `channels` channels.
#define SOURCE(i, x, channels)                                                           \
  const int y##i = oy##i * stride + ky - padTop, x##i = ox##i * stride + kx - padLeft;   \
  const global float *p##i =                                                             \
      ((uint)y##i < (uint)height && (uint)x##i < (uint)width)                            \
          ? x + (size_t)((n##i * height + y##i) * width + x##i) * channels               \
          : zeros;

#define ACCUMULATE(x, channels)                                                           \
  {                                                                                       \
    SOURCE(0, x, channels)                                                                \
    SOURCE(1, x, channels)                                                                \
    SOURCE(2, x, channels)                                                                \
    SOURCE(3, x, channels)                                                                \
    SOURCE(4, x, channels)                                                                \
    SOURCE(5, x, channels)                                                                \
    _Pragma("nounroll") for (int c = 0; c < channels; c += 8) {                           \
      STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) STEP(6) STEP(7) b += 8 * 16;        \
    }                                                                                     \
  }

// The same without a kernel window: 1x1, stride 1, no padding.
#define ACCUMULATE_1X1(x, channels)                                                       \
  {                                                                                       \
    const global float *p0 = x + (size_t)q0 * channels, *p1 = x + (size_t)q1 * channels;  \
    const global float *p2 = x + (size_t)q2 * channels, *p3 = x + (size_t)q3 * channels;  \
    const global float *p4 = x + (size_t)q4 * channels, *p5 = x + (size_t)q5 * channels;  \
    _Pragma("nounroll") for (int c = 0; c < channels; c += 8) {                           \
      STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) STEP(6) STEP(7) b += 8 * 16;        \
    }                                                                                     \
  }

#define STORE_ROW(i)                                                                      \
  {                                                                                       \
    float8 v = s##i##0;                                                                   \
    EPILOGUE(v, n##i, q##i, co, o)                                                        \
    STORE8(y + (size_t)q##i * co + o, v);                                                 \
    if (o + 8 < co) {                                                                     \
      v = s##i##1;                                                                        \
      EPILOGUE(v, n##i, q##i, co, o + 8)                                                  \
      STORE8(y + (size_t)q##i * co + o + 8, v);                                           \
    }                                                                                     \
  }

KERNEL void convolution(const global float *restrict x0, const int c0,
                        const global float *restrict x1, const int c1,
                        const global float *restrict weights, const global float *restrict zeros,
                        global float *restrict y, const int co, const int height, const int width,
                        const int outHeight, const int outWidth, const int kernelHeight,
                        const int kernelWidth, const int stride, const int padTop,
                        const int padLeft, const int pixels, const int tilesPerItem,
                        const int panelsPerItem, EPILOGUE_PARAMETERS) {
  const int area = outHeight * outWidth;
  const int tiles = (pixels + 5) / 6, panels = (co + 15) / 16;
  const int firstTile = get_global_id(0) * tilesPerItem;
  const int lastTile = min(firstTile + tilesPerItem, tiles);
  const int firstPanel = get_global_id(1) * panelsPerItem;
  const int lastPanel = min(firstPanel + panelsPerItem, panels);
  for (int panel = firstPanel; panel < lastPanel; panel++) {
    const int o = panel * 16;
    const size_t panelSize = (size_t)kernelHeight * kernelWidth * (c0 + c1) * 16;
    for (int tile = firstTile; tile < lastTile; tile++) {
      PIXEL(0) PIXEL(1) PIXEL(2) PIXEL(3) PIXEL(4) PIXEL(5)
      float8 s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0;
      float8 s30 = 0, s31 = 0, s40 = 0, s41 = 0, s50 = 0, s51 = 0;
      const global float *b = weights + panel * panelSize;
      for (int ky = 0; ky < kernelHeight; ky++)
        for (int kx = 0; kx < kernelWidth; kx++) {
          ACCUMULATE(x0, c0)
          ACCUMULATE(x1, c1)
        }
      STORE_ROW(0) STORE_ROW(1) STORE_ROW(2) STORE_ROW(3) STORE_ROW(4) STORE_ROW(5)
    }
  }
}

// y[n, p, o] = epilogue(sum over c of w[o, c] x[n, p, c]): 1x1 convolutions and linear layers.
//
// area     pixels of one image
// weights  [panel][c0 + c1][16]
// launch   as above; the panels of an item share its pixels, which stay in the cache
KERNEL void convolution_1x1(const global float *restrict x0, const int c0,
                            const global float *restrict x1, const int c1,
                            const global float *restrict weights, global float *restrict y,
                            const int co, const int area, const int pixels,
                            const int tilesPerItem, const int panelsPerItem,
                            EPILOGUE_PARAMETERS) {
  const int tiles = (pixels + 5) / 6, panels = (co + 15) / 16;
  const int firstTile = get_global_id(0) * tilesPerItem;
  const int lastTile = min(firstTile + tilesPerItem, tiles);
  const int firstPanel = get_global_id(1) * panelsPerItem;
  const int lastPanel = min(firstPanel + panelsPerItem, panels);
  for (int panel = firstPanel; panel < lastPanel; panel++) {
    const int o = panel * 16;
    for (int tile = firstTile; tile < lastTile; tile++) {
      const int first = 6 * tile, last = pixels - 1;
      const int q0 = first, q1 = min(first + 1, last), q2 = min(first + 2, last);
      const int q3 = min(first + 3, last), q4 = min(first + 4, last), q5 = min(first + 5, last);
      float8 s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0;
      float8 s30 = 0, s31 = 0, s40 = 0, s41 = 0, s50 = 0, s51 = 0;
      const global float *b = weights + (size_t)panel * (c0 + c1) * 16;
      ACCUMULATE_1X1(x0, c0)
      ACCUMULATE_1X1(x1, c1)
      // The image of a row matters to the embedding's factor alone.
      const int image = (steps & 1) ? area : last + 1;
      const int n0 = q0 / image, n1 = q1 / image, n2 = q2 / image;
      const int n3 = q3 / image, n4 = q4 / image, n5 = q5 / image;
      STORE_ROW(0) STORE_ROW(1) STORE_ROW(2) STORE_ROW(3) STORE_ROW(4) STORE_ROW(5)
    }
  }
}
