#include "Kernels.h"

#define TEXT(name) const KernelText kernel_##name = {name, sizeof name}

static const char common[] = {
#embed "cl/common.clh"
};
TEXT(common);
