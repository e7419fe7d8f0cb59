#pragma once
#include <stddef.h>

/// The text of one OpenCL C file: `count` bytes of UTF-8, no terminator.
typedef struct {
  const char *_Nonnull bytes;
  size_t count;
} KernelText;

extern const KernelText kernel_common;
extern const KernelText kernel_rows;
extern const KernelText kernel_chain;
extern const KernelText kernel_gpu_convolution;
extern const KernelText kernel_gpu_elementwise;
extern const KernelText kernel_gpu_norm;
extern const KernelText kernel_gpu_images;
extern const KernelText kernel_gpu_attention;
extern const KernelText kernel_optimizer;
extern const KernelText kernel_mixture;
extern const KernelText kernel_gradient;
extern const KernelText kernel_attention_gradient;
extern const KernelText kernel_weight_gradient;
extern const KernelText kernel_weights;
extern const KernelText kernel_peak;
extern const KernelText kernel_guidance;
extern const KernelText kernel_resample;
extern const KernelText kernel_images;
extern const KernelText kernel_group_norm;
extern const KernelText kernel_elementwise;
extern const KernelText kernel_attention;
extern const KernelText kernel_winograd;
extern const KernelText kernel_winograd_fused;
extern const KernelText kernel_winograd_gradient;
extern const KernelText kernel_convolution;
