/// A piece of device memory that a lowered graph needs for some of its launches.
struct Region {
  /// Size in bytes at the largest batch.
  var size: Int

  /// First and last launch that touch it; inputs and outputs live throughout.
  var life: ClosedRange<Int>
}

/// Places regions in few allocations, so that regions alive at the same time never overlap.
enum Arena {
  /// Where a region lies.
  struct Place: Hashable {
    let allocation: Int
    let offset: Int
  }

  /// Largest regions first, each at the lowest offset that is free during its life.
  ///
  /// - Parameters:
  ///   - regions: what is needed.
  ///   - alignment: of offsets, in bytes.
  ///   - limit: largest allocation, in bytes.
  /// - Returns: a place per region, and the size of each allocation; a region beyond `limit` gets
  ///   an allocation of its own, which the device will refuse.
  static func place(
    _ regions: [Region], alignment: Int, limit: Int
  ) -> (places: [Place], sizes: [Int]) {
    var places = [Place](repeating: Place(allocation: 0, offset: 0), count: regions.count)
    var placed: [[(region: Int, range: Range<Int>)]] = []
    var sizes: [Int] = []
    let order = regions.indices.sorted {
      (-regions[$0].size, $0) < (-regions[$1].size, $1)
    }
    for index in order {
      let size = (max(regions[index].size, 1) + alignment - 1) / alignment * alignment
      var allocation = 0
      while true {
        if allocation == sizes.count {
          sizes.append(0)
          placed.append([])
        }
        let taken = placed[allocation]
          .filter { regions[$0.region].life.overlaps(regions[index].life) }
          .map(\.range)
          .sorted { $0.lowerBound < $1.lowerBound }
        var offset = 0
        for range in taken where offset + size > range.lowerBound {
          offset = max(offset, range.upperBound)
        }
        if offset + size <= limit || sizes[allocation] == 0 {
          places[index] = Place(allocation: allocation, offset: offset)
          placed[allocation].append((index, offset..<offset + size))
          sizes[allocation] = max(sizes[allocation], offset + size)
          break
        }
        allocation += 1
      }
    }
    return (places, sizes)
  }
}
