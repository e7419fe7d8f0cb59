/// The classes and functions that a pickle may name; all others are refused.
///
/// None of them is called: each stands for a fixed way of building an inert object.
enum PickleGlobal: Hashable, Sendable {
  case dictionary
  case set
  case bytes
  case encode
  /// An object of a class that is embedded in the file as source text (never looked at).
  case persistentObject
  /// A container module of torch.
  case module
  /// A list of numbers or tensors, or a value with its type beside it, in TorchScript.
  case scriptValue
  case loadStorage
  case rebuildTensor
  case rebuildTensorWithType
  case rebuildParameter
  case rebuildSubclass
  case tensorClass
  case size
  case device
  /// Class of torch storages; the element type is nil for untyped ones.
  case storage(ElementType?)
  case elementType(ElementType)
  case arrayClass
  case arrayTypeClass
  case reconstructArray
  case arrayFromBuffer
  case arrayScalar

  /// What `module.name` stands for; nil if it is refused.
  static func named(_ name: String) -> PickleGlobal? { all[name] }

  /// The closed list.
  private static let all: [String: PickleGlobal] = {
    var all: [String: PickleGlobal] = [
      "collections.OrderedDict": .dictionary,
      "dnnlib.util.EasyDict": .dictionary,
      "_codecs.encode": .encode,
      "torch_utils.persistence._reconstruct_persistent_obj": .persistentObject,
      "torch.storage._load_from_bytes": .loadStorage,
      "torch.storage.UntypedStorage": .storage(nil),
      "torch.UntypedStorage": .storage(nil),
      "torch._utils._rebuild_tensor": .rebuildTensor,
      "torch._utils._rebuild_tensor_v2": .rebuildTensor,
      "torch._utils._rebuild_tensor_v3": .rebuildTensorWithType,
      "torch._utils._rebuild_parameter": .rebuildParameter,
      "torch._utils._rebuild_parameter_with_state": .rebuildParameter,
      "torch._tensor._rebuild_from_type_v2": .rebuildSubclass,
      "torch.Tensor": .tensorClass,
      "torch.nn.parameter.Parameter": .tensorClass,
      "torch.nn.parameter.Buffer": .tensorClass,
      "torch.Size": .size,
      "torch.device": .device,
      "numpy.ndarray": .arrayClass,
      "numpy.dtype": .arrayTypeClass,
    ]
    for builtins in ["builtins", "__builtin__"] {
      all["\(builtins).dict"] = .dictionary
      all["\(builtins).set"] = .set
      all["\(builtins).frozenset"] = .set
      all["\(builtins).bytes"] = .bytes
      all["\(builtins).bytearray"] = .bytes
    }
    for core in ["numpy.core", "numpy._core"] {
      all["\(core).multiarray._reconstruct"] = .reconstructArray
      all["\(core).multiarray.scalar"] = .arrayScalar
      all["\(core).numeric._frombuffer"] = .arrayFromBuffer
    }
    for container in ["ModuleDict", "ModuleList", "Sequential", "ParameterList", "ParameterDict"] {
      all["torch.nn.modules.container.\(container)"] = .module
    }
    for pooling in ["MaxPool2d", "AvgPool2d"] {
      all["torch.nn.modules.pooling.\(pooling)"] = .module
    }
    for type in ["int", "double", "bool", "tensor"] {
      all["torch.jit._pickle.build_\(type)list"] = .scriptValue
    }
    all["torch.jit._pickle.restore_type_tag"] = .scriptValue
    let storages: [(String, ElementType)] = [
      ("Double", .f64), ("Float", .f32), ("Half", .f16), ("BFloat16", .bf16), ("Long", .i64),
      ("Int", .i32), ("Short", .i16), ("Char", .i8), ("Byte", .u8), ("Bool", .bool),
    ]
    for (name, type) in storages { all["torch.\(name)Storage"] = .storage(type) }
    let types: [(String, ElementType)] = [
      ("float64", .f64), ("float32", .f32), ("float16", .f16), ("bfloat16", .bf16),
      ("int64", .i64), ("int32", .i32), ("int16", .i16), ("int8", .i8), ("uint64", .u64),
      ("uint32", .u32), ("uint16", .u16), ("uint8", .u8), ("bool", .bool),
    ]
    for (name, type) in types { all["torch.\(name)"] = .elementType(type) }
    return all
  }()
}
