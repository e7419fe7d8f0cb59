#include "PNGBridge.h"
#include "failure.h"
#include <stdlib.h>
#include <string.h>

// A small file can claim a large image: what is allocated is bounded by what it can hold, for
// deflate never shrinks below 1/1032, and uncompressed texts not at all.
#define LARGEST_RATIO 1040

struct PNGBridgeImage {
  png_structp png; // owns the texts
  png_infop info;
  uint32_t width, height;
  int channels;
  uint8_t *pixels;
  png_bytep *rows;
  png_textp texts;
  int text_count;
};

typedef struct {
  const uint8_t *bytes;
  size_t count;
} Input;

static void take(png_structp png, png_bytep bytes, size_t count) {
  Input *in = png_get_io_ptr(png);
  if (count > in->count) png_error(png, "the file ends too early");
  memcpy(bytes, in->bytes, count);
  in->bytes += count;
  in->count -= count;
}

// Whether each chunk's length fits into what is left: libpng allocates it before it reads.
static _Bool chunks_fit(const uint8_t *bytes, size_t count) {
  size_t start = 8; // after the signature
  while (count > start && count - start >= 12) {
    size_t length = png_get_uint_32(bytes + start);
    if (length > count - start - 12) return 0;
    start += 12 + length;
  }
  return 1;
}

// Everything that libpng may leave by longjmp; what it allocated hangs on `image`.
static _Bool read_png(PNGBridgeImage *image, Input *in, uint32_t limit, _Bool texts_only) {
  png_structp png = image->png;
  png_infop info = image->info;
  const size_t size = in->count;
  if (setjmp(png_jmpbuf(png))) return 0;
  if (!chunks_fit(in->bytes, size)) png_error(png, "the file is damaged or ends too early");
  png_set_read_fn(png, in, take);
  png_set_user_limits(png, limit, limit);
  png_set_chunk_malloc_max(png, size + 4096);
  png_set_chunk_cache_max(png, 64);
  png_read_info(png, info);
  if (texts_only) {
    png_get_text(png, info, &image->texts, &image->text_count);
    return 1;
  }
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_strip_alpha(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);

  image->width = png_get_image_width(png, info);
  image->height = png_get_image_height(png, info);
  image->channels = png_get_channels(png, info);
  if (image->channels != 1 && image->channels != 3) png_error(png, "neither grey nor RGB");
  size_t row = png_get_rowbytes(png, info);
  if ((uint64_t)row * image->height / LARGEST_RATIO > size)
    png_error(png, "the file is too short for its width and height");
  if (row != (size_t)image->width * (size_t)image->channels) png_error(png, "not 8 bits");
  image->pixels = calloc(image->height, row);
  image->rows = calloc(image->height, sizeof *image->rows);
  if (!image->pixels || !image->rows) png_error(png, "out of memory");
  for (uint32_t y = 0; y < image->height; y++) image->rows[y] = image->pixels + y * row;
  png_read_image(png, image->rows);
  png_read_end(png, info);
  png_get_text(png, info, &image->texts, &image->text_count);
  return 1;
}

PNGBridgeImage *png_bridge_decode(const uint8_t *bytes, size_t count, uint32_t limit,
                                  _Bool texts_only, char message[128]) {
  strcpy(message, "out of memory");
  PNGBridgeImage *image = calloc(1, sizeof *image);
  if (!image) return NULL;
  image->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, png_bridge_fail,
                                      png_bridge_ignore_warning);
  image->info = image->png ? png_create_info_struct(image->png) : NULL;
  Input in = {bytes, count};
  if (image->info && read_png(image, &in, limit, texts_only)) {
    png_set_error_fn(image->png, NULL, NULL, NULL); // `message` is the caller's
    return image;
  }
  png_bridge_free(image);
  return NULL;
}

void png_bridge_free(PNGBridgeImage *image) {
  png_destroy_read_struct(&image->png, &image->info, NULL);
  free(image->pixels);
  free(image->rows);
  free(image);
}

uint32_t png_bridge_width(const PNGBridgeImage *image) { return image->width; }
uint32_t png_bridge_height(const PNGBridgeImage *image) { return image->height; }
int png_bridge_channels(const PNGBridgeImage *image) { return image->channels; }
const uint8_t *png_bridge_pixels(const PNGBridgeImage *image) { return image->pixels; }
int png_bridge_text_count(const PNGBridgeImage *image) { return image->text_count; }

PNGBridgeText png_bridge_text(const PNGBridgeImage *image, int index) {
  return (PNGBridgeText){image->texts[index].key, image->texts[index].text};
}
