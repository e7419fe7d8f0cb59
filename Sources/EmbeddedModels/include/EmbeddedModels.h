#pragma once
#include <stddef.h>

/// One embedded file: `count` bytes.
typedef struct {
  const unsigned char *_Nonnull bytes;
  size_t count;
} EmbeddedFile;

/// The default pair (see Models/README.md), as self-contained safetensors files.
extern const EmbeddedFile embedded_main;
extern const EmbeddedFile embedded_guide;
