import Figures
import GuidedDiffusion

/// What a sampler draws, as pictures: pixels as they are, latents through a decoder if there is one,
/// else as previews in false colours.
struct PictureSampler {
  let sampler: Sampler
  let decoder: LatentDecoder?

  /// Pictures in the order of their seeds; the parameters are those of ``Sampler``.
  func pictures(
    seeds: some Sequence<Int>, classIndex: Int?,
    progress: (@Sendable (SamplingProgress) -> Void)? = nil
  ) -> Pictures {
    let images = sampler.images(seeds: seeds, classIndex: classIndex, progress: progress)
    return Pictures(
      images: images.makeAsyncIterator(), decoder: decoder,
      group: decoder.map { min($0.batch, sampler.batch) } ?? 1)
  }

  /// All that an image of this sampler was made from.
  func recipe(of image: SampledImage) -> Recipe {
    var recipe = sampler.recipe(of: image)
    recipe.decoder = decoder?.recipeEntry
    return recipe
  }

  /// One image.
  struct Item {
    let image: SampledImage
    let picture: Picture
  }

  /// The pictures of a run under way.
  struct Pictures {
    var images: Sampler.Images.Iterator
    let decoder: LatentDecoder?

    /// Images that are decoded together.
    let group: Int

    private var ready: ArraySlice<Item> = []

    init(images: Sampler.Images.Iterator, decoder: LatentDecoder?, group: Int) {
      self.images = images
      self.decoder = decoder
      self.group = group
    }

    /// The next picture, or nil after the last.
    mutating func next() async throws -> Item? {
      if let item = ready.popFirst() { return item }
      var drawn: [SampledImage] = []
      while drawn.count < group, let image = try await images.next() { drawn.append(image) }
      ready = try decoded(drawn)[...]
      return ready.popFirst()
    }

    private func decoded(_ images: [SampledImage]) throws -> [Item] {
      guard let decoder else { return images.map { Item(image: $0, picture: Picture($0)) } }
      let scale = decoder.pixelsPerLatent
      return zip(images, try decoder.pixels(of: images)).map { image, pixels in
        Item(
          image: image,
          picture: Picture(
            width: image.width * scale, height: image.height * scale, channels: 3,
            pixels: pixels))
      }
    }
  }
}
