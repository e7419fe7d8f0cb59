// Multi-head attention over the rows of each image, with an online softmax: the scores of a tile
// of ROWS queries against a block of keys live in private memory, never in device memory.
//
//   y[n, t, h] = sum over s of softmax(scale q[t, h] . k[s, h]) v[s, h]
//
// HEAD   largest number of channels per head, a multiple of 16
// ROWS   queries of a tile: as many as the registers hold
// width  channels per head; wide: rounded up to 8
//
// Packed operands, per image and head:
//   Q [T][wide]   K [panel of 16 keys][wide][16]   V [panel of 16 channels][keys][16]
// where the number of keys is rounded up to 16 with zeros.

// lint: -DHEAD=16 -DROWS=6
// lint: -DHEAD=64 -DROWS=8
#if !defined(HEAD) || !defined(ROWS)
#error "HEAD and ROWS are chosen by the host; see Lowering+Attention.swift"
#endif
#define KEYS 256

// Factor that normalises a run of channels (EDM2 eq. 66); 1 if epsilon is negative.
static inline float rms_factor(const global float *x, const int width, const float epsilon) {
  if (epsilon < 0) return 1;
  float8 squares = 0;
  for (int c = 0; c < width; c += 8) {
    const float8 v = load8(x + c, width - c);
    squares = fma(v, v, squares);
  }
  return 1.0f / (epsilon + sqrt(total8(squares) / width));
}

// Where the values of token t lie from channel c, a multiple of 8.
#define VALUES(c) (V + (size_t)((c) / 16 * keys + t) * 16 + (c) % 16)

// Where a kernel reads its operands: row t of image n starts at offset + (n T + t) stride.
#define OPERANDS                                                                              \
  const global float *q, const int qOffset, const int qStride, const float qEpsilon,          \
      const global float *k, const int kOffset, const int kStride, const float kEpsilon,      \
      const global float *v, const int vOffset, const int vStride, const float vEpsilon

// Packs 16 tokens of one image and head; Q, K, V point to what that image and head own.
static inline void pack_panel(OPERANDS, global float *Q, global float *K, global float *V,
                              const int tokens, const int width, const int n, const int h,
                              const int panel) {
  const int wide = (width + 7) & ~7, keys = (tokens + 15) & ~15, panels = (width + 15) / 16;
  K += panel * 16 * wide;
  for (int lane = 0; lane < 16; lane++) {
    const int t = panel * 16 + lane;
    if (t >= tokens) {
      for (int c = 0; c < wide; c++) K[c * 16 + lane] = 0;
      for (int c = 0; c < panels * 16; c += 8) vstore8((float8)(0), 0, VALUES(c));
      continue;
    }
    const size_t row = (size_t)n * tokens + t;
    const global float *x = q + qOffset + row * qStride + h * width;
    float factor = rms_factor(x, width, qEpsilon);
    for (int c = 0; c < wide; c += 8)
      vstore8(load8(x + c, width - c) * factor, 0, Q + (size_t)t * wide + c);
    x = k + kOffset + row * kStride + h * width;
    factor = rms_factor(x, width, kEpsilon);
    for (int c = 0; c < width; c++) K[c * 16 + lane] = x[c] * factor;
    for (int c = width; c < wide; c++) K[c * 16 + lane] = 0;
    x = v + vOffset + row * vStride + h * width;
    factor = rms_factor(x, width, vEpsilon);
    for (int c = 0; c < panels * 16; c += 8)
      vstore8(load8(x + c, width - c) * factor, 0, VALUES(c));
  }
}

// Moves Q, K, V to what one image and head own.
#define MOVE_TO(place)                                                                      \
  Q += (size_t)(place) * tokens * ((width + 7) & ~7);                                       \
  K += (size_t)(place) * ((tokens + 15) & ~15) * ((width + 7) & ~7);                        \
  V += (size_t)(place) * ((tokens + 15) & ~15) * ((width + 15) / 16) * 16;

// launch   (panels of 16 tokens, N heads)
KERNEL void attention_pack(OPERANDS, global float *Q, global float *K, global float *V,
                           const int tokens, const int heads, const int width) {
  MOVE_TO(get_global_id(1))
  pack_panel(q, qOffset, qStride, qEpsilon, k, kOffset, kStride, kEpsilon, v, vOffset, vStride,
             vEpsilon, Q, K, V, tokens, width, get_global_id(1) / heads, get_global_id(1) % heads,
             get_global_id(0));
}

// s[i] += left times the panel b, for one step of the inner axis.
#define STEP(left, k)                                                                        \
  {                                                                                          \
    const float16 w = LOAD16(b + (k) * 16);                                                  \
    _Pragma("unroll") for (int i = 0; i < ROWS; i++) s[i] = fma((float16)(left), w, s[i]);   \
  }

// ROWS queries of one image and head, to which Q, K and V point.
static inline void attend(const global float *restrict Q, const global float *restrict K,
                          const global float *restrict V, global float *restrict y,
                          const int tokens, const int heads, const int width, const float scale,
                          const int n, const int h, const int tile) {
  const int wide = (width + 7) & ~7, keys = (tokens + 15) & ~15, panels = (width + 15) / 16;
  const global float *rows[ROWS];
  for (int i = 0; i < ROWS; i++)
    rows[i] = Q + (size_t)min(tile * ROWS + i, tokens - 1) * wide;

  float scores[ROWS][KEYS], result[ROWS][HEAD], highest[ROWS], total[ROWS];
  for (int i = 0; i < ROWS; i++) {
    highest[i] = -INFINITY;
    total[i] = 0;
    for (int c = 0; c < panels * 16; c++) result[i][c] = 0;
  }

  for (int start = 0; start < keys; start += KEYS) {
    const int count = min(KEYS, keys - start);
    for (int key = 0; key < count; key += 16) {
      float16 s[ROWS];
#pragma unroll
      for (int i = 0; i < ROWS; i++) s[i] = 0;
      const global float *b = K + (size_t)(start + key) * wide;
#pragma nounroll
      for (int c = 0; c < wide; c += 4) {
        STEP(rows[i][c], 0) STEP(rows[i][c + 1], 1) STEP(rows[i][c + 2], 2)
        STEP(rows[i][c + 3], 3)
        b += 4 * 16;
      }
#pragma unroll
      for (int i = 0; i < ROWS; i++) vstore16(s[i] * scale, 0, scores[i] + key);
    }
    for (int i = 0; i < ROWS; i++) {
      for (int key = tokens - start; key < count; key++) scores[i][key] = -INFINITY;
      float8 high = vload8(0, scores[i]);
      for (int key = 8; key < count; key += 8) high = max(high, vload8(0, scores[i] + key));
      const float4 half_ = max(high.lo, high.hi);
      const float top = max(highest[i], max(max(half_.x, half_.y), max(half_.z, half_.w)));
      const float correction = exp(highest[i] - top);
      float8 sum = 0;
      for (int key = 0; key < count; key += 8) {
        const float8 p = exp8(vload8(0, scores[i] + key) - top);
        vstore8(p, 0, scores[i] + key);
        sum += p;
      }
      const float4 pair = sum.lo + sum.hi;
      total[i] = total[i] * correction + ((pair.x + pair.y) + (pair.z + pair.w));
      highest[i] = top;
      if (start > 0)
        for (int c = 0; c < panels * 16; c++) result[i][c] *= correction;
    }
    for (int panel = 0; panel < panels; panel++) {
      float16 s[ROWS];
#pragma unroll
      for (int i = 0; i < ROWS; i++) s[i] = vload16(panel, result[i]);
      const global float *b = V + (size_t)(panel * keys + start) * 16;
#pragma nounroll
      for (int key = 0; key < count; key += 4) {
        STEP(scores[i][key], 0) STEP(scores[i][key + 1], 1) STEP(scores[i][key + 2], 2)
        STEP(scores[i][key + 3], 3)
        b += 4 * 16;
      }
#pragma unroll
      for (int i = 0; i < ROWS; i++) vstore16(s[i], panel, result[i]);
    }
  }

  const int channels = (heads * width + 7) & ~7;
  for (int i = 0; i < ROWS; i++) {
    const int t = tile * ROWS + i;
    if (t >= tokens) return;  // tail of the last tile
    global float *target = y + ((size_t)n * tokens + t) * channels;
    const float factor = 1.0f / total[i];
    for (int c = 0; c < width; c++) target[h * width + c] = result[i][c] * factor;
    if (h == heads - 1)
      for (int c = heads * width; c < channels; c++) target[c] = 0;
  }
}

// y       [N, T, C], C = heads width, rounded up to 8
// launch  (tiles of ROWS queries, N heads)
KERNEL void attention(const global float *restrict Q, const global float *restrict K,
                      const global float *restrict V, global float *restrict y, const int tokens,
                      const int heads, const int width, const float scale) {
  MOVE_TO(get_global_id(1))
  attend(Q, K, V, y, tokens, heads, width, scale, get_global_id(1) / heads,
         get_global_id(1) % heads, get_global_id(0));
}

// Both in one, where there are enough images and heads for all cores.
//
// launch  (N heads)
KERNEL void attention_whole(OPERANDS, global float *Q, global float *K, global float *V,
                            global float *restrict y, const int tokens, const int heads,
                            const int width, const float scale) {
  const int n = get_global_id(0) / heads, h = get_global_id(0) % heads;
  MOVE_TO(get_global_id(0))
  for (int panel = 0; panel < (tokens + 15) / 16; panel++)
    pack_panel(q, qOffset, qStride, qEpsilon, k, kOffset, kStride, kEpsilon, v, vOffset, vStride,
               vEpsilon, Q, K, V, tokens, width, n, h, panel);
  for (int tile = 0; tile < (tokens + ROWS - 1) / ROWS; tile++)
    attend(Q, K, V, y, tokens, heads, width, scale, n, h, tile);
}
