// 3x3 convolution, stride 1, padding 1, by Winograd's F(m x m, 3x3) in three passes.
//
//   V = Bᵀ d B        winograd_input      d: tiles of (m + 2)² input pixels, m apart
//   M[ξ] = V[ξ] U[ξ]  winograd_multiply   ξ: the (m + 2)² positions in a tile
//   y = Aᵀ M A        winograd_output     U = G w Gᵀ is made by the host (Winograd.swift)
//
// Interpolation points: 0, ±1 (m = 2); and ±2 (m = 4); and ±1/2 (m = 6); and infinity.
// The input x is x0 | x1, or gain silu(scale0 x0 | scale1 x1) with `activate`: mp_cat and mp_silu
// cost no pass of their own.
//
// V      [ξ][tile / 6][ci / 8][6][8], each ξ padded by 48 floats against cache conflicts
// U      [ξ][panel][ci][16]
// M      [ξ][panel][tile rounded up to 6][16], padded likewise
// tiles  N ceil(H / m) ceil(W / m)
// OUTPUT m

// lint: -DOUTPUT=2
// lint: -DOUTPUT=4
// lint: -DOUTPUT=6
#ifndef OUTPUT
#error "OUTPUT is 2, 4 or 6; see ConvolutionAlgorithm.swift"
#endif
#define INPUT (OUTPUT + 2)
#define ROW_TILES ((tiles + 5) / 6)
#define V_STRIDE ((size_t)ROW_TILES * 6 * ci + 48)
#define M_STRIDE ((size_t)ROW_TILES * 6 * 16 * panels + 48)

#if OUTPUT == 2
static inline void input_transform(float8 *r, const float8 *d) {
  r[0] = d[0] - d[2];
  r[1] = d[1] + d[2];
  r[2] = d[2] - d[1];
  r[3] = d[1] - d[3];
}

static inline void output_transform(float8 *y, const float8 *m) {
  y[0] = m[0] + m[1] + m[2];
  y[1] = m[1] - m[2] - m[3];
}
#elif OUTPUT == 4
static inline void input_transform(float8 *r, const float8 *d) {
  const float8 a = d[4] - 4.0f * d[2], b = d[3] - 4.0f * d[1];
  const float8 e = d[4] - d[2], f = 2.0f * (d[3] - d[1]);
  r[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];
  r[1] = a + b;
  r[2] = a - b;
  r[3] = e + f;
  r[4] = e - f;
  r[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];
}

static inline void output_transform(float8 *y, const float8 *m) {
  const float8 a = m[1] + m[2], b = m[1] - m[2], e = m[3] + m[4], f = m[3] - m[4];
  y[0] = m[0] + a + e;
  y[1] = b + 2.0f * f;
  y[2] = a + 4.0f * e;
  y[3] = b + 8.0f * f + m[5];
}
#elif OUTPUT == 6
static inline void input_transform(float8 *r, const float8 *d) {
  r[0] = d[0] - d[6] + 5.25f * (d[4] - d[2]);
  r[7] = d[7] - d[1] + 5.25f * (d[3] - d[5]);
  float8 a = d[2] + d[6] - 4.25f * d[4], b = d[1] + d[5] - 4.25f * d[3];
  r[1] = a + b;
  r[2] = a - b;
  a = d[6] + 0.25f * d[2] - 1.25f * d[4], b = 0.5f * d[1] - 2.5f * d[3] + 2.0f * d[5];
  r[3] = a + b;
  r[4] = a - b;
  a = d[6] + 4.0f * d[2] - 5.0f * d[4], b = 2.0f * d[1] - 2.5f * d[3] + 0.5f * d[5];
  r[5] = a + b;
  r[6] = a - b;
}

static inline void output_transform(float8 *y, const float8 *m) {
  const float8 a = m[1] + m[2], b = m[3] + m[4], c = m[5] + m[6];
  const float8 e = m[1] - m[2], f = m[3] - m[4], g = m[5] - m[6];
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

// Transforms the channels of one source of one tile.
static inline void transform_source(const global float *restrict x, const int channels,
                                    const float scale, const int activate, const float gain,
                                    const global float *restrict zeros, global float *restrict v,
                                    const size_t stride, const int image, const int top,
                                    const int left, const int height, const int width) {
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
  for (int c = 0; c < channels; c += 8) {
    float8 t[INPUT][INPUT];
#pragma unroll
    for (int j = 0; j < INPUT; j++) {
      float8 d[INPUT], r[INPUT];
#pragma unroll
      for (int i = 0; i < INPUT; i++) d[i] = LOAD8(p[i][j] + c);
      if (activate) {
#pragma unroll
        for (int i = 0; i < INPUT; i++) d[i] = gain * silu8(scale * d[i]);
      }
      input_transform(r, d);
#pragma unroll
      for (int i = 0; i < INPUT; i++) t[i][j] = r[i];
    }
#pragma unroll
    for (int i = 0; i < INPUT; i++) {
      float8 r[INPUT];
      input_transform(r, t[i]);
#pragma unroll
      for (int j = 0; j < INPUT; j++) STORE8(v + (i * INPUT + j) * stride + c * 6, r[j]);
    }
  }
}

// launch (tiles): one tile, all channels
KERNEL void winograd_input(const global float *restrict x0, const int c0, const float scale0,
                           const global float *restrict x1, const int c1, const float scale1,
                           const int activate, const float gain,
                           const global float *restrict zeros, global float *restrict V,
                           const int height, const int width, const int tiles) {
  const int ci = c0 + c1;
  const int tile = get_global_id(0);
  const int rows = (height + OUTPUT - 1) / OUTPUT, columns = (width + OUTPUT - 1) / OUTPUT;
  const int image = tile / (rows * columns), place = tile % (rows * columns);
  const int top = place / columns * OUTPUT - 1, left = place % columns * OUTPUT - 1;
  global float *v = V + (size_t)(tile / 6) * 6 * ci + tile % 6 * 8;
  transform_source(x0, c0, scale0, activate, gain, zeros, v, V_STRIDE, image, top, left, height,
                   width);
  if (c1 > 0)
    transform_source(x1, c1, scale1, activate, gain, zeros, v + c0 * 6, V_STRIDE, image, top, left,
                     height, width);
}

#define STEP(k)                                                          \
  {                                                                      \
    const float8 b0 = LOAD8(b + (k) * 16), b1 = LOAD8(b + (k) * 16 + 8); \
    float8 v = a[k];                                                     \
    s00 = fma(v, b0, s00), s01 = fma(v, b1, s01);                        \
    v = a[8 + k];                                                        \
    s10 = fma(v, b0, s10), s11 = fma(v, b1, s11);                        \
    v = a[16 + k];                                                       \
    s20 = fma(v, b0, s20), s21 = fma(v, b1, s21);                        \
    v = a[24 + k];                                                       \
    s30 = fma(v, b0, s30), s31 = fma(v, b1, s31);                        \
    v = a[32 + k];                                                       \
    s40 = fma(v, b0, s40), s41 = fma(v, b1, s41);                        \
    v = a[40 + k];                                                       \
    s50 = fma(v, b0, s50), s51 = fma(v, b1, s51);                        \
  }

// launch (ceil(ROW_TILES / tilesPerItem), ξ): the panel is the outer loop, so that its weights stay
// in the cache while the rows pass by
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
      float8 s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0;
      float8 s30 = 0, s31 = 0, s40 = 0, s41 = 0, s50 = 0, s51 = 0;
      const global float *a = A + (size_t)tile * 6 * ci;
      const global float *b = B + (size_t)panel * ci * 16;
#pragma nounroll
      for (int c = 0; c < ci; c += 8) {
        STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) STEP(6) STEP(7)
        a += 48;
        b += 128;
      }
      global float *o = C + ((size_t)panel * ROW_TILES + tile) * 6 * 16;
      STORE8(o, s00), STORE8(o + 8, s01), STORE8(o + 16, s10), STORE8(o + 24, s11);
      STORE8(o + 32, s20), STORE8(o + 40, s21), STORE8(o + 48, s30), STORE8(o + 56, s31);
      STORE8(o + 64, s40), STORE8(o + 72, s41), STORE8(o + 80, s50), STORE8(o + 88, s51);
    }
}

// launch (tiles): one tile, all channels
KERNEL void winograd_output(const global float *restrict M, global float *restrict y, const int co,
                            const int height, const int width, const int tiles,
                            EPILOGUE_PARAMETERS) {
  const int panels = (co + 15) / 16;
  const int tile = get_global_id(0);
  const int rows = (height + OUTPUT - 1) / OUTPUT, columns = (width + OUTPUT - 1) / OUTPUT;
  const int image = tile / (rows * columns), place = tile % (rows * columns);
  const int top = place / columns * OUTPUT, left = place % columns * OUTPUT;
  const size_t stride = M_STRIDE;
#pragma nounroll
  for (int c = 0; c < co; c += 8) {
    const global float *m = M + ((size_t)(c >> 4) * ROW_TILES * 6 + tile) * 16 + (c & 8);
    float8 t[OUTPUT][INPUT];
#pragma unroll
    for (int j = 0; j < INPUT; j++) {
      float8 d[INPUT], r[OUTPUT];
#pragma unroll
      for (int i = 0; i < INPUT; i++) d[i] = LOAD8(m + (i * INPUT + j) * stride);
      output_transform(r, d);
#pragma unroll
      for (int i = 0; i < OUTPUT; i++) t[i][j] = r[i];
    }
#pragma unroll
    for (int i = 0; i < OUTPUT; i++) {
      float8 r[OUTPUT];
      output_transform(r, t[i]);
      for (int j = 0; j < OUTPUT; j++)
        if (top + i < height && left + j < width) {
          const int pixel = (image * height + top + i) * width + left + j;
          float8 v = r[j];
          EPILOGUE(v, image, pixel, co, c)
          STORE8(y + (size_t)pixel * co + c, v);
        }
    }
  }
}
