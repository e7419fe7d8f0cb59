#pragma once
#include <stddef.h>

/// The text of one OpenCL C file: `count` bytes of UTF-8, no terminator.
typedef struct {
  const char *_Nonnull bytes;
  size_t count;
} KernelText;

extern const KernelText kernel_common;
