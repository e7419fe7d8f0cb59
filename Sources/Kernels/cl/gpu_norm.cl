// Norms on a GPU: over the channels of each row, and group norm.
//
// x        STORED: row r starts at x + offset + r stride
// y        RESULTS, dense, `padded` channels
//
// No sum depends on the batch: a row's are those of LANES items, added in the order of the items;
// a group's are joined in the order of blocks of pixels, then by a tree.

// lint: -DHALF=0 -DRESULT_HALF=0
// lint: -DHALF=0 -DRESULT_HALF=1
// lint: -DHALF=1 -DRESULT_HALF=0
// lint: -DHALF=1 -DRESULT_HALF=1
#if !defined(HALF) || !defined(RESULT_HALF)
#error "HALF (activations) and RESULT_HALF are 1 for 16 bits, 0 for floats; see Lowering+GPU.swift"
#endif

// Items of a row, rows of a group.
#define LANES 16
#define GROUP_ROWS (GROUP / LANES)

// The sum over the items of a row, the same in each of them.
static inline float row_sum(const float8 v, local float *parts) {
  const int item = get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);  // the last sum is read
  parts[item] = total8(v);
  barrier(CLK_LOCAL_MEM_FENCE);
  const local float *row = parts + item / LANES * LANES;
  float sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += row[lane];
  return sum;
}

// A row for each LANES items; beyond the last row items take part in sums, but store nothing.
#define BEGIN_ROW                                                                            \
  local float parts[GROUP];                                                                  \
  const int padded = (channels + 7) & ~7, first = (int)get_local_id(0) % LANES * 8;          \
  const int row = (int)get_global_id(0) / LANES;                                             \
  const global STORED *source = x + offset + (size_t)min(row, rows - 1) * stride;            \
  global RESULTS *target = y + (size_t)row * padded;
#define FOR_CHANNELS for (int c = first; c < padded; c += LANES * 8)

// y = x / (epsilon + rms(x)) (EDM2 eq. 66), rms over the channels; with `activates` also
// active = gain silu(y) (EDM2 eq. 81), STORED and dense.
//
// items    rows LANES
GROUP_KERNEL void gpu_pixel_norm(const global STORED *restrict x, const int offset,
                                 const int stride, global RESULTS *restrict y, const int channels,
                                 const float epsilon, const int activates, global STORED *active,
                                 const float gain, const int rows) {
  BEGIN_ROW
  float8 squares = 0;
  FOR_CHANNELS {
    const float8 v = masked(LOAD_STORED8(source + c), c, channels);
    squares = fma(v, v, squares);
  }
  const float factor = 1.0f / (epsilon + sqrt(row_sum(squares, parts) / channels));
  if (row >= rows) return;
  FOR_CHANNELS {
    const float8 v = masked(LOAD_STORED8(source + c) * factor, c, channels);
    STORE_RESULT8(target + c, v);
    if (activates) STORE_STORED8(active + (size_t)row * padded + c, gain * silu8(v));
  }
}

// The same over runs of `width` channels, of which rows have whole ones.
//
// items    rows channels / width
GROUP_KERNEL void gpu_run_norm(const global STORED *restrict x, const int offset, const int stride,
                               global RESULTS *restrict y, const int channels, const int width,
                               const float epsilon, const int items) {
  const int item = get_global_id(0), runs = channels / width, padded = (channels + 7) & ~7;
  if (item >= items) return;
  const int row = item / runs, first = item % runs * width, last = first + width;
  const global STORED *source = x + offset + (size_t)row * stride;
  global RESULTS *target = y + (size_t)row * padded;
  float squares = 0;
  for (int c = first; c < last; c++) {
    const float v = LOAD_STORED1(source + c);
    squares = fma(v, v, squares);
  }
  const float factor = 1.0f / (epsilon + sqrt(squares / width));
  for (int c = first; c < last; c++) STORE_RESULT1(target + c, LOAD_STORED1(source + c) * factor);
  if (last == channels)
    for (int c = channels; c < padded; c++) STORE_RESULT1(target + c, 0.0f);
}

// y = (x - mean) / sqrt(variance + epsilon) over the channels: layer norm before its gain and bias.
//
// items    rows LANES
GROUP_KERNEL void gpu_standardize(const global STORED *restrict x, const int offset,
                                  const int stride, global RESULTS *restrict y, const int channels,
                                  const float epsilon, const int rows) {
  BEGIN_ROW
  float8 sum = 0, squares = 0;
  FOR_CHANNELS sum += masked(LOAD_STORED8(source + c), c, channels);
  const float mean = row_sum(sum, parts) / channels;
  FOR_CHANNELS {
    const float8 v = masked(LOAD_STORED8(source + c) - mean, c, channels);
    squares = fma(v, v, squares);
  }
  const float factor = 1.0f / sqrt(row_sum(squares, parts) / channels + epsilon);
  if (row >= rows) return;
  FOR_CHANNELS STORE_RESULT8(target + c,
                             masked((LOAD_STORED8(source + c) - mean) * factor, c, channels));
}

// Group norm (Wu and He, arXiv 1803.08494), in three passes as in group_norm.cl.
//
//   y[n,p,c] = gain[c] (x[n,p,c] - mean) / sqrt(variance + epsilon) + bias[c]
//
// blocks   [N][ceil(P / blockRows)][2][padded] floats: mean and sum of squared deviations, by channel
// moments  [N][2][padded] floats: mean, gain / sqrt(variance + epsilon), by channel

// items    N blocks padded / 8
GROUP_KERNEL void gpu_group_norm_blocks(const global STORED *restrict x, const int offset,
                                        const int stride, global float *restrict blocks,
                                        const int padded, const int pixels, const int blockRows,
                                        const int items) {
  const int item = get_global_id(0);
  if (item >= items) return;
  const int vectors = padded / 8, blockCount = (pixels + blockRows - 1) / blockRows;
  const int c = item % vectors * 8, place = item / vectors;
  const int n = place / blockCount, first = place % blockCount * blockRows;
  const int count = min(blockRows, pixels - first);
  const global STORED *source = x + offset + ((size_t)n * pixels + first) * stride + c;
  float8 sum = 0, squares = 0;
  for (int row = 0; row < count; row++) sum += LOAD_STORED8(source + (size_t)row * stride);
  const float8 mean = sum / (float)count;
  for (int row = 0; row < count; row++) {
    const float8 d = LOAD_STORED8(source + (size_t)row * stride) - mean;
    squares = fma(d, d, squares);
  }
  global float *target = blocks + (size_t)place * 2 * padded + c;
  STORE8(target, mean);
  STORE8(target + padded, squares);
}

typedef struct {
  float count, mean, squares;
} Moments;

// The moments of two sets of numbers together (Chan, Golub and LeVeque 1979); b may be empty.
static inline Moments joined(Moments a, const Moments b) {
  if (b.count == 0) return a;
  const float delta = b.mean - a.mean, count = a.count + b.count, share = b.count / count;
  a.mean += delta * share;
  a.squares += b.squares + delta * delta * (a.count * share);
  a.count = count;
  return a;
}

// launch   a group of items for each group of channels of each image
GROUP_KERNEL void gpu_group_norm_join(const global float *restrict blocks,
                                      const global float *restrict gain,
                                      global float *restrict moments, const int channels,
                                      const int padded, const int width, const int pixels,
                                      const int blockRows, const float epsilon) {
  local Moments parts[GROUP];
  const int item = get_local_id(0), groups = channels / width;
  const int n = (int)get_group_id(0) / groups, first = (int)get_group_id(0) % groups * width;
  const int blockCount = (pixels + blockRows - 1) / blockRows;
  const global float *source = blocks + (size_t)n * blockCount * 2 * padded;
  Moments sum = {0, 0, 0};
  for (int i = item; i < blockCount * width; i += GROUP) {
    const int block = i / width;
    const global float *at = source + (size_t)block * 2 * padded + first + i % width;
    const Moments next = {min(blockRows, pixels - block * blockRows), at[0], at[padded]};
    sum = joined(sum, next);
  }
  parts[item] = sum;
  for (int half_ = GROUP / 2; half_ > 0; half_ /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < half_) parts[item] = joined(parts[item], parts[item + half_]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const float mean = parts[0].mean;
  const float inverse = 1.0f / sqrt(parts[0].squares / parts[0].count + epsilon);
  global float *target = moments + (size_t)n * 2 * padded;
  const int last = first + width == channels ? padded : first + width;
  for (int c = first + item; c < last; c += GROUP) {
    target[c] = c < channels ? mean : 0;
    target[padded + c] = c < channels ? gain[c] * inverse : 0;
  }
}

// items    N pixels padded / 8
GROUP_KERNEL void gpu_group_norm(const global STORED *restrict x, const int offset,
                                 const int stride, const global float *restrict moments,
                                 const global float *restrict bias, global RESULTS *restrict y,
                                 const int padded, const int pixels, const int items) {
  const int item = get_global_id(0);
  if (item >= items) return;
  const int vectors = padded / 8, row = item / vectors, c = item % vectors * 8;
  const global float *mean = moments + (size_t)(row / pixels) * 2 * padded + c;
  const float8 v = LOAD_STORED8(x + offset + (size_t)row * stride + c);
  STORE_RESULT8(y + (size_t)item * 8, fma(v - LOAD8(mean), LOAD8(mean + padded), LOAD8(bias + c)));
}
