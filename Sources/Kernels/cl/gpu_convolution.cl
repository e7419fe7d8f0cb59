// Convolution of any kernel size, stride and zero padding, or linear layer, as one matrix product on
// a GPU: implicit GEMM, without bias.
//
//   Y[m, n] = epilogue(sum over k of X[m, k] W[n, k])
//
// m is an output pixel of the batch, n an output channel, k = (tap, channel of x0, then of x1); X is
// never in memory: its elements are looked up in x0 and x1, and are zeros outside the images.
//
// x0, x1   [N, H, W, c0], [N, H, W, c1] STORED: x is their concatenation along the channels, which
//          are multiples of 8; c1 may be 0
// weights  [outputs, a multiple of TILE_N][K, a multiple of 32] STORED, zeros in the padding;
//          Packing+GPU.swift
// y        [N, OH, OW, ...] RESULTS, rows yStride elements apart
// rows     N OH OW
// outputs  output channels, a multiple of 8
// residual [N, OH, OW, outputs] STORED; factor is float
// launch   groups of THREADS items, one for each tile of TILE_M rows and TILE_N columns, columns
//          first: ceil(rows / TILE_M) ceil(outputs / TILE_N) groups; GPUTile.swift
//
// HALF     1: STORED is a half's bits, 0: a float; sums are floats; RESULT_HALF: the same of RESULTS
// ENGINE   0: any device; 1, 2, 3: matrix engines and their emulation, halves only; gpu_matrix.clh
// TILE_M   rows of a tile, TILE_N columns
// ITEM_M   ENGINE 0: rows of an item, whose columns are 8
// WARP_M   else: rows of 32 items, a multiple of 16; WARP_N columns, a multiple of 16; 16 and TILE_N
//          for ENGINE 3
// STAGES   else: tiles of X and W in local memory, of which one is in use and one or more arrive
//
// Each output is one sum in an order that depends neither on its tile nor on the batch: one chain of
// fused multiply-adds for ENGINE 0 and 2, which thus give the same bits.
//
// No GPU has run any of this: OpenCL on CPUs has run ENGINE 0 and 2.

// prelude: gpu_convolution.clh
// prelude: gpu_matrix.clh
// lint: -DENGINE=0 -DHALF=0 -DRESULT_HALF=0 -DTILE_M=64 -DTILE_N=64 -DITEM_M=8
// lint: -DENGINE=0 -DHALF=0 -DRESULT_HALF=1 -DTILE_M=16 -DTILE_N=64 -DITEM_M=2
// lint: -DENGINE=0 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=64 -DTILE_N=64 -DITEM_M=8
// lint: -DENGINE=0 -DHALF=1 -DRESULT_HALF=0 -DTILE_M=16 -DTILE_N=64 -DITEM_M=2
// lint: -DENGINE=1 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=128 -DTILE_N=128 -DWARP_M=64 -DWARP_N=64 -DSTAGES=3 -DASM=__asm__ --target=nvptx64-nvidia-cuda
// lint: -DENGINE=1 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=128 -DTILE_N=96 -DWARP_M=64 -DWARP_N=48 -DSTAGES=3 -DASM=__asm__ --target=nvptx64-nvidia-cuda
// lint: -DENGINE=1 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=128 -DTILE_N=64 -DWARP_M=64 -DWARP_N=32 -DSTAGES=3 -DASM=__asm__ --target=nvptx64-nvidia-cuda
// lint: -DENGINE=1 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=64 -DTILE_N=64 -DWARP_M=32 -DWARP_N=32 -DSTAGES=3 -DASM=__asm__ --target=nvptx64-nvidia-cuda
// lint: -DENGINE=2 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=128 -DTILE_N=128 -DWARP_M=64 -DWARP_N=64 -DSTAGES=3
// lint: -DENGINE=2 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=128 -DTILE_N=96 -DWARP_M=64 -DWARP_N=48 -DSTAGES=3
// lint: -DENGINE=2 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=128 -DTILE_N=64 -DWARP_M=64 -DWARP_N=32 -DSTAGES=3
// lint: -DENGINE=2 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=64 -DTILE_N=64 -DWARP_M=32 -DWARP_N=32 -DSTAGES=3
// lint: -DENGINE=3 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=128 -DTILE_N=128 -DWARP_M=16 -DWARP_N=128 -DSTAGES=3 -DASM=__asm__ --target=nvptx64-nvidia-cuda
// lint: -DENGINE=3 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=128 -DTILE_N=96 -DWARP_M=16 -DWARP_N=96 -DSTAGES=3 -DASM=__asm__ --target=nvptx64-nvidia-cuda
// lint: -DENGINE=3 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=128 -DTILE_N=64 -DWARP_M=16 -DWARP_N=64 -DSTAGES=3 -DASM=__asm__ --target=nvptx64-nvidia-cuda
// lint: -DENGINE=3 -DHALF=1 -DRESULT_HALF=1 -DTILE_M=64 -DTILE_N=64 -DWARP_M=16 -DWARP_N=64 -DSTAGES=3 -DASM=__asm__ --target=nvptx64-nvidia-cuda

#define GPU_CONVOLUTION_PARAMETERS                                                              \
  const global STORED *restrict x0, const int c0, const global STORED *restrict x1,             \
      const int c1, const global STORED *restrict weights, global RESULTS *restrict y,           \
      const int yStride, const int height, const int width, const int outHeight,                \
      const int outWidth, const int kernelHeight, const int kernelWidth, const int stride,      \
      const int padTop, const int padLeft, const int rows, const int outputs,                   \
      EPILOGUE_PARAMETERS

// Each item copies the same chunk of several rows, ROW_STEP apart.
#define ROW_STEP (THREADS / CHUNKS)
#define COPIES_M ((TILE_M + ROW_STEP - 1) / ROW_STEP)
#define COPIES_N ((TILE_N + ROW_STEP - 1) / ROW_STEP)

#define BEGIN_TILE                                                                              \
  const int item = get_local_id(0), chunk = item % CHUNKS, firstRow = item / CHUNKS;            \
  const int columnTiles = (outputs + TILE_N - 1) / TILE_N;                                      \
  const int m0 = (int)get_group_id(0) / columnTiles * TILE_M;                                   \
  const int n0 = (int)get_group_id(0) % columnTiles * TILE_N;                                   \
  const Sources sources = {x0, x1, c0, c1, height, width, kernelHeight, kernelWidth};           \
  const int depth = (kernelHeight * kernelWidth * (c0 + c1) + 31) / 32 * 32;                    \
  const global STORED *w = weights + (size_t)(n0 + firstRow) * depth + chunk * 8;               \
  Pixel pixels[COPIES_M];                                                                       \
  _Pragma("unroll") for (int i = 0; i < COPIES_M; i++) pixels[i] =                              \
      pixel_at(m0 + firstRow + i * ROW_STEP, rows, outHeight, outWidth, stride, padTop, padLeft, \
               &sources);                                                                       \
  Tap tap = moved((Tap){0, 0, 0}, chunk * 8, &sources);

#if ENGINE == 0

#define CHUNKS 2
#define DEPTH 16
#define THREADS (TILE_M / ITEM_M * (TILE_N / 8))
// Rows of a tile lie along local memory: [k][row], four more for the banks.
#define STRIDE_M (TILE_M + 4)
#define STRIDE_N (TILE_N + 4)

static inline void transpose8(const float8 v, local float *to, const int stride) {
  to[0] = v.s0;
  to[stride] = v.s1;
  to[2 * stride] = v.s2;
  to[3 * stride] = v.s3;
  to[4 * stride] = v.s4;
  to[5 * stride] = v.s5;
  to[6 * stride] = v.s6;
  to[7 * stride] = v.s7;
}

kernel __attribute__((reqd_work_group_size(THREADS, 1, 1))) void gpu_convolution(
    GPU_CONVOLUTION_PARAMETERS) {
  local float a[DEPTH * STRIDE_M], b[DEPTH * STRIDE_N];
  BEGIN_TILE
  const int row = item / (TILE_N / 8) * ITEM_M, column = item % (TILE_N / 8) * 8;
  float8 s[ITEM_M];
#pragma unroll
  for (int i = 0; i < ITEM_M; i++) s[i] = 0;
  for (int k0 = 0; k0 < depth; k0 += DEPTH) {
#pragma unroll
    for (int i = 0; i < COPIES_M; i++) {
      const int r = firstRow + i * ROW_STEP;
      const global STORED *x = source_at(&sources, pixels[i], tap);
      if (r < TILE_M)
        transpose8(x ? LOAD_STORED8(x) : (float8)(0), a + chunk * 8 * STRIDE_M + r, STRIDE_M);
    }
#pragma unroll
    for (int i = 0; i < COPIES_N; i++) {
      const int r = firstRow + i * ROW_STEP;
      if (r < TILE_N)
        transpose8(LOAD_STORED8(w + (size_t)i * ROW_STEP * depth + k0),
                   b + chunk * 8 * STRIDE_N + r, STRIDE_N);
    }
    tap = moved(tap, DEPTH, &sources);
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int k = 0; k < DEPTH; k++) {
      const float8 v = vload8(0, b + k * STRIDE_N + column);
#pragma unroll
      for (int i = 0; i < ITEM_M; i++) s[i] = fma((float8)(a[k * STRIDE_M + row + i]), v, s[i]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (n0 + column >= outputs) return;
#pragma unroll
  for (int i = 0; i < ITEM_M; i++)
    if (m0 + row + i < rows)
      finish8(s[i], y, yStride, m0 + row + i, n0 + column, outputs, outHeight * outWidth,
              EPILOGUE_ARGUMENTS);
}

#else

// Results go through local memory 64 rows at a time, so that an item has eight channels of a row.
#define PART 64
#define STRIDE_R (TILE_N + 8)

// Starts copying the tiles of one step; a step beyond the last copies nothing.
#define LOAD_STAGE(step)                                                                        \
  {                                                                                             \
    if ((step) < lastStep) {                                                                    \
      const Shared to = tiles + arriving * STAGE_BYTES;                                         \
      _Pragma("unroll") for (int i = 0; i < COPIES_M; i++) {                                    \
        const int r = firstRow + i * ROW_STEP;                                                  \
        if (r < TILE_M)                                                                         \
          COPY16(to + PLACE(r, chunk), source_at(&sources, pixels[i], tap), weights)            \
      }                                                                                         \
      _Pragma("unroll") for (int i = 0; i < COPIES_N; i++) {                                    \
        const int r = firstRow + i * ROW_STEP;                                                  \
        if (r < TILE_N)                                                                         \
          COPY16(to + PLACE(TILE_M + r, chunk), w + (size_t)i * ROW_STEP * depth, weights)      \
      }                                                                                         \
      tap = moved(tap, DEPTH, &sources);                                                        \
      w += DEPTH;                                                                               \
      arriving = arriving + 1 == STAGES ? 0 : arriving + 1;                                     \
    }                                                                                           \
    COMMIT_COPIES();                                                                            \
  }

kernel __attribute__((reqd_work_group_size(THREADS, 1, 1))) void gpu_convolution(
    GPU_CONVOLUTION_PARAMETERS) {
  local uint memory[STAGES * STAGE_BYTES / 4] __attribute__((aligned(1024)));
#if ENGINE == 2
  local uint exchange[THREADS * FRAGMENTS];
#endif
  BEGIN_TILE
  const uint lane = item % 32, warp = item / 32;
  const int warpRow = (int)warp / WARPS_N * WARP_M, warpColumn = (int)warp % WARPS_N * WARP_N;
  const int lastStep = depth / DEPTH;
  const Shared tiles = SHARED_BASE(memory);
  int arriving = 0, current = 0;
  float d[MI][NI][4];
#pragma unroll
  for (int i = 0; i < MI; i++)
#pragma unroll
    for (int j = 0; j < NI; j++)
#pragma unroll
      for (int part = 0; part < 4; part++) d[i][j][part] = 0;

#pragma unroll
  for (int step = 0; step < STAGES - 1; step++) LOAD_STAGE(step)
  for (int step = 0; step < lastStep; step++) {
    AWAIT_COPIES(STAGES - 2);
    barrier(CLK_LOCAL_MEM_FENCE);
    LOAD_STAGE(step + STAGES - 1)
    const Shared stage = tiles + current * STAGE_BYTES;
    MULTIPLY_STAGE(stage)
    current = current + 1 == STAGES ? 0 : current + 1;
  }
  AWAIT_COPIES(0);

  local float *results = (local float *)memory;
  for (int first = 0; first < TILE_M; first += PART) {
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int i = 0; i < MI; i++) {
      const int row = warpRow + i * 16 + (int)lane / 4 - first;
      if (row >= 0 && row < PART)
#pragma unroll
        for (int j = 0; j < NI; j++) {
          local float *to = results + row * STRIDE_R + warpColumn + j * 8 + lane % 4 * 2;
          vstore2((float2)(d[i][j][0], d[i][j][1]), 0, to);
          vstore2((float2)(d[i][j][2], d[i][j][3]), 0, to + 8 * STRIDE_R);
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int v = item; v < PART * (TILE_N / 8); v += THREADS) {
      const int row = v / (TILE_N / 8), column = v % (TILE_N / 8) * 8, m = m0 + first + row;
      if (m < rows && n0 + column < outputs)
        finish8(vload8(0, results + row * STRIDE_R + column), y, yStride, m, n0 + column, outputs,
                outHeight * outWidth, EPILOGUE_ARGUMENTS);
    }
  }
}
#endif
