// The fused guidance step: preconditioning of the main network and of every guide, guidance, and
// the Euler or Heun update, in one pass over the state (GuidedPlan.swift).
//
//   D_i = c_skip x + c_out F_i                                     EDM eq. 7, in fp32
//   D   = D_m                                  guides == 0
//         lerp(D_g, D_m, w)                    guides == 1         AG eq. 3, as torch.lerp rounds
//         D_m + sum of (w_i - 1) (D_m - D_i)   guides > 1          AG eq. 6
//   d   = (x - D) / sigma
//   Euler       x̂ ← x, d̂ ← d, x ← x̂ + (next - sigma) d
//   correction  x ← x̂ + (next - sigma) (d̂ / 2 + d / 2)            d at (x, next)
//
// STATE         float or double: the type of the sampler's state
// x, x̂, d̂, y    [count] states; y: x as float, the networks' input
// F             [count] raw output of the main network; G: of the guides, guideStride apart
// factors       c_skip, c_out of the main network and of up to 7 guides
// weights       w of each guide
// GROUPED       1 for groups of GROUP items, as on a GPU; 0 for groups of one
// launch        (ceil(count / (8 blocksPerItem)))

// lint: -DSTATE=float -DGROUPED=0
// lint: -DSTATE=double -DGROUPED=1
#if !defined(STATE) || !defined(GROUPED)
#error "STATE is float or double, GROUPED 0 or 1; see OpenCLPlan.swift"
#endif
#if GROUPED
#define STEP_KERNEL GROUP_KERNEL
#else
#define STEP_KERNEL KERNEL
#endif
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define STATE8 JOIN(STATE, 8)
#define TO_STATE8 JOIN(convert_, STATE8)

#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
#pragma OPENCL FP_CONTRACT OFF  // rounded as the official sampler rounds

STEP_KERNEL void guided_step(global STATE *x, global STATE *start, global STATE *slope,
                             global float *y, const global float *F, const global float *G,
                             const int guideStride, const float16 factors, const STATE8 weights,
                             const int guides, const int correction, const STATE sigma,
                             const STATE delta, const int count, const int blocksPerItem) {
  float factor[16];
  STATE weight[8];
  vstore16(factors, 0, factor);
  vstore8(weights, 0, weight);
  const int first = get_global_id(0) * blocksPerItem * 8;
  for (int i = first; i < min(first + blocksPerItem * 8, count); i += 8) {
    const STATE8 state = *(const global STATE8 *)(x + i);
    const float8 input = convert_float8(state);
    const STATE8 D_m = TO_STATE8(factor[0] * input + factor[1] * LOAD8(F + i));
    STATE8 D = D_m;
    for (int g = 0; g < guides; g++) {
      const float8 raw = LOAD8(G + (size_t)g * guideStride + i);
      const STATE8 D_g = TO_STATE8(factor[2 + 2 * g] * input + factor[3 + 2 * g] * raw);
      const STATE w = weight[g];
      if (guides > 1)
        D = D + (w - 1) * (D_m - D_g);
      else if (fabs(w) < (STATE)0.5)
        D = D_g + w * (D_m - D_g);
      else
        D = D_m - (D_m - D_g) * (1 - w);
    }
    const STATE8 d = (state - D) / sigma;
    STATE8 result;
    if (correction) {
      const STATE8 average =
          (STATE)0.5 * *(const global STATE8 *)(slope + i) + (STATE)0.5 * d;
      result = *(const global STATE8 *)(start + i) + delta * average;
    } else {
      *(global STATE8 *)(start + i) = state;
      *(global STATE8 *)(slope + i) = d;
      result = state + delta * d;
    }
    *(global STATE8 *)(x + i) = result;
    STORE8(y + i, convert_float8(result));
  }
}

// x ← x + scale noise, y ← x as float; launch (ceil(count / (8 blocksPerItem)))
STEP_KERNEL void add_noise(global STATE *x, const global STATE *noise, global float *y,
                           const STATE scale, const int count, const int blocksPerItem) {
  const int first = get_global_id(0) * blocksPerItem * 8;
  for (int i = first; i < min(first + blocksPerItem * 8, count); i += 8) {
    const STATE8 state =
        *(const global STATE8 *)(x + i) + scale * *(const global STATE8 *)(noise + i);
    *(global STATE8 *)(x + i) = state;
    STORE8(y + i, convert_float8(state));
  }
}
