#include "EmbeddedModels.h"

#define FILE_OF(name) const EmbeddedFile embedded_##name = {name, sizeof name}

// 16-byte alignment: tensors are read in place.
static const _Alignas(16) unsigned char main[] = {
#embed "../../Models/main.safetensors"
};
FILE_OF(main);

static const _Alignas(16) unsigned char guide[] = {
#embed "../../Models/guide.safetensors"
};
FILE_OF(guide);
