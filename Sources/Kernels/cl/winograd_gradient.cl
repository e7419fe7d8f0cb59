// Gradient of a 3x3 convolution, stride 1, padding 1, for its weights, by Winograd's F(m, 3) with m =
// 2 or 4, in parts over runs of tiles:
//
//   V = Bᵀ d B   d: tiles of (m + 2)² pixels of x, m apart
//   W = A g Aᵀ   of the same tiles of g, of m² pixels
//   P[ξ] = sum over tiles of V[ξ]ᵀ W[ξ]
//   partial[part][panel][tap][c][16] = Gᵀ P G
//
// A work-item holds P for `ciGroup` x `coGroup` channels, multiples of 16, and BLOCK tiles of V and
// W at a time; its register tile is GRADIENT_ROWS x 16 channels.
//
// x, g     [N, H, W, ci], [N, H, W, co], channels padded to 8
// zeros    max(ci, co) zeros
// launch   (parts, ceil(ci / ciGroup), ceil(co / coGroup))

// prelude: winograd.clh
// lint: -DOUTPUT=2 -DROWS=6
// lint: -DOUTPUT=4 -DROWS=16
#define POSITIONS (INPUT * INPUT)
#define BLOCK 16
#define GROUP_IN 96
#define GROUP_OUT 64
#define GRADIENT_ROWS (ROWS < 16 ? 4 : 16)

KERNEL void winograd_weight_gradient(const global float *restrict x, const int ci,
                                     const int ciGroup, const global float *restrict g,
                                     const int co, const int coGroup,
                                     const global float *restrict zeros,
                                     global float *restrict partial, const int height,
                                     const int width, const int tiles, const int tilesPerPart) {
  const int part = get_global_id(0), panels = (co + 15) / 16;
  const int firstIn = get_global_id(1) * ciGroup, firstOut = get_global_id(2) * coGroup;
  const int inputs = min(ciGroup, PADDED(ci) - firstIn);
  const int outputs = min(coGroup, PADDED(co) - firstOut);
  float16 V16[POSITIONS * (BLOCK * GROUP_IN / 16 + 1)];
  float16 W16[POSITIONS * (BLOCK * GROUP_OUT / 16 + 1)];
  float16 P16[POSITIONS * GROUP_IN * GROUP_OUT / 16];
  float *V = (float *)V16, *W = (float *)W16, *P = (float *)P16;
  // One line more than needed, against cache conflicts.
  const int vStride = BLOCK * inputs + 16, wStride = BLOCK * outputs + 16;
  for (int k = 0; k < POSITIONS * inputs * outputs / 16; k++) P16[k] = 0;

  const int last = min((part + 1) * tilesPerPart, tiles);
  for (int start = part * tilesPerPart; start < last; start += BLOCK) {
    const int count = min(BLOCK, last - start);
#pragma nounroll
    for (int k = 0; k < count; k++) {
      const int tile = start + k;
      LOCATE_TILE(tile)
      TILE_POINTERS(INPUT, p, x, ci, top - 1, left - 1)
      TILE_POINTERS(OUTPUT, q, g, co, top, left)
#define STORE_V(i, r) *(float16 *)(V + (i) * vStride + k * inputs + c) = r
#define STORE_W(i, r) *(float16 *)(W + (i) * wStride + k * outputs + c) = r
#pragma nounroll
      for (int c = 0; c < inputs; c += 16)
        TRANSFORM_TILE(INPUT, input_transform, p, ci, firstIn + c, AS_IT_IS, STORE_V)
#pragma nounroll
      for (int c = 0; c < outputs; c += 16)
        TRANSFORM_TILE(OUTPUT, gradient_transform, q, co, firstOut + c, AS_IT_IS, STORE_W)
    }
    float *target = P;
#pragma nounroll
    for (int xi = 0; xi < POSITIONS; xi++)
#pragma nounroll
      for (int o = 0; o < outputs; o += 16)
#pragma nounroll
        for (int c = 0; c < inputs; c += GRADIENT_ROWS) {
          const float *a = V + xi * vStride + c, *b = W + xi * wStride + o;
          float16 s[GRADIENT_ROWS];
#pragma unroll
          for (int i = 0; i < GRADIENT_ROWS; i++) s[i] = *(float16 *)(target + i * 16);
#pragma nounroll
          for (int k = 0; k < count; k++) {
            const float16 w = *(const float16 *)b;
#pragma unroll
            for (int i = 0; i < GRADIENT_ROWS; i++) s[i] = fma((float16)(a[i]), w, s[i]);
            a += inputs, b += outputs;
          }
#pragma unroll
          for (int i = 0; i < GRADIENT_ROWS; i++) *(float16 *)(target + i * 16) = s[i];
          target += GRADIENT_ROWS * 16;
        }
  }

  for (int o = 0; o < outputs; o += 16) {
    const int panel = (firstOut + o) / 16;
    for (int c = 0; c < min(inputs, ci - firstIn); c++) {
      const float *p = P + (o * inputs + c * 16);
      float16 t[3][INPUT];
#pragma unroll
      for (int j = 0; j < INPUT; j++) {
        float16 d[INPUT], r[3];
#pragma unroll
        for (int i = 0; i < INPUT; i++)
          d[i] = *(const float16 *)(p + (i * INPUT + j) * inputs * outputs);
        weight_transform(r, d);
        t[0][j] = r[0], t[1][j] = r[1], t[2][j] = r[2];
      }
#pragma unroll
      for (int i = 0; i < 3; i++) {
        float16 r[3];
        weight_transform(r, t[i]);
        for (int j = 0; j < 3; j++)
          vstore16(r[j], 0,
                   partial + ((((size_t)part * panels + panel) * 9 + i * 3 + j) * ci +
                              firstIn + c) * 16);
      }
    }
  }
}
