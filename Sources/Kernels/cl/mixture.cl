// Log-density and score of a mixture of Gaussians smoothed by noise, at points with levels of their
// own (GaussianMixture.swift):
//
//   p(x; sigma) = sum over k of w_k N(x; mu_k, S_k + sigma^2 I)
//
// components  [K][8]: weight, mu_x, mu_y, S_xx, S_xy, S_yy, 0, 0
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

KERNEL void mixture(const global float *restrict components, const int count,
                    const global float *restrict x, const global float *restrict y,
                    const global float *restrict sigma, global float *restrict logDensity,
                    global float *restrict scoreX, global float *restrict scoreY) {
  const int i = get_global_id(0) * 8;
  const float8 px = LOAD8(x + i), py = LOAD8(y + i), level = LOAD8(sigma + i);
  const float8 variance = level * level;
  // Sums are relative to exp(-least / 2), `least` being near the smallest distance so far.
  float8 least = 0, total = 0, sumX = 0, sumY = 0;
  for (int k = 0; k < count; k++) {
    const global float *component = components + (size_t)k * 8;
    const float8 dx = px - component[1], dy = py - component[2];
    const float8 a = component[3] + variance, c = component[5] + variance;
    const float b = component[4];
    const float8 determinant = a * c - b * b;
    const float8 hx = c * dx - b * dy, hy = a * dy - b * dx;
    const float8 product = dx * hx + dy * hy;  // distance times determinant
    // exp(-40) is lost in the sums, whatever the weights.
    if (k > 0 && !any8(product < (least + 80.0f) * determinant)) continue;
    const float8 root = reciprocal_root(determinant), inverse = root * root;
    const float8 distance = product * inverse;
    if (k == 0) least = distance;
    const int8 isFar = distance < least - 40.0f;
    if (any8(isFar)) {
      const float8 next = select(least, distance, isFar);
      const float8 factor = exp8(0.5f * (next - least));
      total *= factor, sumX *= factor, sumY *= factor;
      least = next;
    }
    const float8 share = component[0] * root * exp8(0.5f * (least - distance));
    total += share;
    sumX = fma(share, hx * inverse, sumX);
    sumY = fma(share, hy * inverse, sumY);
  }
  STORE8(logDensity + i, log(total) - 0.5f * least - 1.8378770664f);
  STORE8(scoreX + i, -sumX / total);
  STORE8(scoreY + i, -sumY / total);
}
