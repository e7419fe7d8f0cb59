extension Preset {
  /// The published results, in the form of their tables: AG Table 1 and those of EDM2.
  ///
  /// Intervals are step indices of 32 steps; the bounds in the comments are the published ones.
  static let rows: [PresetRow] = [
    // EDM2 without guidance.                 FID        EMA     FD_DINOv2   EMA
    .unguided(.img512, .xs, fid: (3.53, 135), dino: (103.39, 200)),
    .unguided(.img512, .s, fid: (2.56, 130), dino: (68.64, 190)),
    .unguided(.img512, .m, fid: (2.25, 100), dino: (58.44, 155)),
    .unguided(.img512, .l, fid: (2.06, 85), dino: (52.25, 155)),
    .unguided(.img512, .xl, fid: (1.96, 85), dino: (45.96, 155)),
    .unguided(.img512, .xxl, fid: (1.91, 70), dino: (42.84, 150)),
    .unguided(.img64, .s, fid: (1.58, 75)),
    .unguided(.img64, .m, fid: (1.43, 60)),
    .unguided(.img64, .l, fid: (1.33, 40)),
    .unguided(.img64, .xl, fid: (1.33, 40)),

    // Classifier-free guidance by the unconditional XS network with the same EMA.
    //                      FID    w     EMA     FD_DINOv2  w     EMA
    .guided(.xs, fid: (2.91, 1.40, 45), dino: (79.94, 1.70, 150)),
    .guided(.s, fid: (2.23, 1.40, 25), dino: (52.32, 1.90, 85)),
    .guided(.m, fid: (2.01, 1.20, 30), dino: (41.98, 2.00, 15)),
    .guided(.l, fid: (1.88, 1.20, 15), dino: (38.20, 1.70, 35)),
    .guided(.xl, fid: (1.85, 1.20, 20), dino: (35.67, 1.70, 30)),
    .guided(.xxl, fid: (1.81, 1.20, 15), dino: (33.09, 1.70, 15)),

    // Autoguidance.  FID    w     EMA_m EMA_g     FD_DINOv2  w     EMA_m EMA_g
    .row(
      "edm2-img512-s-autog", .autoguidance, .img512(.s), .img512(.xs, kimg: 134_217),
      fid: (1.34, 2.10, 70, 125), dino: (36.67, 2.45, 120, 165)),
    .row(
      "edm2-img512-xxl-autog", .autoguidance, .img512(.xxl), .img512(.m, kimg: 268_435),
      fid: (1.25, 2.05, 75, 155), dino: (24.18, 2.30, 130, 205)),
    .row(
      "edm2-img512-s-uncond-autog", .autoguidance, .unconditional(.s),
      .unconditional(.xs, kimg: 134_217),
      fid: (3.86, 2.85, 70, 110), dino: (90.39, 2.90, 90, 125)),
    .row(
      "edm2-img64-s-autog", .autoguidance, .img64(.s), .img64(.xs, kimg: 134_217),
      fid: (1.01, 1.70, 45, 110), dino: (31.85, 2.20, 105, 175)),

    // The rows of AG Table 1 that have no official preset.
    // (0.28, 2.90] and (0.60, 5.00]:
    .guided(
      .s, interval: (15...21, 13...19), fid: (1.68, 2.10, 25), dino: (46.25, 3.20, 85)),
    // (0.19, 1.61] and (0.60, 5.00]:
    .guided(
      .xxl, interval: (17...22, 13...19), fid: (1.40, 2.00, 15), dino: (29.16, 2.90, 15)),
    .row(
      "edm2-img512-s-autog-same-ema", .sameEMA, .img512(.s), .img512(.xs, kimg: 134_217),
      fid: (1.53, 1.95, 50, 50), dino: (40.81, 2.25, 115, 115), .needsReconstruction),
    .row(
      "edm2-img512-s-autog-reduced-training", .reducedTraining, .img512(.s),
      .img512(.s, kimg: 134_217),
      fid: (1.51, 2.20, 90, 130), dino: (42.27, 2.55, 130, 170), .needsReconstruction),
    .row(
      "edm2-img512-s-autog-reduced-capacity", .reducedCapacity, .img512(.s), .img512(.xs),
      fid: (2.13, 1.80, 120, 160), dino: (59.89, 1.90, 140, 85), .needsReconstruction),
    .row(
      "edm2-img512-s-uncond", .unguided, .unconditional(.s), nil,
      fid: (11.67, 1, 145, 0), dino: (209.53, 1, 170, 0), .unknown),
    .row(
      "edm2-img64-s", .unguided, .img64(.s), nil, dino: (58.52, 1, 160, 0), .unknown),
    // The guiding network of this row is not known.
    .row(
      "edm2-img64-s-guid", .classifierFree, .img64(.s), nil,
      fid: (1.48, 1.15, 30, 30), dino: (41.84, 1.85, 40, 40), .unknown),
  ]
}
