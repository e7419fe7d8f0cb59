// Gradient of attention, in two passes that recompute the scores: by their rows and by their columns.
//
// TOKENS   at least the number of tokens

// lint: -DTOKENS=64
#ifndef TOKENS
#error "TOKENS is the largest number of tokens; see Lowering+Gradients.swift"
#endif

static inline float dot_rows(const global float *a, const global float *b, const int width) {
  float8 sum = 0;
  for (int c = 0; c < width; c += 8) sum = fma(LOAD8(a + c), LOAD8(b + c), sum);
  return total8(sum);
}

// dq of one token i and head: P = softmax(q k^T scale), dP = g v^T, dS = P (dP - sum(P dP)),
// dq = dS k scale. The row's log-sum-exp and sum(P dP) are kept for the columns.
//
// q, k, v, g   [N, tokens, heads * width]
// rows         [N, heads, tokens][2]
// y            [N, tokens, 3 heads width]: dq | dk | dv
// launch (tokens, N heads)
KERNEL void attention_gradient_rows(const global float *q, const global float *k,
                                    const global float *v, const global float *g,
                                    global float *rows, global float *y, const int tokens,
                                    const int heads, const int width, const float scale) {
  const int i = get_global_id(0), n = get_global_id(1) / heads, head = get_global_id(1) % heads;
  const int channels = heads * width;
  const size_t start = (size_t)n * tokens * channels + head * width;
  const global float *qi = q + start + (size_t)i * channels, *gi = g + start + (size_t)i * channels;
  float scores[TOKENS], slopes[TOKENS];
  float largest = -INFINITY;
  for (int j = 0; j < tokens; j++) {
    scores[j] = scale * dot_rows(qi, k + start + (size_t)j * channels, width);
    slopes[j] = dot_rows(gi, v + start + (size_t)j * channels, width);
    largest = max(largest, scores[j]);
  }
  float sum = 0, products = 0;
  for (int j = 0; j < tokens; j++) {
    scores[j] = exp(scores[j] - largest);
    sum += scores[j];
    products = fma(scores[j], slopes[j], products);
  }
  const float mean = products / sum;
  global float *kept = rows + ((size_t)get_global_id(1) * tokens + i) * 2;
  kept[0] = largest + log(sum), kept[1] = mean;
  global float *target = y + ((size_t)n * tokens + i) * 3 * channels + head * width;
  for (int c = 0; c < width; c += 8) {
    float8 total = 0;
    for (int j = 0; j < tokens; j++)
      total = fma((float8)(scores[j] * (slopes[j] - mean)),
                  LOAD8(k + start + (size_t)j * channels + c), total);
    STORE8(target + c, total * (scale / sum));
  }
}

// dk and dv of one token j and head: dk = dS^T q scale, dv = P^T g.
KERNEL void attention_gradient_columns(const global float *q, const global float *k,
                                       const global float *v, const global float *g,
                                       const global float *rows, global float *y,
                                       const int tokens, const int heads, const int width,
                                       const float scale) {
  const int j = get_global_id(0), n = get_global_id(1) / heads, head = get_global_id(1) % heads;
  const int channels = heads * width;
  const size_t start = (size_t)n * tokens * channels + head * width;
  const global float *kj = k + start + (size_t)j * channels, *vj = v + start + (size_t)j * channels;
  float weights[TOKENS], slopes[TOKENS];
  for (int i = 0; i < tokens; i++) {
    const global float *kept = rows + ((size_t)get_global_id(1) * tokens + i) * 2;
    const float score = scale * dot_rows(q + start + (size_t)i * channels, kj, width);
    weights[i] = exp(score - kept[0]);
    slopes[i] =
        weights[i] * (dot_rows(g + start + (size_t)i * channels, vj, width) - kept[1]) * scale;
  }
  global float *target = y + ((size_t)n * tokens + j) * 3 * channels + head * width;
  for (int c = 0; c < width; c += 8) {
    float8 dk = 0, dv = 0;
    for (int i = 0; i < tokens; i++) {
      dk = fma((float8)(slopes[i]), LOAD8(q + start + (size_t)i * channels + c), dk);
      dv = fma((float8)(weights[i]), LOAD8(g + start + (size_t)i * channels + c), dv);
    }
    STORE8(target + channels + c, dk);
    STORE8(target + 2 * channels + c, dv);
  }
}
