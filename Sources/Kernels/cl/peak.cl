// Fused multiply-adds in registers alone: the peak that benchmarks are measured against.
//
// out     [items][8]
// launch  (items): each makes 12 x 8 multiply-adds per turn

KERNEL void peak(global float *out, const int turns, const float scale, const float shift) {
  float8 s[12];
  for (int i = 0; i < 12; i++) s[i] = (float8)(i);
  const float8 a = scale, b = shift;
  for (int turn = 0; turn < turns; turn++)
#pragma unroll
    for (int i = 0; i < 12; i++) s[i] = fma(s[i], a, b);
  float8 sum = 0;
  for (int i = 0; i < 12; i++) sum += s[i];
  STORE8(out + get_global_id(0) * 8, sum);
}
