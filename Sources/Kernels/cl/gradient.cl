// Gradients that are not element-wise: of convolutions for their weights, of norms; and sums.
//
// Activations and their gradients are dense rows of padded channels.

// Gradient of a convolution for its weights, in parts over runs of output rows:
//
//   partial[part][panel][tap][c][16] = sum over the part's pixels q of g[q, o] x[q + tap, c]
//
// x        [N, H, W, ci], g [N, OH, OW, co]
// launch (parts, panels)
//
// The register tile is 4 input channels x 16 output channels; a few rows of pixels at a time go
// through all tiles, so that they stay in the cache.

#define LOAD_TILE(p)                                              \
  float8 s00 = LOAD8(p), s01 = LOAD8(p + 8), s10 = LOAD8(p + 16); \
  float8 s11 = LOAD8(p + 24), s20 = LOAD8(p + 32), s21 = LOAD8(p + 40); \
  float8 s30 = LOAD8(p + 48), s31 = LOAD8(p + 56);

#define STORE_TILE(p)                                             \
  STORE8(p, s00), STORE8(p + 8, s01), STORE8(p + 16, s10);        \
  STORE8(p + 24, s11), STORE8(p + 32, s20), STORE8(p + 40, s21);  \
  STORE8(p + 48, s30), STORE8(p + 56, s31);

// Adds `count` neighbouring pixels; b1 repeats b0 where the panel has but eight channels.
#define ADD_PIXELS(px, pg, count)                        \
  {                                                      \
    const global float *xs = px, *gs = pg;               \
    for (int q = 0; q < (count); q++) {                  \
      const float8 b0 = LOAD8(gs), b1 = LOAD8(gs + second); \
      float8 v = xs[0];                                  \
      s00 = fma(v, b0, s00), s01 = fma(v, b1, s01);      \
      v = xs[1];                                         \
      s10 = fma(v, b0, s10), s11 = fma(v, b1, s11);      \
      v = xs[2];                                         \
      s20 = fma(v, b0, s20), s21 = fma(v, b1, s21);      \
      v = xs[3];                                         \
      s30 = fma(v, b0, s30), s31 = fma(v, b1, s31);      \
      xs += ci, gs += co;                                \
    }                                                    \
  }

KERNEL void weight_gradient(const global float *restrict x, const int ci,
                            const global float *restrict g, const int co,
                            global float *restrict partial, const int rows, const int rowsPerPart,
                            const int height, const int width, const int outHeight,
                            const int outWidth, const int kernelHeight, const int kernelWidth,
                            const int padTop, const int padLeft) {
  const int part = get_global_id(0), panel = get_global_id(1), panels = get_global_size(1);
  const int o = panel * 16, second = o + 8 < co ? 8 : 0;
  const int taps = kernelHeight * kernelWidth;
  global float *sums = partial + ((size_t)part * panels + panel) * taps * ci * 16;
  for (int i = 0; i < taps * ci * 16; i += 8) STORE8(sums + i, (float8)(0));
  const int last = min((part + 1) * rowsPerPart, rows);
  const int block = max(1, 256 / outWidth);
  for (int start = part * rowsPerPart; start < last; start += block) {
    const int end = min(start + block, last);
    for (int tap = 0; tap < taps; tap++) {
      const int dy = tap / kernelWidth - padTop, dx = tap % kernelWidth - padLeft;
      const int ox = max(0, -dx), count = min(outWidth, width - dx) - ox;
      for (int c = 0; c < ci; c += 4) {
        global float *target = sums + ((size_t)tap * ci + c) * 16;
        LOAD_TILE(target)
        for (int row = start; row < end; row++) {
          const int n = row / outHeight, iy = row % outHeight + dy;
          if (iy < 0 || iy >= height) continue;
          ADD_PIXELS(x + ((size_t)(n * height + iy) * width + ox + dx) * ci + c,
                     g + ((size_t)row * outWidth + ox) * co + o, count)
        }
        STORE_TILE(target)
      }
    }
  }
}

// The same for 1x1 convolutions and linear layers: rows of pixels without neighbours.
KERNEL void weight_gradient_1x1(const global float *restrict x, const int ci,
                                const global float *restrict g, const int co,
                                global float *restrict partial, const int pixels,
                                const int pixelsPerPart) {
  const int part = get_global_id(0), panel = get_global_id(1), panels = get_global_size(1);
  const int o = panel * 16, second = o + 8 < co ? 8 : 0;
  global float *sums = partial + ((size_t)part * panels + panel) * ci * 16;
  for (int i = 0; i < ci * 16; i += 8) STORE8(sums + i, (float8)(0));
  const int last = min((part + 1) * pixelsPerPart, pixels);
  for (int start = part * pixelsPerPart; start < last; start += 256)
    for (int c = 0; c < ci; c += 4) {
      global float *target = sums + (size_t)c * 16;
      LOAD_TILE(target)
      ADD_PIXELS(x + (size_t)start * ci + c, g + (size_t)start * co + o, min(256, last - start))
      STORE_TILE(target)
    }
}

// y[o, c, tap] = sum of the parts, in their order
// launch (panels, real input channels)
KERNEL void weight_gradient_sum(const global float *partial, const int parts, const int ci,
                                const int taps, global float *y, const int outputs,
                                const int inputs) {
  const int panel = get_global_id(0), panels = get_global_size(0), c = get_global_id(1);
  const int lanes = min(16, outputs - panel * 16);
  for (int tap = 0; tap < taps; tap++) {
    float sums[16];
    for (int lane = 0; lane < 16; lane++) sums[lane] = 0;
    for (int part = 0; part < parts; part++) {
      const global float *source =
          partial + ((((size_t)part * panels + panel) * taps + tap) * ci + c) * 16;
      for (int lane = 0; lane < 16; lane++) sums[lane] += source[lane];
    }
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
