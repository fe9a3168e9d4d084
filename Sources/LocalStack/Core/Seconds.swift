/// A duration that stands in JSON as a number of seconds.
package struct Seconds: Sendable, Hashable, Comparable, Codable {
    package var duration: Duration

    package init(_ duration: Duration) {
        self.duration = duration
    }

    /// - Throws: `DecodingError` if the number is negative, not finite, or longer than a century.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let seconds = try container.decode(Double.self)
        guard seconds.isFinite, (0...3_153_600_000).contains(seconds) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\(seconds) isn't a number of seconds from 0 to a century"
            )
        }
        self.init(.seconds(seconds))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(duration / .seconds(1))
    }

    package static func < (left: Seconds, right: Seconds) -> Bool { left.duration < right.duration }

    package static let zero = Seconds(.zero)
    package static func seconds(_ seconds: Double) -> Seconds { Seconds(.seconds(seconds)) }
}
