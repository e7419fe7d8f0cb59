// Direct convolution of any kernel size, stride and zero padding, without bias.
//
//   y[n, p, o] = epilogue(sum over taps, c of w[o, c, tap] x[n, p stride + tap - padding, c])
//
// x0, x1   [N, H, W, c0], [N, H, W, c1]: x is their concatenation along the channels; c1 may be 0
// weights  [panel][tap][c0 + c1][16]
// zeros    max(c0, c1) zeros: what pixels outside the image read
// y        [N, OH, OW, co]
// pixels   N OH OW
// launch   (ceil(tiles / tilesPerItem), ceil(panels / panelsPerItem)); a tile is ROWS output pixels
//
// ROWS     height of the register tile of ROWS pixels x 16 output channels: as many as the registers
//          hold. Each output is one chain of fused multiply-adds in a fixed order, so that its bits
//          depend neither on the tile that it lies in nor on the batch.

// prelude: linear.clh
// lint: -DROWS=6
// lint: -DROWS=8 -DHAS_PREFETCH
KERNEL void convolution(const global float *restrict x0, const int c0,
                        const global float *restrict x1, const int c1,
                        const global float *restrict weights, const global float *restrict zeros,
                        global float *restrict y, const int co, const int height, const int width,
                        const int outHeight, const int outWidth, const int kernelHeight,
                        const int kernelWidth, const int stride, const int padTop,
                        const int padLeft, const int pixels, const int tilesPerItem,
                        const int panelsPerItem, EPILOGUE_PARAMETERS) {
  const int area = outHeight * outWidth, panels = (co + 15) / 16;
  const int firstTile = get_global_id(0) * tilesPerItem;
  const int lastTile = min(firstTile + tilesPerItem, TILES);
  const int firstPanel = get_global_id(1) * panelsPerItem;
  const int lastPanel = min(firstPanel + panelsPerItem, panels);
  const size_t panelSize = (size_t)kernelHeight * kernelWidth * (c0 + c1) * 16;
  for (int panel = firstPanel; panel < lastPanel; panel++)
    for (int tile = firstTile; tile < lastTile; tile++) {
      // Output pixels of the tile, the last one repeated at the end.
      int image[ROWS], top[ROWS], left[ROWS];
#pragma unroll
      for (int i = 0; i < ROWS; i++) {
        const int q = min(ROWS * tile + i, pixels - 1), place = q % area;
        image[i] = q / area;
        top[i] = place / outWidth * stride - padTop;
        left[i] = place % outWidth * stride - padLeft;
      }
      float16 s[ROWS];
#pragma unroll
      for (int i = 0; i < ROWS; i++) s[i] = 0;
      const global float *b = weights + panel * panelSize;
      for (int ky = 0; ky < kernelHeight; ky++)
        for (int kx = 0; kx < kernelWidth; kx++) {
          const global float *p[ROWS], *other[ROWS];
#pragma unroll
          for (int i = 0; i < ROWS; i++) {
            const int row = top[i] + ky, column = left[i] + kx;
            const int isInside = (uint)row < (uint)height && (uint)column < (uint)width;
            const size_t source = (size_t)(image[i] * height + row) * width + column;
            p[i] = isInside ? x0 + source * c0 : zeros;
            other[i] = isInside ? x1 + source * c1 : zeros;
          }
          ACCUMULATE(c0)
          if (c1 > 0) {
#pragma unroll
            for (int i = 0; i < ROWS; i++) p[i] = other[i];
            ACCUMULATE(c1)
          }
        }
#pragma unroll
      for (int i = 0; i < ROWS; i++)
        store_result(s[i], y, min(ROWS * tile + i, pixels - 1), image[i], panel * 16, co, 0,
                     EPILOGUE_ARGUMENTS);
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
  const int panels = (co + 15) / 16;
  const int firstTile = get_global_id(0) * tilesPerItem;
  const int lastTile = min(firstTile + tilesPerItem, TILES);
  const int firstPanel = get_global_id(1) * panelsPerItem;
  const int lastPanel = min(firstPanel + panelsPerItem, panels);
  linear_rows(x0, c0, x1, c1, weights, y, co, area, pixels, firstTile, lastTile, firstPanel,
              lastPanel, EPILOGUE_ARGUMENTS);
}
