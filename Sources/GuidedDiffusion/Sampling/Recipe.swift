import Foundation

/// All that an image was made from: enough to make it again, and to say what differs if it does
/// not come out the same.
///
/// Its text stands in a PNG file as one line of JSON with sorted keys.
public struct Recipe: Codable, Hashable, Sendable {
  /// Version of this library.
  public var version: String

  /// What computed the image, for example `pthread-AMD EPYC 7763`, or `fallback`.
  public var device: String

  /// Digest of the table that chose the device's algorithms; images are promised to be identical
  /// only under the same table.
  public var algorithms: String

  /// The kernels that computed the networks, if they were those for GPUs.
  public var kernels: KernelClass?

  /// How these stored numbers.
  public var precision: Precision?

  /// The main network.
  public var main: Network

  /// The guiding networks, in the order of ``SamplerSettings/guidance``.
  public var guides: [Network]

  /// The seed of noise, class and churn.
  public var seed: Int

  /// The class, given or drawn; nil if the main network has none.
  public var classIndex: Int?

  /// What made the picture of latents; nil if the picture shows what the network drew.
  public var decoder: Network?

  /// Everything else.
  public var settings: SamplerSettings

  /// Puts a recipe together.
  public init(
    version: String = libraryVersion, device: String, algorithms: String,
    kernels: KernelClass? = nil, precision: Precision? = nil, main: Network,
    guides: [Network], decoder: Network? = nil, seed: Int, classIndex: Int?,
    settings: SamplerSettings
  ) {
    self.version = version
    self.device = device
    self.algorithms = algorithms
    self.kernels = kernels
    self.precision = precision
    self.main = main
    self.guides = guides
    self.decoder = decoder
    self.seed = seed
    self.classIndex = classIndex
    self.settings = settings
  }

  /// A network of a recipe.
  public struct Network: Codable, Hashable, Sendable {
    /// SHA-256 of configuration and tensors: equal for a pickle and its conversion.
    public var sha256: String

    /// Name of the file without its folder, to help find it again.
    public var name: String

    /// Names a network.
    public init(sha256: String, name: String) {
      self.sha256 = sha256
      self.name = name
    }
  }

  private enum CodingKeys: String, CodingKey {
    case version, device, algorithms, kernels, precision, main, guides, decoder, seed, settings
    case classIndex = "class"
  }
}

extension Recipe {
  /// Keyword of the PNG text chunk that holds a recipe.
  public static let keyword = "autoguide"

  /// The recipe as one line.
  public var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// Reads ``text``.
  ///
  /// - Parameter text: what stands in a PNG file.
  /// - Throws: ``SettingsError`` if it is no recipe.
  public init(text: String) throws(SettingsError) {
    do {
      self = try JSONDecoder().decode(Recipe.self, from: Data(text.utf8))
    } catch let DecodingError.keyNotFound(key, _) {
      throw SettingsError("the recipe has no '\(key.stringValue)'")
    } catch let DecodingError.typeMismatch(_, context) {
      throw SettingsError("the recipe is damaged at '\(Self.path(context))'")
    } catch let error as SettingsError {
      throw SettingsError("the recipe is damaged: \(error)")
    } catch {
      throw SettingsError("the recipe is not readable")
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    context.codingPath.map(\.stringValue).joined(separator: ".")
  }
}
