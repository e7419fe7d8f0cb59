// Many steps for a few rows at a time, so that what one step hands to the next stays in the cache:
// a multi-layer perceptron's whole evaluation, or its gradient, in one launch.
//
// The host generates the macros and what stands before them (Chain.swift):
//
// CHAIN            name of the kernel
// BASE_PARAMETERS  BASE(m0), BASE(m1), ...: memory of values; BASES m0, m1, ...
// EXPRESSIONS      cases of the switch below: a generated expression each
//
// table    the steps: kind, length, then arguments in the order of RowStep.swift. A pointer is four
//          numbers: a base, and what is added to it, in all, per row, and per part.
// memory   [part][slot]: values that are needed in the chain alone, of `block` rows; the last base
// launch   (parts); a part is `rowsPerPart` of the `rows`, one after the other in blocks, and what
//          is added up over rows begins anew in each part

// prelude: copy.clh
// prelude: linear.clh
// prelude: weight_gradient.clh
// lint: -DROWS=8 -DTILE_ROWS=16 -DCHAIN=chain -DBASE_PARAMETERS=BASE(m0) -DBASES=m0 -DEXPRESSIONS=
#define BASE(name) global float *name
#define INT(i) t[i]
#define FLOAT(i) as_float(t[i])
#define POINTER(i) \
  (bases[t[i]] + t[(i) + 1] + (size_t)first * t[(i) + 2] + (size_t)part * t[(i) + 3])

KERNEL void CHAIN(BASE_PARAMETERS, const global int *table, const int steps, global float *memory,
                  const int slot, const int rows, const int rowsPerPart, const int block) {
  const int part = get_global_id(0);
  global float *const bases[] = {BASES, memory + (size_t)part * slot};
  const int start = part * rowsPerPart, end = min(start + rowsPerPart, rows);
  int first = start;
  do {
    // None in a part beyond the last row, whose sums are zeros.
    const int count = max(0, min(block, end - first)), begins = first == start;
    const global int *t = table;
    for (int step = 0; step < steps; step++) {
      switch (t[0]) {
        case 0: {
          const global float *x = POINTER(2), *w = POINTER(7);
          const int inputs = INT(6), outputs = INT(15);
          linear_rows(x, inputs, x, 0, w, POINTER(11), outputs, 1, count, 0,
                      (count + ROWS - 1) / ROWS, 0, (outputs + 15) / 16, 0, w, 0, 0, 0, 1, w, 0,
                      1, 0);
          break;
        }
        case 1: {
          const global float *x = POINTER(2), *g = POINTER(7);
          const int inputs = INT(6), outputs = INT(11);
          global float *sums = POINTER(12);
          for (int panel = 0; panel < (outputs + 15) / 16; panel++, sums += inputs * 16) {
            if (begins)
              for (int i = 0; i < inputs; i++) vstore16((float16)(0), i, sums);
            add_products(x, inputs, g, outputs, panel, sums, count);
          }
          break;
        }
        case 2:
          copy_rows(POINTER(2), INT(6), INT(7), POINTER(8), INT(12), INT(13), INT(14), INT(15),
                    count);
          break;
          EXPRESSIONS
      }
      t += t[1];
    }
    first += block;
  } while (first < end);
}
#undef CHAIN
#undef BASE_PARAMETERS
#undef BASES
#undef EXPRESSIONS
