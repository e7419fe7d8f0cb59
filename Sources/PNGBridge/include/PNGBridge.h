#pragma once
#include <stddef.h>
#include <stdint.h>

/// libpng reports errors by longjmp, which must not cross Swift frames: these functions catch it
/// and return the message instead. Pixels are rows of `channels` bytes, 1 (grey) or 3 (RGB).

/// One entry of the text of a PNG file: UTF-8, no terminators.
typedef struct {
  const char *_Nonnull key;
  const char *_Nonnull value;
} PNGBridgeText;

/// Encodes with the texts as iTXt chunks.
///
/// @param palette `colours` times red, green, blue, which the pixels of one channel number, or NULL.
/// @param file receives the bytes; the caller frees them with `free`.
/// @param message receives the reason of a failure.
/// @return whether it succeeded.
_Bool png_bridge_encode(uint32_t width, uint32_t height, int channels,
                        const uint8_t *_Nonnull pixels, const uint8_t *_Nullable palette,
                        int colours, const PNGBridgeText *_Nullable texts, int text_count,
                        uint8_t *_Nullable *_Nonnull file, size_t *_Nonnull count,
                        char message[_Nonnull 128]);

/// A decoded file, with all its memory.
typedef struct PNGBridgeImage PNGBridgeImage;

/// Decodes to 8 bits; palettes become RGB, 16 bits are halved, transparency is dropped.
///
/// @param limit largest width, and largest height.
/// @param texts_only leaves the pixels, and texts that stand behind them.
/// @return NULL with a message if the bytes are no PNG, damaged, or too large.
PNGBridgeImage *_Nullable png_bridge_decode(const uint8_t *_Nonnull bytes, size_t count,
                                            uint32_t limit, _Bool texts_only,
                                            char message[_Nonnull 128]);

void png_bridge_free(PNGBridgeImage *_Nonnull image);
uint32_t png_bridge_width(const PNGBridgeImage *_Nonnull image);
uint32_t png_bridge_height(const PNGBridgeImage *_Nonnull image);
int png_bridge_channels(const PNGBridgeImage *_Nonnull image);
const uint8_t *_Nullable png_bridge_pixels(const PNGBridgeImage *_Nonnull image);
int png_bridge_text_count(const PNGBridgeImage *_Nonnull image);
PNGBridgeText png_bridge_text(const PNGBridgeImage *_Nonnull image, int index);
