#include "Kernels.h"

#define TEXT(name) const KernelText kernel_##name = {name, sizeof name}

static const char common[] = {
#embed "cl/common.clh"
};
TEXT(common);

static const char convolution[] = {
#embed "cl/linear.clh"
#embed "cl/convolution.cl" prefix(,)
};
TEXT(convolution);

static const char winograd[] = {
#embed "cl/winograd.clh"
#embed "cl/winograd.cl" prefix(,)
};
TEXT(winograd);

static const char winograd_fused[] = {
#embed "cl/winograd.clh"
#embed "cl/winograd_fused.cl" prefix(,)
};
TEXT(winograd_fused);

static const char winograd_gradient[] = {
#embed "cl/winograd.clh"
#embed "cl/winograd_gradient.cl" prefix(,)
};
TEXT(winograd_gradient);

static const char attention[] = {
#embed "cl/attention.cl"
};
TEXT(attention);

static const char elementwise[] = {
#embed "cl/copy.clh"
#embed "cl/elementwise.cl" prefix(,)
};
TEXT(elementwise);

static const char group_norm[] = {
#embed "cl/group_norm.cl"
};
TEXT(group_norm);

static const char resample[] = {
#embed "cl/images.clh"
#embed "cl/resample.cl" prefix(,)
};
TEXT(resample);

static const char images[] = {
#embed "cl/images.clh"
#embed "cl/images.cl" prefix(,)
};
TEXT(images);

static const char guidance[] = {
#embed "cl/guidance.cl"
};
TEXT(guidance);

static const char peak[] = {
#embed "cl/peak.cl"
};
TEXT(peak);

static const char gradient[] = {
#embed "cl/gradient.cl"
};
TEXT(gradient);

static const char weight_gradient[] = {
#embed "cl/weight_gradient.clh"
#embed "cl/weight_gradient.cl" prefix(,)
};
TEXT(weight_gradient);

static const char weights[] = {
#embed "cl/weights.cl"
};
TEXT(weights);

static const char attention_gradient[] = {
#embed "cl/attention_gradient.cl"
};
TEXT(attention_gradient);

static const char optimizer[] = {
#embed "cl/optimizer.cl"
};
TEXT(optimizer);

static const char mixture[] = {
#embed "cl/mixture.cl"
};
TEXT(mixture);

static const char gpu_convolution[] = {
#embed "cl/gpu_convolution.clh"
#embed "cl/gpu_matrix.clh" prefix(,)
#embed "cl/gpu_convolution.cl" prefix(,)
};
TEXT(gpu_convolution);

static const char rows[] = {
#embed "cl/copy.clh"
#embed "cl/linear.clh" prefix(,)
#embed "cl/weight_gradient.clh" prefix(,)
};
TEXT(rows);

static const char chain[] = {
#embed "cl/chain.cl"
};
TEXT(chain);

static const char gpu_elementwise[] = {
#embed "cl/gpu_elementwise.cl"
};
TEXT(gpu_elementwise);

static const char gpu_norm[] = {
#embed "cl/gpu_norm.cl"
};
TEXT(gpu_norm);

static const char gpu_images[] = {
#embed "cl/images.clh"
#embed "cl/gpu_images.cl" prefix(,)
};
TEXT(gpu_images);

static const char gpu_attention[] = {
#embed "cl/gpu_attention.cl"
};
TEXT(gpu_attention);
