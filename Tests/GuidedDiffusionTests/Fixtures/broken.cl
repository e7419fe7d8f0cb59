// Wrong on purpose: the last item writes past the buffer, and all items write the
// first. The conformance test expects the simulator to report both.
KERNEL void broken(global float *x) {
  x[get_global_id(0)] = 1;
  x[0] = get_global_id(0);
}
