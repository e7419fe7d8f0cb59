// Log-density and score of a mixture of Gaussians smoothed by noise, at points with levels of their
// own (GaussianMixture.swift):
//
//   p(x; sigma) = sum over k of w_k N(x; mu_k, S_k + sigma^2 I)
//
// Neighbours of one covariance are a group, and share all that depends on it: the exponent is
// xx dx^2 + xy dx dy + yy dy^2 for d = x - mu, and the score needs the sums of d alone.
//
// groups      [G][4]: S_xx, S_xy, S_yy, 0
// ends        [G]: the component after each group's last
// components  [K][4]: weight, mu_x, mu_y, 0; each group's number is a multiple of 4: the rest has
//             weight 0
// x, y, sigma [N], N rounded up to 16
// launch      (N / 16): sixteen points at once, two registers of 8, since one would wait for itself
//             in the exponential; nothing is stored in between. Four components share the
//             decision whether they matter

// 1 / sqrt(x) for positive x by Newton's method, cheaper than a root and a division
static inline float16 reciprocal_root(const float16 x) {
  float16 y = as_float16(0x5f375a86 - (as_int16(x) >> 1));
  const float16 middle = 0.5f * x;
  y *= 1.5f - middle * y * y;
  y *= 1.5f - middle * y * y;
  y *= 1.5f - middle * y * y;
  return y;
}

// any(), which some runtimes compute lane by lane
static inline bool any16(const int16 mask) {
  const long8 words = as_long8(mask);
  const long4 halves = words.lo | words.hi;
  const long2 quarters = halves.lo | halves.hi;
  return (quarters.x | quarters.y) != 0;
}

KERNEL void mixture(const global float *restrict groups, const global int *restrict ends,
                    const int count, const global float *restrict components,
                    const global float *restrict x, const global float *restrict y,
                    const global float *restrict sigma, global float *restrict logDensity,
                    global float *restrict scoreX, global float *restrict scoreY) {
  const int i = get_global_id(0) * 16;
  const float16 px = LOAD16(x + i), py = LOAD16(y + i), level = LOAD16(sigma + i);
  const float16 variance = level * level;
  // Sums are relative to exp(most), `most` being near the largest exponent so far.
  float16 most = -INFINITY, total = 0, sumX = 0, sumY = 0;
  for (int g = 0, k = 0; g < count; g++) {
    const float16 a = groups[g * 4] + variance, c = groups[g * 4 + 2] + variance;
    const float b = groups[g * 4 + 1];
    const float16 root = reciprocal_root(a * c - b * b), inverse = root * root;
    const float16 xx = -0.5f * c * inverse, xy = b * inverse, yy = -0.5f * a * inverse;
    float16 groupTotal = 0, groupX = 0, groupY = 0;
    for (; k < ends[g]; k += 4) {
      const global float *four = components + (size_t)k * 4;
      float16 dx[4], dy[4], exponent[4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        dx[i] = px - four[i * 4 + 1], dy[i] = py - four[i * 4 + 2];
        exponent[i] = fma(dx[i], fma(xx, dx[i], xy * dy[i]), yy * dy[i] * dy[i]);
      }
      const float16 largest =
          max(max(exponent[0], exponent[1]), max(exponent[2], exponent[3]));
      // exp(-40) is lost in the sums, whatever the weights.
      if (!any16(largest > most - 40.0f)) continue;
      const int16 isNew = largest > most + 20.0f;
      if (any16(isNew)) {
        const float16 next = select(most, largest, isNew), factor = exp16(most - next);
        total *= factor, sumX *= factor, sumY *= factor;
        groupTotal *= factor, groupX *= factor, groupY *= factor;
        most = next;
      }
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const float16 share = four[i * 4] * exp16(exponent[i] - most);
        groupTotal += share;
        groupX = fma(share, dx[i], groupX);
        groupY = fma(share, dy[i], groupY);
      }
    }
    total = fma(root, groupTotal, total);
    sumX = fma(root * inverse, c * groupX - b * groupY, sumX);
    sumY = fma(root * inverse, a * groupY - b * groupX, sumY);
  }
  vstore16(log(total) + most - 1.8378770664f, 0, logDensity + i);
  vstore16(-sumX / total, 0, scoreX + i);
  vstore16(-sumY / total, 0, scoreY + i);
}
