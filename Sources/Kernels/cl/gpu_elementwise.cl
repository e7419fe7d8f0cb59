// Passes over activations on a GPU that no convolution takes along and no expression is.
//
// x        STORED: row r starts at x + offset + r stride
// y        RESULTS, rows yStride elements apart
// launch   one item for each vector of eight channels (or each channel) of a row; adjacent items
//          have adjacent channels

// lint: -DHALF=0 -DRESULT_HALF=0
// lint: -DHALF=0 -DRESULT_HALF=1
// lint: -DHALF=1 -DRESULT_HALF=0
// lint: -DHALF=1 -DRESULT_HALF=1
#if !defined(HALF) || !defined(RESULT_HALF)
#error "HALF (activations) and RESULT_HALF are 1 for 16 bits, 0 for floats; see Lowering+GPU.swift"
#endif

// y[row, to + c] = x[row, from + c] for c < count, zeros behind up to `span`; nothing needs to be
// aligned.
//
// items    rows span
GROUP_KERNEL void gpu_copy(const global STORED *restrict x, const int stride, const int from,
                           global RESULTS *restrict y, const int yStride, const int to,
                           const int count, const int span, const int items) {
  const int item = get_global_id(0);
  if (item >= items) return;
  const int row = item / span, c = item % span;
  const float v = c < count ? LOAD_STORED1(x + (size_t)row * stride + from + c) : 0;
  STORE_RESULT1(y + (size_t)row * yStride + to + c, v);
}

// The same for from, to and count that are multiples of 8, without zeros.
//
// items    rows count / 8
GROUP_KERNEL void gpu_copy8(const global STORED *restrict x, const int stride, const int from,
                            global RESULTS *restrict y, const int yStride, const int to,
                            const int count, const int items) {
  const int item = get_global_id(0);
  if (item >= items) return;
  const int row = item / (count / 8), c = item % (count / 8) * 8;
  STORE_RESULT8(y + (size_t)row * yStride + to + c,
                LOAD_STORED8(x + (size_t)row * stride + from + c));
}

// y = gain silu(scale0 x0 | scale1 x1): mp_cat and mp_silu (EDM2 eq. 103, 81) in front of a
// convolution.
//
// x0, x1   dense STORED with c0, c1 padded channels
// y        dense RESULTS with c0 + c1
// items    rows (c0 + c1) / 8
GROUP_KERNEL void gpu_activate(const global STORED *restrict x0, const int c0, const float scale0,
                               const global STORED *restrict x1, const int c1,
                               const float scale1, global RESULTS *restrict y, const float gain,
                               const int items) {
  const int item = get_global_id(0);
  if (item >= items) return;
  const int vectors = (c0 + c1) / 8, row = item / vectors, c = item % vectors * 8;
  const float8 v = c < c0 ? scale0 * LOAD_STORED8(x0 + (size_t)row * c0 + c)
                          : scale1 * LOAD_STORED8(x1 + (size_t)row * c1 + (c - c0));
  STORE_RESULT8(y + (size_t)item * 8, gain * silu8(v));
}

// y[n, 0] = table[0], y[n, 1 + p] = x[n, p] + table[1 + p]
//
// y        dense
// table    [tokens][channels] floats without padding; tokens: rows of y of one image
// items    rows of y times padded channels / 8
GROUP_KERNEL void gpu_tokens(const global STORED *restrict x, const int offset, const int stride,
                             const global float *restrict table, global RESULTS *restrict y,
                             const int channels, const int tokens, const int items) {
  const int item = get_global_id(0);
  if (item >= items) return;
  const int vectors = (channels + 7) / 8, row = item / vectors, c = item % vectors * 8;
  const int n = row / tokens, token = row % tokens;
  float8 v = load8(table + (size_t)token * channels + c, channels - c);
  if (token > 0)
    v += masked(LOAD_STORED8(x + offset + (size_t)(row - n - 1) * stride + c), c, channels);
  STORE_RESULT8(y + (size_t)item * 8, v);
}
