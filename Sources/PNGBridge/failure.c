#include "failure.h"
#include <stdio.h>

void png_bridge_fail(png_structp png, png_const_charp reason) {
  snprintf(png_get_error_ptr(png), 128, "%s", reason);
  png_longjmp(png, 1);
}

void png_bridge_ignore_warning(png_structp png, png_const_charp reason) {
  (void)png;
  (void)reason;
}
