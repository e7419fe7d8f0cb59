import Foundation

/// What the charts of `bench` share; drawn as text, so that it links no drawing library.
enum SVG {
  /// A line of text of a style.
  static func text(_ text: String, x: Double, y: Double, _ style: String) -> String {
    let escaped = text.replacingOccurrences(of: "&", with: "&amp;")
      .replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
    return String(format: "<text x='%.1f' y='%.1f' class='%@'>%@</text>", x, y, style, escaped)
  }

  /// A whole file; styles beside those of all charts are CSS rules.
  static func document(
    _ body: [String], width: Double, height: Double, styles: [String]
  ) -> String {
    """
    <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 \(Int(width)) \(Int(height))' \
    width='\(Int(width))' height='\(Int(height))'>
    <style>
    text { font: 12px 'DejaVu Sans', Verdana, sans-serif; fill: #4b535c; }
    .title { font-size: 18px; font-weight: bold; fill: #1f2328; }
    .footer { font-size: 10px; fill: #77808a; }
    \(styles.joined(separator: "\n"))
    </style>
    <rect width='100%' height='100%' fill='#fbfaf7'/>
    \(body.joined(separator: "\n"))
    </svg>

    """
  }
}
