// 3x3 convolution, stride 1, padding 1 or 0, by Winograd's F(m x m, 3x3) in three passes.
//
//   V = Bᵀ d B        winograd_input      d: tiles of (m + 2)² input pixels, m apart
//   M[ξ] = V[ξ] U[ξ]  winograd_multiply   ξ: the (m + 2)² positions in a tile
//   y = Aᵀ M A        winograd_output     U = G w Gᵀ is made by the host (Winograd.swift)
//
// The input x is x0 | x1, or gain silu(scale0 x0 | scale1 x1) with `activate`: mp_cat and mp_silu
// cost no pass of their own.
//
// V      [ξ][tile / ROWS][ci / 16][ROWS][16], the channels of each source padded to 16
// U      [ξ][panel][ci][16]
// M      [ξ][panel][tile rounded up to ROWS][16]
//        each ξ of V and M padded by 48 floats against cache conflicts
// tiles  of N ceil(H' / m) ceil(W' / m), H' x W' being the size of the result: all, or a part
// first  number of the part's first tile; V and M hold one part at a time
//
// Sums run over the channels in one order, so that bits do not depend on ROWS.

// prelude: winograd.clh
// lint: -DOUTPUT=2 -DROWS=16 -DHAS_PREFETCH
// lint: -DOUTPUT=4 -DROWS=6 -DPAD=0
// lint: -DOUTPUT=6 -DROWS=11
#define ROW_TILES ((tiles + ROWS - 1) / ROWS)
#define V_STRIDE ((size_t)ROW_TILES * ROWS * ci + 48)
#define M_STRIDE ((size_t)ROW_TILES * ROWS * 16 * panels + 48)

// Transforms the channels of one source of one tile.
static inline void transform_source(const global float *restrict x, const int channels,
                                    const float scale, const int activate, const float gain,
                                    const global float *restrict zeros, global float *restrict v,
                                    const size_t stride, const int image, const int top,
                                    const int left, const int height, const int width) {
  TILE_POINTERS(INPUT, p, x, channels, top - PAD, left - PAD)
#define ACTIVATED(v) (activate ? gain * silu16(scale * (v)) : (v))
#define STORE(i, r) STREAM16(v + (i) * stride + c * ROWS, r)
#pragma nounroll
  for (int c = 0; c < channels; c += 16)
    TRANSFORM_TILE(INPUT, input_transform, p, channels, c, ACTIVATED, STORE)
#undef ACTIVATED
#undef STORE
}

// launch (tiles of the part): one tile, all channels
KERNEL void winograd_input(const global float *restrict x0, const int c0, const float scale0,
                           const global float *restrict x1, const int c1, const float scale1,
                           const int activate, const float gain,
                           const global float *restrict zeros, global float *restrict V,
                           const int height, const int width, const int first,
                           const int tiles) {
  const int ci = PADDED(c0) + PADDED(c1), tile = get_global_id(0);
  LOCATE_TILE(first + tile)
  global float *v = V + (size_t)(tile / ROWS) * ROWS * ci + tile % ROWS * 16;
  transform_source(x0, c0, scale0, activate, gain, zeros, v, V_STRIDE, image, top, left, height,
                   width);
  if (c1 > 0)
    transform_source(x1, c1, scale1, activate, gain, zeros, v + PADDED(c0) * ROWS, V_STRIDE, image,
                     top, left, height, width);
}

// launch (ceil(ROW_TILES / tilesPerItem), ξ): the panel is the outer loop, so that its weights stay
// in the cache while the rows pass by. Weights come from memory, once; asked for 4 KB ahead.
KERNEL void winograd_multiply(const global float *restrict V, const global float *restrict U,
                              global float *restrict M, const int ci, const int panels,
                              const int tiles, const int tilesPerItem) {
  const int xi = get_global_id(1);
  const int first = get_global_id(0) * tilesPerItem;
  const int last = min(first + tilesPerItem, ROW_TILES);
  const global float *A = V + xi * V_STRIDE;
  const global float *B = U + (size_t)xi * panels * ci * 16;
  global float *C = M + xi * M_STRIDE;
  for (int panel = 0; panel < panels; panel++)
    for (int tile = first; tile < last; tile++) {
      float16 s[ROWS];
#pragma unroll
      for (int i = 0; i < ROWS; i++) s[i] = 0;
      const global float *a = A + (size_t)tile * ROWS * ci;
      const global float *b = B + (size_t)panel * ci * 16;
#pragma nounroll
      for (int c = 0; c < ci; c += 16) {
#pragma unroll
        for (int k = 0; k < 16; k++) {
          const float16 w = LOAD16(b + k * 16);
          PREFETCH(b + k * 16 + 1024);
#pragma unroll
          for (int i = 0; i < ROWS; i++) s[i] = fma((float16)(a[i * 16 + k]), w, s[i]);
        }
        a += ROWS * 16;
        b += 16 * 16;
      }
      global float *m = C + ((size_t)panel * ROW_TILES + tile) * ROWS * 16;
#pragma unroll
      for (int i = 0; i < ROWS; i++) vstore16(s[i], i, m);
    }
}

// launch (tiles of the part): one tile, all channels
KERNEL void winograd_output(const global float *restrict M, global float *restrict y, const int co,
                            const int height, const int width, const int first, const int tiles,
                            EPILOGUE_PARAMETERS) {
  const int panels = (co + 15) / 16;
  const int tile = get_global_id(0);
  LOCATE_TILE(first + tile)
  const size_t stride = M_STRIDE, panelSize = (size_t)ROW_TILES * ROWS * 16;
#pragma nounroll
  for (int panel = 0; panel < panels; panel++) {
    const global float *m = M + panel * panelSize + tile * 16;
    float16 t[OUTPUT][INPUT];
#pragma unroll
    for (int j = 0; j < INPUT; j++) {
      float16 d[INPUT], r[OUTPUT];
#pragma unroll
      for (int i = 0; i < INPUT; i++) {
        d[i] = LOAD16(m + (i * INPUT + j) * stride);
        PREFETCH(m + (i * INPUT + j) * stride + panelSize);
      }
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
