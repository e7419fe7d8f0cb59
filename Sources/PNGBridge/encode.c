#include "PNGBridge.h"
#include "failure.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
  uint8_t *bytes;
  size_t count, capacity;
} Output;

static void append(png_structp png, png_bytep bytes, size_t count) {
  Output *out = png_get_io_ptr(png);
  if (count > out->capacity - out->count) {
    size_t capacity = 2 * out->capacity + count + 4096;
    uint8_t *larger = realloc(out->bytes, capacity);
    if (!larger) png_error(png, "out of memory");
    out->bytes = larger;
    out->capacity = capacity;
  }
  memcpy(out->bytes + out->count, bytes, count);
  out->count += count;
}

static void flush(png_structp png) { (void)png; }

// Everything that libpng may leave by longjmp: no local of this function is read after a jump.
static _Bool write_png(png_structp png, png_infop info, uint32_t width, uint32_t height,
                       int channels, const uint8_t *pixels, const uint8_t *palette, int colours,
                       const PNGBridgeText *texts, int text_count, Output *out) {
  if (setjmp(png_jmpbuf(png))) return 0;
  png_set_write_fn(png, out, append, flush);
  int type = channels == 3 ? PNG_COLOR_TYPE_RGB : palette ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_GRAY;
  png_set_IHDR(png, info, width, height, 8, type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (palette) png_set_PLTE(png, info, (png_const_colorp)palette, colours);
  for (int i = 0; i < text_count; i++) {
    png_text text = {0};
    text.compression = PNG_ITXT_COMPRESSION_NONE;
    text.key = (png_charp)texts[i].key;
    text.text = (png_charp)texts[i].value;
    text.itxt_length = strlen(texts[i].value);
    text.lang = "";
    text.lang_key = "";
    png_set_text(png, info, &text, 1);
  }
  png_write_info(png, info);
  for (uint32_t y = 0; y < height; y++)
    png_write_row(png, pixels + (size_t)y * width * (size_t)channels);
  png_write_end(png, info);
  return 1;
}

_Bool png_bridge_encode(uint32_t width, uint32_t height, int channels, const uint8_t *pixels,
                        const uint8_t *palette, int colours, const PNGBridgeText *texts,
                        int text_count, uint8_t **file, size_t *count, char message[128]) {
  strcpy(message, "out of memory");
  Output out = {0};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, png_bridge_fail,
                                            png_bridge_ignore_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  _Bool done = info && write_png(png, info, width, height, channels, pixels, palette, colours,
                                 texts, text_count, &out);
  png_destroy_write_struct(&png, &info);
  if (!done) free(out.bytes);
  *file = done ? out.bytes : NULL;
  *count = out.count;
  return done;
}
