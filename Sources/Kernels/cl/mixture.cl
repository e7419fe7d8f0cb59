// Log-density and score of a mixture of Gaussians smoothed by noise, at points with levels of their
// own (GaussianMixture.swift):
//
//   p(x; sigma) = sum over k of w_k N(x; mu_k, S_k + sigma^2 I)
//
// components  [K][8]: weight, mu_x, mu_y, S_xx, S_xy, S_yy, 0, 0
// x, y, sigma [N], N rounded up to 8
// launch      (N / 8): eight points at once; nothing is stored in between

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
    const float8 root = 1.0f / sqrt(a * c - b * b), inverse = root * root;
    const float8 gx = (c * dx - b * dy) * inverse, gy = (a * dy - b * dx) * inverse;
    const float8 distance = dx * gx + dy * gy;
    if (k == 0) least = distance;
    const int8 isFar = distance < least - 40.0f;
    if (any(isFar)) {
      const float8 next = select(least, distance, isFar);
      const float8 factor = exp8(0.5f * (next - least));
      total *= factor, sumX *= factor, sumY *= factor;
      least = next;
    }
    const float8 share = component[0] * root * exp8(0.5f * (least - distance));
    total += share;
    sumX = fma(share, gx, sumX);
    sumY = fma(share, gy, sumY);
  }
  STORE8(logDensity + i, log(total) - 0.5f * least - 1.8378770664f);
  STORE8(scoreX + i, -sumX / total);
  STORE8(scoreY + i, -sumY / total);
}
