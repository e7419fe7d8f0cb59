// 3x3 convolution, stride 1, padding 1, by Winograd's F(m x m, 3x3) in three passes.
//
//   V = Bᵀ d B        winograd_input      d: tiles of (m + 2)² input pixels, m apart
//   M[ξ] = V[ξ] U[ξ]  winograd_multiply   ξ: the (m + 2)² positions in a tile
//   y = Aᵀ M A        winograd_output     U = G w Gᵀ is made by the host (Winograd.swift)
//
// or in one pass, `winograd`, where the weights stay in a core's cache.
//
// Interpolation points: 0, ±1 (m = 2); and ±2 (m = 4); and ±1/2 (m = 6); and infinity.
// The input x is x0 | x1, or gain silu(scale0 x0 | scale1 x1) with `activate`: mp_cat and mp_silu
// cost no pass of their own.
//
// V      [ξ][tile / ROWS][ci / 16][ROWS][16], the channels of each source padded to 16
// U      [ξ][panel][ci][16]
// M      [ξ][panel][tile rounded up to ROWS][16]
//        each ξ of V and M padded by 48 floats against cache conflicts
// tiles  N ceil(H / m) ceil(W / m)
// OUTPUT m
// ROWS   rows of the register tile of winograd_multiply: as many as the registers hold
//
// Sums run over the channels in one order, so that bits do not depend on ROWS.

// lint: -DOUTPUT=2 -DROWS=16 -DHAS_PREFETCH
// lint: -DOUTPUT=4 -DROWS=6
// lint: -DOUTPUT=6 -DROWS=11
#if !defined(OUTPUT) || !defined(ROWS)
#error "OUTPUT is 2, 4 or 6, ROWS the height of a register tile; see Lowering+Convolution.swift"
#endif
#define INPUT (OUTPUT + 2)
#define PADDED(channels) (((channels) + 15) & ~15)
#define ROW_TILES ((tiles + ROWS - 1) / ROWS)
#define V_STRIDE ((size_t)ROW_TILES * ROWS * ci + 48)
#define M_STRIDE ((size_t)ROW_TILES * ROWS * 16 * panels + 48)

#if OUTPUT == 2
static inline void input_transform(float16 *r, const float16 *d) {
  r[0] = d[0] - d[2];
  r[1] = d[1] + d[2];
  r[2] = d[2] - d[1];
  r[3] = d[1] - d[3];
}

static inline void output_transform(float16 *y, const float16 *m) {
  y[0] = m[0] + m[1] + m[2];
  y[1] = m[1] - m[2] - m[3];
}
#elif OUTPUT == 4
static inline void input_transform(float16 *r, const float16 *d) {
  const float16 a = d[4] - 4.0f * d[2], b = d[3] - 4.0f * d[1];
  const float16 e = d[4] - d[2], f = 2.0f * (d[3] - d[1]);
  r[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];
  r[1] = a + b;
  r[2] = a - b;
  r[3] = e + f;
  r[4] = e - f;
  r[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];
}

static inline void output_transform(float16 *y, const float16 *m) {
  const float16 a = m[1] + m[2], b = m[1] - m[2], e = m[3] + m[4], f = m[3] - m[4];
  y[0] = m[0] + a + e;
  y[1] = b + 2.0f * f;
  y[2] = a + 4.0f * e;
  y[3] = b + 8.0f * f + m[5];
}
#elif OUTPUT == 6
static inline void input_transform(float16 *r, const float16 *d) {
  r[0] = d[0] - d[6] + 5.25f * (d[4] - d[2]);
  r[7] = d[7] - d[1] + 5.25f * (d[3] - d[5]);
  float16 a = d[2] + d[6] - 4.25f * d[4], b = d[1] + d[5] - 4.25f * d[3];
  r[1] = a + b;
  r[2] = a - b;
  a = d[6] + 0.25f * d[2] - 1.25f * d[4], b = 0.5f * d[1] - 2.5f * d[3] + 2.0f * d[5];
  r[3] = a + b;
  r[4] = a - b;
  a = d[6] + 4.0f * d[2] - 5.0f * d[4], b = 2.0f * d[1] - 2.5f * d[3] + 0.5f * d[5];
  r[5] = a + b;
  r[6] = a - b;
}

static inline void output_transform(float16 *y, const float16 *m) {
  const float16 a = m[1] + m[2], b = m[3] + m[4], c = m[5] + m[6];
  const float16 e = m[1] - m[2], f = m[3] - m[4], g = m[5] - m[6];
  y[0] = m[0] + a + b + 32.0f * c;
  y[2] = a + 4.0f * b + 8.0f * c;
  y[4] = a + 16.0f * b + 2.0f * c;
  y[1] = e + 2.0f * f + 16.0f * g;
  y[3] = e + 8.0f * f + 4.0f * g;
  y[5] = m[7] + e + 32.0f * f + g;
}
#else
#error "OUTPUT is 2, 4 or 6"
#endif

// Transforms the channels of one source of one tile; with `streams` past the caches.
static inline void transform_source(const global float *restrict x, const int channels,
                                    const float scale, const int activate, const float gain,
                                    const global float *restrict zeros, global float *restrict v,
                                    const size_t stride, const int streams, const int image,
                                    const int top, const int left, const int height,
                                    const int width) {
  const global float *p[INPUT][INPUT];
#pragma unroll
  for (int i = 0; i < INPUT; i++)
#pragma unroll
    for (int j = 0; j < INPUT; j++) {
      const int row = top + i, column = left + j;
      p[i][j] = ((uint)row < (uint)height && (uint)column < (uint)width)
                    ? x + (size_t)((image * height + row) * width + column) * channels
                    : zeros;
    }
#pragma nounroll
  for (int c = 0; c < channels; c += 16) {
    const int half_ = c + 8 == channels;
    float16 t[INPUT][INPUT];
#pragma unroll
    for (int j = 0; j < INPUT; j++) {
      float16 d[INPUT], r[INPUT];
#pragma unroll
      for (int i = 0; i < INPUT; i++)
        d[i] = half_ ? (float16)(LOAD8(p[i][j] + c), (float8)(0)) : LOAD16(p[i][j] + c);
      if (activate) {
#pragma unroll
        for (int i = 0; i < INPUT; i++) d[i] = gain * silu16(scale * d[i]);
      }
      input_transform(r, d);
#pragma unroll
      for (int i = 0; i < INPUT; i++) t[i][j] = r[i];
    }
#pragma unroll
    for (int i = 0; i < INPUT; i++) {
      float16 r[INPUT];
      input_transform(r, t[i]);
#pragma unroll
      for (int j = 0; j < INPUT; j++) {
        if (streams)
          STREAM16(v + (i * INPUT + j) * stride + c * ROWS, r[j]);
        else
          vstore16(r[j], 0, v + (i * INPUT + j) * stride + c * ROWS);
      }
    }
  }
}

// V of one tile, from both sources; v points to its row.
static inline void transform_input(const global float *restrict x0, const int c0,
                                   const float scale0, const global float *restrict x1,
                                   const int c1, const float scale1, const int activate,
                                   const float gain, const global float *restrict zeros,
                                   global float *restrict v, const size_t stride,
                                   const int streams, const int height, const int width,
                                   const int tile) {
  const int rows = (height + OUTPUT - 1) / OUTPUT, columns = (width + OUTPUT - 1) / OUTPUT;
  const int image = tile / (rows * columns), place = tile % (rows * columns);
  const int top = place / columns * OUTPUT - 1, left = place % columns * OUTPUT - 1;
  transform_source(x0, c0, scale0, activate, gain, zeros, v, stride, streams, image, top, left,
                   height, width);
  if (c1 > 0)
    transform_source(x1, c1, scale1, activate, gain, zeros, v + PADDED(c0) * ROWS, stride, streams,
                     image, top, left, height, width);
}

// launch (tiles): one tile, all channels
KERNEL void winograd_input(const global float *restrict x0, const int c0, const float scale0,
                           const global float *restrict x1, const int c1, const float scale1,
                           const int activate, const float gain,
                           const global float *restrict zeros, global float *restrict V,
                           const int height, const int width, const int tiles) {
  const int ci = PADDED(c0) + PADDED(c1);
  const int tile = get_global_id(0);
  transform_input(x0, c0, scale0, x1, c1, scale1, activate, gain, zeros,
                  V + (size_t)(tile / ROWS) * ROWS * ci + tile % ROWS * 16, V_STRIDE, 1, height,
                  width, tile);
}

// ROWS tiles times one panel at one ξ: m[i] = sum over c of a[c / 16][i][c % 16] b[c].
static inline void multiply_tile(const global float *a, const global float *b, global float *m,
                                 const int ci) {
  float16 s[ROWS];
#pragma unroll
  for (int i = 0; i < ROWS; i++) s[i] = 0;
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
#pragma unroll
  for (int i = 0; i < ROWS; i++) vstore16(s[i], i, m);
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
    for (int tile = first; tile < last; tile++)
      multiply_tile(A + (size_t)tile * ROWS * ci, B + (size_t)panel * ci * 16,
                    C + ((size_t)panel * ROW_TILES + tile) * ROWS * 16, ci);
}

// One tile and panel of the result; m points to its row, ξ are `stride` apart.
static inline void transform_output(const global float *restrict m, const size_t stride,
                                    global float *restrict y, const int panel, const int co,
                                    const int height, const int width, const int streams,
                                    const int tile, EPILOGUE_PARAMETERS) {
  const int rows = (height + OUTPUT - 1) / OUTPUT, columns = (width + OUTPUT - 1) / OUTPUT;
  const int image = tile / (rows * columns), place = tile % (rows * columns);
  const int top = place / columns * OUTPUT, left = place % columns * OUTPUT;
  float16 t[OUTPUT][INPUT];
#pragma unroll
  for (int j = 0; j < INPUT; j++) {
    float16 d[INPUT], r[OUTPUT];
#pragma unroll
    for (int i = 0; i < INPUT; i++) d[i] = LOAD16(m + (i * INPUT + j) * stride);
    output_transform(r, d);
#pragma unroll
    for (int i = 0; i < OUTPUT; i++) t[i][j] = r[i];
  }
#pragma unroll
  for (int i = 0; i < OUTPUT; i++) {
    float16 r[OUTPUT];
    output_transform(r, t[i]);
    for (int j = 0; j < OUTPUT; j++)
      if (top + i < height && left + j < width)
        store_result(r[j], y, (size_t)(image * height + top + i) * width + left + j, image,
                     panel * 16, co, streams, EPILOGUE_ARGUMENTS);
  }
}

// launch (tiles): one tile, all channels
KERNEL void winograd_output(const global float *restrict M, global float *restrict y, const int co,
                            const int height, const int width, const int tiles,
                            EPILOGUE_PARAMETERS) {
  const int panels = (co + 15) / 16;
  const int tile = get_global_id(0);
  const size_t panelSize = (size_t)ROW_TILES * ROWS * 16;
#pragma nounroll
  for (int panel = 0; panel < panels; panel++) {
    const global float *m = M + panel * panelSize + tile * 16;
#pragma unroll
    for (int xi = 0; xi < INPUT * INPUT; xi++) PREFETCH(m + xi * M_STRIDE + panelSize);
    transform_output(m, M_STRIDE, y, panel, co, height, width, 1, tile, EPILOGUE_ARGUMENTS);
  }
}

// All three, ROWS tiles after ROWS tiles: V of all channels, then M of one panel after the other,
// in memory of the item's own that stays in the cache.
//
// scratch  per item: V [ξ][ci / 16][ROWS][16], M [ξ][ROWS][16], each ξ padded by 48
// launch   (ceil(ROW_TILES / tilesPerItem))
KERNEL void winograd(const global float *restrict x0, const int c0, const float scale0,
                     const global float *restrict x1, const int c1, const float scale1,
                     const int activate, const float inputGain,
                     const global float *restrict zeros, const global float *restrict U, global float *restrict scratch,
                     global float *restrict y, const int co, const int height, const int width,
                     const int tiles, const int tilesPerItem, EPILOGUE_PARAMETERS) {
  const int ci = PADDED(c0) + PADDED(c1), panels = (co + 15) / 16;
  const int first = get_global_id(0) * tilesPerItem;
  const int last = min(first + tilesPerItem, ROW_TILES);
  const size_t vStride = ROWS * ci + 48, mStride = ROWS * 16 + 48;
  global float *V = scratch + get_global_id(0) * (INPUT * INPUT * (vStride + mStride));
  global float *M = V + INPUT * INPUT * vStride;
  for (int group = first; group < last; group++) {
    const int firstTile = group * ROWS, count = min(ROWS, tiles - firstTile);
    for (int i = 0; i < count; i++)
      transform_input(x0, c0, scale0, x1, c1, scale1, activate, inputGain, zeros, V + i * 16,
                      vStride, 0, height, width, firstTile + i);
    for (int panel = 0; panel < panels; panel++) {
      for (int xi = 0; xi < INPUT * INPUT; xi++)
        multiply_tile(V + xi * vStride, U + (size_t)(xi * panels + panel) * ci * 16,
                      M + xi * mStride, ci);
      for (int i = 0; i < count; i++)
        transform_output(M + i * 16, mStride, y, panel, co, height, width, 0, firstTile + i,
                         EPILOGUE_ARGUMENTS);
    }
  }
}

// Gradient of the convolution for its weights (m = 2 or 4), in parts over runs of tiles:
//
//   W = A g Aᵀ               as V from the same tiles of g, of m² pixels
//   P[ξ] = sum over tiles of V[ξ]ᵀ W[ξ]
//   partial[part][panel][tap][c][16] = Gᵀ P G
//
// A work-item holds P for `ciGroup` x `coGroup` channels, multiples of 16, and BLOCK tiles of V and
// W at a time; its register tile is GRADIENT_ROWS x 16 channels.
//
// x, g     [N, H, W, ci], [N, H, W, co], channels padded to 8
// zeros    max(ci, co) zeros
// launch   (parts, ceil(ci / ciGroup), ceil(co / coGroup))
#if OUTPUT < 6
#define POSITIONS (INPUT * INPUT)
#define BLOCK 16
#define GROUP_IN 96
#define GROUP_OUT 64
#define GRADIENT_ROWS (ROWS < 16 ? 4 : 16)

#if OUTPUT == 2
static inline void gradient_transform(float16 *r, const float16 *d) {
  r[0] = d[0];
  r[1] = d[0] + d[1];
  r[2] = d[0] - d[1];
  r[3] = -d[1];
}

static inline void weight_transform(float16 *w, const float16 *p) {
  const float16 a = 0.5f * (p[1] + p[2]);
  w[0] = p[0] + a;
  w[1] = 0.5f * (p[1] - p[2]);
  w[2] = a + p[3];
}
#else
static inline void gradient_transform(float16 *r, const float16 *d) {
  const float16 a = d[0] + d[2], b = d[1] + d[3];
  const float16 e = d[0] + 4.0f * d[2], f = 2.0f * d[1] + 8.0f * d[3];
  r[0] = d[0];
  r[1] = a + b;
  r[2] = a - b;
  r[3] = e + f;
  r[4] = e - f;
  r[5] = d[3];
}

static inline void weight_transform(float16 *w, const float16 *p) {
  const float16 a = p[1] + p[2], b = p[3] + p[4];
  w[0] = 0.25f * p[0] - (1 / 6.0f) * a + (1 / 24.0f) * b;
  w[1] = (1 / 6.0f) * (p[2] - p[1]) + (1 / 12.0f) * (p[3] - p[4]);
  w[2] = (1 / 6.0f) * (b - a) + p[5];
}
#endif

// Pointers to the EDGE² pixels of a tile from (top, left), or to zeros.
#define TILE_POINTERS(EDGE, p, x, channels)                                            \
  const global float *p[EDGE][EDGE];                                                   \
  _Pragma("unroll") for (int i = 0; i < EDGE; i++)                                     \
  _Pragma("unroll") for (int j = 0; j < EDGE; j++) {                                   \
    const int row = top + i, column = left + j;                                        \
    p[i][j] = ((uint)row < (uint)height && (uint)column < (uint)width)                 \
                  ? x + (size_t)((image * height + row) * width + column) * channels   \
                  : zeros;                                                             \
  }

// r = T d Tᵀ of EDGE² pixels for 16 channels from c, stored for each position.
#define TRANSFORM_TILE(EDGE, transform, p, channels, c, target, stride)                \
  {                                                                                    \
    const int half_ = (c) + 8 == channels;                                             \
    float16 t[INPUT][EDGE];                                                            \
    _Pragma("unroll") for (int j = 0; j < EDGE; j++) {                                 \
      float16 d[EDGE], r[INPUT];                                                       \
      _Pragma("unroll") for (int i = 0; i < EDGE; i++)                                 \
        d[i] = half_ ? (float16)(LOAD8(p[i][j] + (c)), (float8)(0)) : LOAD16(p[i][j] + (c)); \
      transform(r, d);                                                                 \
      _Pragma("unroll") for (int i = 0; i < INPUT; i++) t[i][j] = r[i];                \
    }                                                                                  \
    _Pragma("unroll") for (int i = 0; i < INPUT; i++) {                                \
      float16 r[INPUT];                                                                \
      transform(r, t[i]);                                                              \
      _Pragma("unroll") for (int j = 0; j < INPUT; j++)                                \
        *(float16 *)((target) + (i * INPUT + j) * (stride)) = r[j];                    \
    }                                                                                  \
  }

KERNEL void winograd_weight_gradient(const global float *restrict x, const int ci,
                                     const int ciGroup, const global float *restrict g,
                                     const int co, const int coGroup,
                                     const global float *restrict zeros,
                                     global float *restrict partial, const int height,
                                     const int width, const int tiles, const int tilesPerPart) {
  const int part = get_global_id(0), panels = (co + 15) / 16;
  const int firstIn = get_global_id(1) * ciGroup, firstOut = get_global_id(2) * coGroup;
  const int inputs = min(ciGroup, PADDED(ci) - firstIn);
  const int outputs = min(coGroup, PADDED(co) - firstOut);
  const int rows = (height + OUTPUT - 1) / OUTPUT, columns = (width + OUTPUT - 1) / OUTPUT;
  float16 V16[POSITIONS * (BLOCK * GROUP_IN / 16 + 1)];
  float16 W16[POSITIONS * (BLOCK * GROUP_OUT / 16 + 1)];
  float16 P16[POSITIONS * GROUP_IN * GROUP_OUT / 16];
  float *V = (float *)V16, *W = (float *)W16, *P = (float *)P16;
  // One line more than needed, against cache conflicts.
  const int vStride = BLOCK * inputs + 16, wStride = BLOCK * outputs + 16;
  for (int k = 0; k < POSITIONS * inputs * outputs / 16; k++) P16[k] = 0;

  const int last = min((part + 1) * tilesPerPart, tiles);
  for (int start = part * tilesPerPart; start < last; start += BLOCK) {
    const int count = min(BLOCK, last - start);
#pragma nounroll
    for (int k = 0; k < count; k++) {
      const int tile = start + k, image = tile / (rows * columns), place = tile % (rows * columns);
      int top = place / columns * OUTPUT - 1, left = place % columns * OUTPUT - 1;
      TILE_POINTERS(INPUT, p, x, ci)
#pragma nounroll
      for (int c = 0; c < inputs; c += 16)
        TRANSFORM_TILE(INPUT, input_transform, p, ci, firstIn + c, V + k * inputs + c, vStride)
      top++, left++;
      TILE_POINTERS(OUTPUT, q, g, co)
#pragma nounroll
      for (int c = 0; c < outputs; c += 16)
        TRANSFORM_TILE(OUTPUT, gradient_transform, q, co, firstOut + c, W + k * outputs + c,
                       wStride)
    }
    float *target = P;
#pragma nounroll
    for (int xi = 0; xi < POSITIONS; xi++)
#pragma nounroll
      for (int o = 0; o < outputs; o += 16)
#pragma nounroll
        for (int c = 0; c < inputs; c += GRADIENT_ROWS) {
          const float *a = V + xi * vStride + c, *b = W + xi * wStride + o;
          float16 s[GRADIENT_ROWS];
#pragma unroll
          for (int i = 0; i < GRADIENT_ROWS; i++) s[i] = *(float16 *)(target + i * 16);
#pragma nounroll
          for (int k = 0; k < count; k++) {
            const float16 w = *(const float16 *)b;
#pragma unroll
            for (int i = 0; i < GRADIENT_ROWS; i++) s[i] = fma((float16)(a[i]), w, s[i]);
            a += inputs, b += outputs;
          }
#pragma unroll
          for (int i = 0; i < GRADIENT_ROWS; i++) *(float16 *)(target + i * 16) = s[i];
          target += GRADIENT_ROWS * 16;
        }
  }

  for (int o = 0; o < outputs; o += 16) {
    const int panel = (firstOut + o) / 16;
    for (int c = 0; c < min(inputs, ci - firstIn); c++) {
      const float *p = P + (o * inputs + c * 16);
      float16 t[3][INPUT];
#pragma unroll
      for (int j = 0; j < INPUT; j++) {
        float16 d[INPUT], r[3];
#pragma unroll
        for (int i = 0; i < INPUT; i++)
          d[i] = *(const float16 *)(p + (i * INPUT + j) * inputs * outputs);
        weight_transform(r, d);
        t[0][j] = r[0], t[1][j] = r[1], t[2][j] = r[2];
      }
#pragma unroll
      for (int i = 0; i < 3; i++) {
        float16 r[3];
        weight_transform(r, t[i]);
        for (int j = 0; j < 3; j++)
          vstore16(r[j], 0,
                   partial + ((((size_t)part * panels + panel) * 9 + i * 3 + j) * ci +
                              firstIn + c) * 16);
      }
    }
  }
}
#endif
