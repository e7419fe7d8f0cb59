extension StoredTensor {
  /// All elements in row-major order, converted.
  ///
  /// - Parameter type: `Float` or `Double`, say. Booleans give 0 and 1; integers beyond the
  ///   precision of `type` are rounded.
  /// - Returns: ``count`` elements.
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  public func elements<Element: BinaryFloatingPoint>(as type: Element.Type) -> [Element] {
    switch self.type {
    case .f64: map(Double.self) { Element($0) }
    case .f32: map(Float.self) { Element($0) }
    case .f16: map(UInt16.self) { Element(Float(halfBits: $0)) }
    case .bf16: map(UInt16.self) { Element(Float(bitPattern: UInt32($0) << 16)) }
    case .i64: map(Int64.self) { Element($0) }
    case .i32: map(Int32.self) { Element($0) }
    case .i16: map(Int16.self) { Element($0) }
    case .i8: map(Int8.self) { Element($0) }
    case .u64: map(UInt64.self) { Element($0) }
    case .u32: map(UInt32.self) { Element($0) }
    case .u16: map(UInt16.self) { Element($0) }
    case .u8: map(UInt8.self) { Element($0) }
    case .bool: map(UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }

  /// All elements of an integer tensor in row-major order; booleans give 0 and 1.
  ///
  /// - Parameter type: an integer type.
  /// - Returns: ``count`` elements, or nil if the tensor holds no integers or one does not fit.
  public func integers<Element: FixedWidthInteger>(as type: Element.Type) -> [Element]? {
    func exact<Stored: FixedWidthInteger & BitwiseCopyable>(_: Stored.Type) -> [Element]? {
      let elements = map(Stored.self) { Element(exactly: $0) }
      let found = elements.compactMap(\.self)
      return found.count == elements.count ? found : nil
    }
    return switch self.type {
    case .i64: exact(Int64.self)
    case .i32: exact(Int32.self)
    case .i16: exact(Int16.self)
    case .i8: exact(Int8.self)
    case .u64: exact(UInt64.self)
    case .u32: exact(UInt32.self)
    case .u16: exact(UInt16.self)
    case .u8: exact(UInt8.self)
    case .bool: map(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .f64, .f32, .f16, .bf16: nil
    }
  }

  /// Loads each element as `Stored` and converts it.
  @inline(__always)
  private func map<Stored: BitwiseCopyable, Element>(
    _ stored: Stored.Type, _ convert: (Stored) -> Element
  ) -> [Element] {
    let size = MemoryLayout<Stored>.size
    return unsafe [Element](unsafeUninitializedCapacity: count) { elements, filled in
      for run in runs {
        file.withBytes(run.bytes) { bytes in
          for index in 0..<run.count {
            // The run's range was checked above; checking each element doubles the time.
            let value = unsafe bytes.unsafeLoadUnaligned(
              fromUncheckedByteOffset: index * run.stride * size, as: Stored.self)
            unsafe elements.initializeElement(at: filled, to: convert(value))
            filled += 1
          }
        }
      }
    }
  }
}

extension Float {
  /// The number with the given bits in IEEE half precision.
  ///
  /// Exponent and fraction are moved into place and the bias of the exponent is corrected by a
  /// multiplication, which also normalises subnormal numbers; without branches for finite numbers,
  /// so that loops over many are vectorised, which `Float(Float16)` is not on every processor.
  init(halfBits bits: UInt16) {
    let magnitude = UInt32(bits & 0x7fff) << 13
    let scaled = Float(bitPattern: magnitude) * 0x1p112
    let isFinite = bits & 0x7c00 != 0x7c00
    let result = isFinite ? scaled.bitPattern : magnitude | 0x7f80_0000
    self.init(bitPattern: result | UInt32(bits & 0x8000) << 16)
  }
}
