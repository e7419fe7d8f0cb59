// Multi-head attention over the rows of each image, with an online softmax: the scores of a tile
// of 6 queries against a block of keys live in private memory, never in device memory.
//
//   y[n, t, h] = sum over s of softmax(scale q[t, h] . k[s, h]) v[s, h]
//
// HEAD   largest number of channels per head, a multiple of 16
// width  channels per head; wide: rounded up to 8
//
// Packed operands, per image and head:
//   Q [T][wide]   K [panel of 16 keys][wide][16]   V [panel of 16 channels][keys][16]
// where the number of keys is rounded up to 16 with zeros.

// lint: -DHEAD=16
// lint: -DHEAD=64
#ifndef HEAD
#error "HEAD is chosen by the host; see Lowering+Attention.swift"
#endif
#define KEYS 256

// Factor that normalises a run of channels (EDM2 eq. 66); 1 if epsilon is negative.
static inline float rms_factor(const global float *x, const int width, const float epsilon) {
  if (epsilon < 0) return 1;
  float squares = 0;
  for (int c = 0; c < width; c++) squares = fma(x[c], x[c], squares);
  return 1.0f / (epsilon + sqrt(squares / width));
}

// q, k, v  views: row t of image n starts at offset + (n T + t) stride
// launch   (panels of 16 tokens, N heads)
KERNEL void attention_pack(const global float *q, const int qOffset, const int qStride,
                           const float qEpsilon, const global float *k, const int kOffset,
                           const int kStride, const float kEpsilon, const global float *v,
                           const int vOffset, const int vStride, const float vEpsilon,
                           global float *Q, global float *K, global float *V, const int tokens,
                           const int heads, const int width) {
  const int panel = get_global_id(0), n = get_global_id(1) / heads, h = get_global_id(1) % heads;
  const int wide = (width + 7) & ~7, keys = (tokens + 15) & ~15, panels = (width + 15) / 16;
  Q += (size_t)get_global_id(1) * tokens * wide;
  K += (size_t)get_global_id(1) * keys * wide + panel * 16 * wide;
  V += (size_t)get_global_id(1) * keys * panels * 16;
  for (int lane = 0; lane < 16; lane++) {
    const int t = panel * 16 + lane;
    if (t >= tokens) {
      for (int c = 0; c < wide; c++) K[c * 16 + lane] = 0;
      for (int c = 0; c < panels * 16; c++) V[(size_t)(c / 16 * keys + t) * 16 + c % 16] = 0;
      continue;
    }
    const size_t row = (size_t)n * tokens + t;
    const global float *x = q + qOffset + row * qStride + h * width;
    float factor = rms_factor(x, width, qEpsilon);
    for (int c = 0; c < wide; c++) Q[(size_t)t * wide + c] = c < width ? x[c] * factor : 0;
    x = k + kOffset + row * kStride + h * width;
    factor = rms_factor(x, width, kEpsilon);
    for (int c = 0; c < wide; c++) K[c * 16 + lane] = c < width ? x[c] * factor : 0;
    x = v + vOffset + row * vStride + h * width;
    factor = rms_factor(x, width, vEpsilon);
    for (int c = 0; c < panels * 16; c++)
      V[(size_t)(c / 16 * keys + t) * 16 + c % 16] = c < width ? x[c] * factor : 0;
  }
}

// Adds row i of the left operand times the panel, for one step of the inner axis.
#define STEP(left, k)                                                    \
  {                                                                      \
    const float8 b0 = LOAD8(b + (k) * 16), b1 = LOAD8(b + (k) * 16 + 8); \
    _Pragma("unroll") for (int i = 0; i < 6; i++) {                      \
      const float8 a = left;                                             \
      s[i][0] = fma(a, b0, s[i][0]);                                     \
      s[i][1] = fma(a, b1, s[i][1]);                                     \
    }                                                                    \
  }

// y       [N, T, C], C = heads width, rounded up to 8
// launch  (tiles of 6 queries, N heads)
KERNEL void attention(const global float *restrict Q, const global float *restrict K,
                      const global float *restrict V, global float *restrict y, const int tokens,
                      const int heads, const int width, const float scale) {
  const int n = get_global_id(1) / heads, h = get_global_id(1) % heads;
  const int wide = (width + 7) & ~7, keys = (tokens + 15) & ~15, panels = (width + 15) / 16;
  Q += (size_t)get_global_id(1) * tokens * wide;
  K += (size_t)get_global_id(1) * keys * wide;
  V += (size_t)get_global_id(1) * keys * panels * 16;
  const global float *rows[6];
  for (int i = 0; i < 6; i++)
    rows[i] = Q + (size_t)min((int)get_global_id(0) * 6 + i, tokens - 1) * wide;

  float scores[6][KEYS], result[6][HEAD], highest[6], total[6];
  for (int i = 0; i < 6; i++) {
    highest[i] = -INFINITY;
    total[i] = 0;
    for (int c = 0; c < panels * 16; c++) result[i][c] = 0;
  }

  for (int start = 0; start < keys; start += KEYS) {
    const int count = min(KEYS, keys - start);
    for (int key = 0; key < count; key += 16) {
      float8 s[6][2];
      for (int i = 0; i < 6; i++) s[i][0] = s[i][1] = 0;
      const global float *b = K + (size_t)(start + key) * wide;
#pragma nounroll
      for (int c = 0; c < wide; c += 4) {
        STEP(rows[i][c], 0) STEP(rows[i][c + 1], 1) STEP(rows[i][c + 2], 2)
        STEP(rows[i][c + 3], 3)
        b += 4 * 16;
      }
      for (int i = 0; i < 6; i++) {
        vstore8(s[i][0] * scale, 0, scores[i] + key);
        vstore8(s[i][1] * scale, 0, scores[i] + key + 8);
      }
    }
    for (int i = 0; i < 6; i++) {
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
      float8 s[6][2];
      for (int i = 0; i < 6; i++) {
        s[i][0] = vload8(0, result[i] + panel * 16);
        s[i][1] = vload8(0, result[i] + panel * 16 + 8);
      }
      const global float *b = V + (size_t)(panel * keys + start) * 16;
#pragma nounroll
      for (int key = 0; key < count; key += 4) {
        STEP(scores[i][key], 0) STEP(scores[i][key + 1], 1) STEP(scores[i][key + 2], 2)
        STEP(scores[i][key + 3], 3)
        b += 4 * 16;
      }
      for (int i = 0; i < 6; i++) {
        vstore8(s[i][0], 0, result[i] + panel * 16);
        vstore8(s[i][1], 0, result[i] + panel * 16 + 8);
      }
    }
  }

  const int channels = (heads * width + 7) & ~7;
  for (int i = 0; i < 6; i++) {
    const int t = get_global_id(0) * 6 + i;
    if (t >= tokens) return;  // tail of the last tile
    global float *target = y + ((size_t)n * tokens + t) * channels;
    const float factor = 1.0f / total[i];
    for (int c = 0; c < width; c++) target[h * width + c] = result[i][c] * factor;
    if (h == heads - 1)
      for (int c = heads * width; c < channels; c++) target[c] = 0;
  }
}
