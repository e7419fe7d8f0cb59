// Gradients that are not element-wise, but those of convolutions; and sums.
//
// Activations and their gradients are dense rows of padded channels.

// y[o, c, tap] = sum of the parts, in their order
// launch (panels, real input channels)
KERNEL void weight_gradient_sum(const global float *partial, const int parts, const int ci,
                                const int taps, global float *y, const int outputs,
                                const int inputs) {
  const int panel = get_global_id(0), panels = get_global_size(0), c = get_global_id(1);
  const int lanes = min(16, outputs - panel * 16);
  for (int tap = 0; tap < taps; tap++) {
    float16 sum = 0;
    for (int part = 0; part < parts; part++)
      sum += LOAD16(partial + ((((size_t)part * panels + panel) * taps + tap) * ci + c) * 16);
    float sums[16];
    vstore16(sum, 0, sums);
    for (int lane = 0; lane < lanes; lane++)
      y[((size_t)(panel * 16 + lane) * inputs + c) * taps + tap] = sums[lane];
  }
}

// y[c] = sum over parts of partial[part][c]; with `scalar` also over the channels, of which eight
// launch (1)
KERNEL void sum_parts(const global float *partial, const int parts, const int width,
                      global float *y, const int scalar) {
  for (int c = 0; c < width; c += 8) {
    float8 sum = 0;
    for (int part = 0; part < parts; part++) sum += LOAD8(partial + (size_t)part * width + c);
    STORE8(y + c, scalar ? (float8)(total8(sum), 0, 0, 0, 0, 0, 0, 0) : sum);
  }
}

// Gradient of normalize_channels: g / n - x mean(g x) / (n^2 r) over runs of `length` channels
// launch (ceil(rows / rowsPerItem))
KERNEL void normalize_channels_gradient(const global float *x, const global float *g,
                                        global float *y, const int channels, const int rows,
                                        const int rowsPerItem, const int length,
                                        const float epsilon) {
  const int padded = (channels + 7) & ~7, first = get_global_id(0) * rowsPerItem;
  for (int row = first; row < min(first + rowsPerItem, rows); row++) {
    const size_t start = (size_t)row * padded;
    for (int c = channels; c < padded; c++) y[start + c] = 0;
    for (int group = 0; group < channels; group += length) {
      float squares = 0, products = 0;
      if (length % 8 == 0) {
        float8 s = 0, p = 0;
        for (int c = group; c < group + length; c += 8) {
          const float8 v = LOAD8(x + start + c);
          s = fma(v, v, s);
          p = fma(v, LOAD8(g + start + c), p);
        }
        squares = total8(s), products = total8(p);
      } else {
        for (int c = group; c < group + length; c++) {
          squares = fma(x[start + c], x[start + c], squares);
          products = fma(x[start + c], g[start + c], products);
        }
      }
      const float root = sqrt(squares / length), norm = epsilon + root;
      const float factor = root > 0 ? products / length / (norm * norm * root) : 0;
      const float scale = 1.0f / norm;
      for (int c = group; c < group + length; c++)
        y[start + c] = g[start + c] * scale - x[start + c] * factor;
    }
  }
}
