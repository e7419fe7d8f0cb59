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
// components  [K][4]: weight, mu_x, mu_y, 0
// x, y, sigma [N], N rounded up to 8
// launch      (N / 8): eight points at once; nothing is stored in between

// 1 / sqrt(x) for positive x by Newton's method, cheaper than a root and a division
static inline float8 reciprocal_root(const float8 x) {
  float8 y = as_float8(0x5f375a86 - (as_int8(x) >> 1));
  const float8 middle = 0.5f * x;
  y *= 1.5f - middle * y * y;
  y *= 1.5f - middle * y * y;
  y *= 1.5f - middle * y * y;
  return y;
}

// any(), which some runtimes compute lane by lane
static inline bool any8(const int8 mask) {
  const long4 words = as_long4(mask);
  const long2 halves = words.lo | words.hi;
  return (halves.x | halves.y) != 0;
}

KERNEL void mixture(const global float *restrict groups, const global int *restrict ends,
                    const int count, const global float *restrict components,
                    const global float *restrict x, const global float *restrict y,
                    const global float *restrict sigma, global float *restrict logDensity,
                    global float *restrict scoreX, global float *restrict scoreY) {
  const int i = get_global_id(0) * 8;
  const float8 px = LOAD8(x + i), py = LOAD8(y + i), level = LOAD8(sigma + i);
  const float8 variance = level * level;
  // Sums are relative to exp(most), `most` being near the largest exponent so far.
  float8 most = -INFINITY, total = 0, sumX = 0, sumY = 0;
  for (int g = 0, k = 0; g < count; g++) {
    const float8 a = groups[g * 4] + variance, c = groups[g * 4 + 2] + variance;
    const float b = groups[g * 4 + 1];
    const float8 root = reciprocal_root(a * c - b * b), inverse = root * root;
    const float8 xx = -0.5f * c * inverse, xy = b * inverse, yy = -0.5f * a * inverse;
    float8 groupTotal = 0, groupX = 0, groupY = 0;
    for (; k < ends[g]; k++) {
      const global float *component = components + (size_t)k * 4;
      const float8 dx = px - component[1], dy = py - component[2];
      const float8 exponent = fma(dx, fma(xx, dx, xy * dy), yy * dy * dy);
      // exp(-40) is lost in the sums, whatever the weights.
      if (!any8(exponent > most - 40.0f)) continue;
      const int8 isNew = exponent > most + 20.0f;
      if (any8(isNew)) {
        const float8 next = select(most, exponent, isNew), factor = exp8(most - next);
        total *= factor, sumX *= factor, sumY *= factor;
        groupTotal *= factor, groupX *= factor, groupY *= factor;
        most = next;
      }
      const float8 share = component[0] * exp8(exponent - most);
      groupTotal += share;
      groupX = fma(share, dx, groupX);
      groupY = fma(share, dy, groupY);
    }
    total = fma(root, groupTotal, total);
    sumX = fma(root * inverse, c * groupX - b * groupY, sumX);
    sumY = fma(root * inverse, a * groupY - b * groupX, sumY);
  }
  STORE8(logDensity + i, log(total) + most - 1.8378770664f);
  STORE8(scoreX + i, -sumX / total);
  STORE8(scoreY + i, -sumY / total);
}
