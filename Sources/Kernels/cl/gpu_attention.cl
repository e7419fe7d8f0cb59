// Multi-head attention on a GPU, with an online softmax: the scores of a tile of queries against a
// tile of keys live in local memory, never in device memory (Dao et al., arXiv 2205.14135).
//
//   y[n, t, h] = sum over s of softmax(scale q[t, h] . k[s, h]) v[s, h]
//
// q, k, v  STORED: row t of image n starts at offset + (n T + t) stride; head h has the channels from
//          h width
// y        [N, T, C] RESULTS, C = heads width, rounded up to 8
// width    channels per head, any
//
// HALF, RESULT_HALF  1 for 16 bits, 0 for floats
// WHOLE    1 if width is a multiple of 8
// NORMED   1 if q, k or v are divided by their root mean square per head: by `factors`
//
// Every sum runs in one order, whatever the batch. Wide heads are shared out: a group computes all
// scores of its tile, but SLICE channels of the result.

// lint: -DHALF=0 -DRESULT_HALF=0 -DWHOLE=0 -DNORMED=1
// lint: -DHALF=0 -DRESULT_HALF=1 -DWHOLE=1 -DNORMED=0
// lint: -DHALF=1 -DRESULT_HALF=0 -DWHOLE=0 -DNORMED=0
// lint: -DHALF=1 -DRESULT_HALF=1 -DWHOLE=1 -DNORMED=1
#if !defined(HALF) || !defined(RESULT_HALF) || !defined(WHOLE) || !defined(NORMED)
#error "macros come from the host; see Lowering+GPUAttention.swift"
#endif

// A tile: QUERIES x KEYS scores, of which an item has 4 x 4; an item has 4 queries and 8 channels of
// the result.
#define QUERIES 32
#define KEYS 32
#define SLICE 64
// Channels of q and k in local memory.
#define DEPTH 32
// Rows of a tile lie along local memory, four more for the banks.
#define PITCH (32 + 4)

#define OPERANDS                                                                        \
  const global STORED *restrict q, const int qOffset, const int qStride,                \
      const global STORED *restrict k, const int kOffset, const int kStride,            \
      const global STORED *restrict v, const int vOffset, const int vStride

// Up to 8 elements, zeros behind them.
static inline float8 load_part(const global STORED *x, const int count) {
#if WHOLE
  return count > 0 ? LOAD_STORED8(x) : (float8)(0);
#else
  if (count >= 8) return LOAD_STORED(8, x);
  float e[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  for (int i = 0; i < count; i++) e[i] = LOAD_STORED1(x + i);
  return (float8)(e[0], e[1], e[2], e[3], e[4], e[5], e[6], e[7]);
#endif
}

// DEPTH channels from c of 32 rows from `first`, as [channel][row].
static inline void load_tile(const global STORED *x, const int stride, const int first,
                             const int tokens, const int c, const int width, local float *to) {
  for (int i = get_local_id(0); i < 32 * (DEPTH / 8); i += GROUP) {
    const int row = i / (DEPTH / 8), channel = i % (DEPTH / 8) * 8;
    float8 e = 0;
    if (first + row < tokens)
      e = load_part(x + (size_t)(first + row) * stride + c + channel, width - c - channel);
    local float *at = to + channel * PITCH + row;
    at[0] = e.s0;
    at[PITCH] = e.s1;
    at[2 * PITCH] = e.s2;
    at[3 * PITCH] = e.s3;
    at[4 * PITCH] = e.s4;
    at[5 * PITCH] = e.s5;
    at[6 * PITCH] = e.s6;
    at[7 * PITCH] = e.s7;
  }
}

#if NORMED
// factors  [q, k, v][N heads][T]: 1 / (epsilon + rms) of the channels of a head (EDM2 eq. 66); 1 if
//          the epsilon is negative
// items    N T heads
static inline float rms_factor(const global STORED *x, const int width, const float epsilon) {
  if (epsilon < 0) return 1;
  float8 squares = 0;
  for (int c = 0; c < width; c += 8) {
    const float8 e = load_part(x + c, width - c);
    squares = fma(e, e, squares);
  }
  return 1.0f / (epsilon + sqrt(total8(squares) / width));
}

GROUP_KERNEL void gpu_attention_factors(OPERANDS, const float qEpsilon, const float kEpsilon,
                                        const float vEpsilon, global float *restrict factors,
                                        const int tokens, const int heads, const int width,
                                        const int items) {
  const int item = get_global_id(0);
  if (item >= items) return;
  const int h = item % heads, row = item / heads, c = h * width;
  global float *target = factors + (size_t)(row / tokens * heads + h) * tokens + row % tokens;
  target[0] = rms_factor(q + qOffset + (size_t)row * qStride + c, width, qEpsilon);
  target[items] = rms_factor(k + kOffset + (size_t)row * kStride + c, width, kEpsilon);
  target[2 * items] = rms_factor(v + vOffset + (size_t)row * vStride + c, width, vEpsilon);
}
#endif

#if NORMED
#define FACTORS , const global float *restrict factors, const int total
#else
#define FACTORS
#endif

// launch   (tiles of QUERIES, slices of SLICE channels, N heads) groups; total: N T heads
GROUP_KERNEL void gpu_attention(OPERANDS, global RESULTS *restrict y, const int tokens,
                                const int heads, const int width, const float scale FACTORS) {
  local float a[DEPTH * PITCH], b[DEPTH * PITCH], scores[QUERIES * PITCH], values[KEYS * SLICE];
  const int item = get_local_id(0), row = item / 8 * 4, column = item % 8;
  const int firstQuery = get_group_id(0) * QUERIES, slice = get_group_id(1) * SLICE;
  const int n = (int)get_group_id(2) / heads, h = (int)get_group_id(2) % heads;
  const size_t image = (size_t)n * tokens;
  q += qOffset + image * qStride + h * width;
  k += kOffset + image * kStride + h * width;
  v += vOffset + image * vStride + h * width;
#if NORMED
  const global float *qFactors = factors + (size_t)get_group_id(2) * tokens;
  const global float *kFactors = qFactors + total, *vFactors = kFactors + total;
#endif

  float8 result[4];
  float highest[4], sum[4], qScale[4];
#pragma unroll
  for (int i = 0; i < 4; i++) {
    result[i] = 0;
    highest[i] = -INFINITY;
    sum[i] = 0;
    qScale[i] = scale;
#if NORMED
    qScale[i] *= qFactors[min(firstQuery + row + i, tokens - 1)];
#endif
  }

  for (int start = 0; start < tokens; start += KEYS) {
    float4 s[4] = {0, 0, 0, 0};
    for (int c = 0; c < width; c += DEPTH) {
      barrier(CLK_LOCAL_MEM_FENCE);
      load_tile(q, qStride, firstQuery, tokens, c, width, a);
      load_tile(k, kStride, start, tokens, c, width, b);
      barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll 8
      for (int d = 0; d < DEPTH; d++) {
        const float4 left = vload4(0, a + d * PITCH + row);
        const float4 right = vload4(0, b + d * PITCH + column * 4);
        s[0] = fma(left.x, right, s[0]);
        s[1] = fma(left.y, right, s[1]);
        s[2] = fma(left.z, right, s[2]);
        s[3] = fma(left.w, right, s[3]);
      }
    }

    const int4 key = start + column * 4 + (int4)(0, 1, 2, 3);
    float4 kScale = 1;
#if NORMED
    const int4 place = min(key, (int4)(tokens - 1));
    kScale = (float4)(kFactors[place.x], kFactors[place.y], kFactors[place.z], kFactors[place.w]);
#endif
#pragma unroll
    for (int i = 0; i < 4; i++) {
      s[i] = select((float4)(-INFINITY), s[i] * kScale * qScale[i], key < tokens);
      vstore4(s[i], 0, scores + (row + i) * PITCH + column * 4);
    }
    for (int i = item; i < KEYS * (SLICE / 8); i += GROUP) {
      const int token = start + i / (SLICE / 8), c = slice + i % (SLICE / 8) * 8;
      float8 e = 0;
      if (token < tokens) {
        e = load_part(v + (size_t)token * vStride + c, width - c);
#if NORMED
        e *= vFactors[token];
#endif
      }
      vstore8(e, 0, values + i * 8);
    }
    barrier(CLK_LOCAL_MEM_FENCE);

    // Each item finds the largest score of its four queries.
#pragma unroll
    for (int i = 0; i < 4; i++) {
      float4 high = vload4(0, scores + (row + i) * PITCH);
      for (int j = 4; j < KEYS; j += 4) high = fmax(high, vload4(0, scores + (row + i) * PITCH + j));
      const float top = fmax(highest[i], fmax(fmax(high.x, high.y), fmax(high.z, high.w)));
      const float correction = exp(highest[i] - top);
      s[i] = exp(s[i] - top);
      sum[i] *= correction;
      result[i] *= correction;
      highest[i] = top;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int i = 0; i < 4; i++) vstore4(s[i], 0, scores + (row + i) * PITCH + column * 4);
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll 4
    for (int j = 0; j < KEYS; j++) {
      const float8 e = vload8(0, values + j * SLICE + column * 8);
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const float p = scores[(row + i) * PITCH + j];
        sum[i] += p;
        result[i] = fma((float8)(p), e, result[i]);
      }
    }
  }

  const int channels = (heads * width + 7) & ~7, c = slice + column * 8;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const int t = firstQuery + row + i;
    if (t >= tokens) return;  // tail of the last tile
    global RESULTS *target = y + (image + t) * channels;
    const float8 e = result[i] / sum[i];
#if WHOLE
    if (c < width) STORE_RESULT8(target + h * width + c, e);
#else
    float parts[8];
    vstore8(e, 0, parts);
    for (int j = 0; j < min(8, width - c); j++)
      STORE_RESULT1(target + h * width + c + j, parts[j]);
    if (h == heads - 1 && c == 0)
      for (int j = heads * width; j < channels; j++) STORE_RESULT1(target + j, 0.0f);
#endif
  }
}
