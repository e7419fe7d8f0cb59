#pragma once
#include <png.h>

// libpng's error callback: keeps the message and jumps back to the caller's setjmp.
_Noreturn void png_bridge_fail(png_structp png, png_const_charp reason);
void png_bridge_ignore_warning(png_structp png, png_const_charp reason);
