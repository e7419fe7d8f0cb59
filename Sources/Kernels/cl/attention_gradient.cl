// Gradient of attention, for one image and head at a time. The scores are computed anew:
//
//   P = softmax(q kᵀ scale)   dP = g vᵀ   dS = scale P (dP - sum(P dP))
//   dq = dS k   dk = dSᵀ q   dv = Pᵀ g
//
// ROWS     height of the register tile of ROWS x 16: as many as the registers hold
// TOKENS   at least the number of tokens
//
// q, k, v, g   [N, tokens, heads width]
// packed       [N heads][2][panel of 16 tokens][width][16]: k and v, transposed in panels
// y            [N, tokens, 3 heads width]: dq | dk | dv
// launch       (N heads)
//
// BLOCK rows of P and dS at a time lie in private memory. All sums run in the order of the tokens or
// channels, whatever ROWS.

// lint: -DROWS=6 -DTOKENS=64
// lint: -DROWS=8 -DTOKENS=64
#if !defined(ROWS) || !defined(TOKENS)
#error "ROWS and TOKENS are chosen by the host; see Lowering+Gradients.swift"
#endif
#define BLOCK (4 * ROWS)
// Keys up to whole tiles, and no stride that is a power of two.
#define SPAN (TOKENS + 16)

// s[i] += left times right, for one step of an inner axis.
#define STEP(left, right)                                                                      \
  {                                                                                            \
    const float16 w = right;                                                                   \
    _Pragma("unroll") for (int i = 0; i < ROWS; i++) s[i] = fma((float16)(left), w, s[i]);     \
  }

#define CLEAR_TILE _Pragma("unroll") for (int i = 0; i < ROWS; i++) s[i] = 0;

// 16 channels, or the 8 that there are, twice.
#define LOAD_CHANNELS(p) (float16)(LOAD8(p), LOAD8((p) + second))

static inline void store_channels(global float *p, const float16 v, const int second) {
  STORE8(p, v.lo);
  if (second) STORE8(p + 8, v.hi);
}

// x transposed in panels of 16 tokens, zeros behind the last.
static inline void pack_panels(const global float *x, const int stride, global float *y,
                               const int tokens, const int width) {
  for (int panel = 0; panel < (tokens + 15) / 16; panel++)
    for (int lane = 0; lane < 16; lane++) {
      const int t = panel * 16 + lane;
      global float *target = y + panel * 16 * width + lane;
      for (int c = 0; c < width; c++) target[c * 16] = t < tokens ? x[(size_t)t * stride + c] : 0;
    }
}

// result[i] = x[first + i] packedᵀ for ROWS rows, the last of x repeated.
static inline void multiply_rows(const global float *x, const int stride, const int first,
                                 const int tokens, const global float *packed, const int width,
                                 float *result) {
  const global float *rows[ROWS];
#pragma unroll
  for (int i = 0; i < ROWS; i++) rows[i] = x + (size_t)min(first + i, tokens - 1) * stride;
  for (int key = 0; key < tokens; key += 16) {
    const global float *b = packed + key * width;
    float16 s[ROWS];
    CLEAR_TILE
#pragma nounroll
    for (int c = 0; c < width; c += 4) {
      STEP(rows[i][c], LOAD16(b)) STEP(rows[i][c + 1], LOAD16(b + 16))
      STEP(rows[i][c + 2], LOAD16(b + 32)) STEP(rows[i][c + 3], LOAD16(b + 48))
      b += 4 * 16;
    }
#pragma unroll
    for (int i = 0; i < ROWS; i++) vstore16(s[i], 0, result + i * SPAN + key);
  }
}

// y[j] += sum over the block's rows i of left[i][j] x[i] for all tokens j; = in the first block.
static inline void multiply_columns(const float *left, const global float *x, const int stride,
                                    const int count, global float *y, const int yStride,
                                    const int tokens, const int width, const int isFirst) {
  for (int j = 0; j < tokens; j += ROWS)
    for (int c = 0; c < width; c += 16) {
      const int second = c + 8 < width ? 8 : 0;
      global float *target = y + (size_t)j * yStride + c;
      float16 s[ROWS];
#pragma unroll
      for (int i = 0; i < ROWS; i++)
        s[i] = isFirst || j + i >= tokens ? (float16)(0)
                                          : LOAD_CHANNELS(target + (size_t)i * yStride);
      const float *a = left + j;
      const global float *b = x + c;
#pragma nounroll
      for (int row = 0; row < count; row++) {
        STEP(a[i], LOAD_CHANNELS(b))
        a += SPAN, b += stride;
      }
      for (int i = 0; i < min(ROWS, tokens - j); i++)
        store_channels(target + (size_t)i * yStride, s[i], second);
    }
}

KERNEL void attention_gradient(const global float *q, const global float *k,
                               const global float *v, const global float *g,
                               global float *packed, global float *y, const int tokens,
                               const int heads, const int width, const float scale) {
  const int n = get_global_id(0) / heads, head = get_global_id(0) % heads;
  const int channels = heads * width, keys = (tokens + 15) & ~15;
  const size_t start = (size_t)n * tokens * channels + head * width;
  global float *K = packed + (size_t)get_global_id(0) * 2 * keys * width, *V = K + keys * width;
  global float *dq = y + (size_t)n * tokens * 3 * channels + head * width;
  global float *dk = dq + channels, *dv = dk + channels;
  q += start, g += start, k += start, v += start;
  pack_panels(k, channels, K, tokens, width);
  pack_panels(v, channels, V, tokens, width);

  float weights[BLOCK * SPAN], slopes[BLOCK * SPAN];
  for (int first = 0; first < tokens; first += BLOCK) {
    const int count = min(BLOCK, tokens - first);
    for (int row = 0; row < count; row += ROWS) {
      multiply_rows(q, channels, first + row, tokens, K, width, weights + row * SPAN);
      multiply_rows(g, channels, first + row, tokens, V, width, slopes + row * SPAN);
    }
    for (int row = 0; row < count; row++) {
      float *p = weights + row * SPAN, *d = slopes + row * SPAN;
      for (int key = tokens; key < keys; key++) p[key] = -INFINITY;
      float8 high = -INFINITY, sum = 0, products = 0;
      for (int key = 0; key < keys; key += 8) high = max(high, vload8(0, p + key));
      const float4 half_ = max(high.lo, high.hi);
      const float top = max(max(half_.x, half_.y), max(half_.z, half_.w));
      for (int key = 0; key < keys; key += 8) {
        const float8 e = exp8(scale * (vload8(0, p + key) - top));
        vstore8(e, 0, p + key);
        sum += e;
        products = fma(e, vload8(0, d + key), products);
      }
      const float factor = 1.0f / total8(sum), mean = total8(products) * factor;
      for (int key = 0; key < keys; key += 8) {
        const float8 e = factor * vload8(0, p + key);
        vstore8(e, 0, p + key);
        vstore8(scale * e * (vload8(0, d + key) - mean), 0, d + key);
      }
    }
    for (int row = 0; row < count; row += ROWS)
      for (int c = 0; c < width; c += 16) {
        const int second = c + 8 < width ? 8 : 0;
        const float *a = slopes + row * SPAN;
        const global float *b = k + c;
        float16 s[ROWS];
        CLEAR_TILE
#pragma nounroll
        for (int key = 0; key < tokens; key++) {
          STEP(a[i * SPAN], LOAD_CHANNELS(b))
          a++, b += channels;
        }
        for (int i = 0; i < min(ROWS, count - row); i++)
          store_channels(dq + (size_t)(first + row + i) * 3 * channels + c, s[i], second);
      }
    multiply_columns(slopes, q + (size_t)first * channels, channels, count, dk, 3 * channels,
                     tokens, width, first == 0);
    multiply_columns(weights, g + (size_t)first * channels, channels, count, dv, 3 * channels,
                     tokens, width, first == 0);
  }
}
