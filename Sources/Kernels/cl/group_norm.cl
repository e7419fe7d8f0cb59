// Group normalisation (Wu and He, arXiv 1803.08494), in three passes.
//
//   y[n,p,c] = gain[c] (x[n,p,c] - mean) / sqrt(variance + epsilon) + bias[c]
//
// mean and variance over the P pixels and the channels of a group of one image. Pixels are taken in
// blocks, whose moments are joined in order (Chan, Golub and LeVeque 1979): the variance is not a
// difference of large numbers, and its bits depend neither on the batch nor on the device's cores.
//
// x        row p of image n starts at x + offset + (n P + p) stride
// blocks   [N][ceil(P / blockRows)][2][padded]: mean and sum of squared deviations, by channel
// moments  [N][2][padded]: mean, gain / sqrt(variance + epsilon), by channel
// y        [N, P, padded]

// launch (blocks, N)
KERNEL void group_norm_blocks(const global float *restrict x, const int offset, const int stride,
                              global float *restrict blocks, const int padded, const int pixels,
                              const int blockRows) {
  const int n = get_global_id(1), first = get_global_id(0) * blockRows;
  const int count = min(blockRows, pixels - first);
  const global float *source = x + offset + ((size_t)n * pixels + first) * stride;
  global float *mean = blocks + ((size_t)n * get_global_size(0) + get_global_id(0)) * 2 * padded;
  global float *squares = mean + padded;
  for (int c = 0; c < padded; c += 8) {
    STORE8(mean + c, (float8)(0));
    STORE8(squares + c, (float8)(0));
  }
  for (int row = 0; row < count; row++)
    for (int c = 0; c < padded; c += 8)
      STORE8(mean + c, LOAD8(mean + c) + LOAD8(source + (size_t)row * stride + c));
  for (int c = 0; c < padded; c += 8) STORE8(mean + c, LOAD8(mean + c) / (float)count);
  for (int row = 0; row < count; row++)
    for (int c = 0; c < padded; c += 8) {
      const float8 d = LOAD8(source + (size_t)row * stride + c) - LOAD8(mean + c);
      STORE8(squares + c, fma(d, d, LOAD8(squares + c)));
    }
}

// launch (groups, N)
KERNEL void group_norm_join(const global float *restrict blocks, const global float *restrict gain,
                            global float *restrict moments, const int channels, const int padded,
                            const int width, const int pixels, const int blockRows,
                            const float epsilon) {
  const int n = get_global_id(1), first = get_global_id(0) * width;
  const int blockCount = (pixels + blockRows - 1) / blockRows;
  const global float *source = blocks + (size_t)n * blockCount * 2 * padded;
  float count = 0, mean = 0, squares = 0;
  for (int block = 0; block < blockCount; block++, source += 2 * padded) {
    const float rows = min(blockRows, pixels - block * blockRows);
    for (int c = first; c < first + width; c++) {
      const float delta = source[c] - mean, total = count + rows;
      mean += delta * (rows / total);
      squares += source[padded + c] + delta * delta * (count * (rows / total));
      count = total;
    }
  }
  global float *target = moments + (size_t)n * 2 * padded;
  const float inverse = 1.0f / sqrt(squares / count + epsilon);
  for (int c = first; c < first + width; c++) {
    target[c] = mean;
    target[padded + c] = gain[c] * inverse;
  }
  if (first + width == channels)
    for (int c = channels; c < padded; c++) {
      target[c] = 0;
      target[padded + c] = 0;
    }
}

// launch (ceil(rows / rowsPerItem)), rows = N P
KERNEL void group_norm(const global float *restrict x, const int offset, const int stride,
                       const global float *restrict moments, const global float *restrict bias,
                       global float *restrict y, const int padded, const int pixels,
                       const int rows, const int rowsPerItem) {
  const int first = get_global_id(0) * rowsPerItem;
  for (int row = first; row < min(first + rowsPerItem, rows); row++) {
    const global float *source = x + offset + (size_t)row * stride;
    const global float *mean = moments + (size_t)(row / pixels) * 2 * padded;
    for (int c = 0; c < padded; c += 8)
      STORE8(y + (size_t)row * padded + c,
             fma(LOAD8(source + c) - LOAD8(mean + c), LOAD8(mean + padded + c), LOAD8(bias + c)));
  }
}
