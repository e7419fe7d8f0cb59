// 3x3 convolution, stride 1, padding 1 or 0, by Winograd's F(m x m, 3x3) with m = 2 or 4 in one pass: what
// winograd.cl does in three, with the same sums in the same order, for weights that stay in the cache.
//
// A work-item transforms ROWS tiles of x, then makes the products and the results of one panel of 16
// channels after the other; nothing but x and y goes through memory. Arguments as in winograd.cl.
//
// CHANNELS the largest number of input channels, each source padded to 16
// launch   (ceil(tiles / ROWS), ceil(panels / panelsPerItem))

// prelude: winograd.clh
// lint: -DOUTPUT=2 -DROWS=6 -DCHANNELS=64 -DPAD=0
// lint: -DOUTPUT=4 -DROWS=16 -DCHANNELS=192 -DHAS_PREFETCH
#ifndef CHANNELS
#error "CHANNELS is chosen by the host; see Lowering+Winograd.swift"
#endif
#define POSITIONS (INPUT * INPUT)

KERNEL void winograd_fused(const global float *restrict x0, const int c0, const float scale0,
                           const global float *restrict x1, const int c1, const float scale1,
                           const int activate, const float inputGain,
                           const global float *restrict zeros, const global float *restrict U,
                           global float *restrict y, const int co, const int height,
                           const int width, const int tiles, const int panelsPerItem,
                           EPILOGUE_PARAMETERS) {
  const int ci = PADDED(c0) + PADDED(c1), panels = (co + 15) / 16;
  const int first = get_global_id(0) * ROWS, count = min(ROWS, tiles - first);
  // One line more than needed for each position, against cache conflicts.
  float16 V16[POSITIONS * (ROWS * CHANNELS / 16 + 1)], M[POSITIONS * (ROWS + 1)];
  float *V = (float *)V16;
  const int stride = ROWS * ci + 16;

#define ACTIVATED(v) (activate ? inputGain * silu16(scale * (v)) : (v))
#define STORE(i, r) *(float16 *)(V + (i) * stride + (place16 + c) * ROWS + k * 16) = r
#pragma nounroll
  for (int k = 0; k < ROWS; k++) {
    const int tile = min(first + k, tiles - 1);  // the last one repeated at the end
    LOCATE_TILE(tile)
#pragma nounroll
    for (int source = 0; source < (c1 > 0 ? 2 : 1); source++) {
      const global float *x = source ? x1 : x0;
      const int channels = source ? c1 : c0, place16 = source ? PADDED(c0) : 0;
      const float scale = source ? scale1 : scale0;
      TILE_POINTERS(INPUT, p, x, channels, top - PAD, left - PAD)
#pragma nounroll
      for (int c = 0; c < channels; c += 16)
        TRANSFORM_TILE(INPUT, input_transform, p, channels, c, ACTIVATED, STORE)
    }
  }

  const int firstPanel = get_global_id(1) * panelsPerItem;
  for (int panel = firstPanel; panel < min(firstPanel + panelsPerItem, panels); panel++) {
#pragma nounroll
    for (int xi = 0; xi < POSITIONS; xi++) {
      const float *a = V + xi * stride;
      const global float *b = U + ((size_t)xi * panels + panel) * ci * 16;
      float16 s[ROWS];
#pragma unroll
      for (int i = 0; i < ROWS; i++) s[i] = 0;
#pragma nounroll
      for (int c = 0; c < ci; c += 16) {
#pragma unroll
        for (int k = 0; k < 16; k++) {
          const float16 w = LOAD16(b + k * 16);
#pragma unroll
          for (int i = 0; i < ROWS; i++) s[i] = fma((float16)(a[i * 16 + k]), w, s[i]);
        }
        a += ROWS * 16;
        b += 16 * 16;
      }
#pragma unroll
      for (int i = 0; i < ROWS; i++) M[xi * (ROWS + 1) + i] = s[i];
    }
#pragma nounroll
    for (int k = 0; k < count; k++) {
      LOCATE_TILE(first + k)
      float16 t[OUTPUT][INPUT];
#pragma unroll
      for (int j = 0; j < INPUT; j++) {
        float16 d[INPUT], r[OUTPUT];
#pragma unroll
        for (int i = 0; i < INPUT; i++) d[i] = M[(i * INPUT + j) * (ROWS + 1) + k];
        output_transform(r, d);
#pragma unroll
        for (int i = 0; i < OUTPUT; i++) t[i][j] = r[i];
      }
#pragma unroll
      for (int i = 0; i < OUTPUT; i++) {
        float16 r[OUTPUT];
        output_transform(r, t[i]);
        for (int j = 0; j < OUTPUT; j++)
          if (top + i < RESULT(height) && left + j < RESULT(width))
            store_result(r[j], y,
                         (size_t)(image * RESULT(height) + top + i) * RESULT(width) + left + j,
                         image, panel * 16, co, 1, EPILOGUE_ARGUMENTS);
      }
    }
  }
}
