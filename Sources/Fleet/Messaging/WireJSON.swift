package import Foundation

/// JSON as it stands in messages: times are ISO 8601 in UTC, written to a millisecond, read with or without.
package enum WireJSON {
    package static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(fractional))
        }
        return encoder
    }

    package static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = date(text) else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription: "must be a time such as 2026-01-31T12:00:00Z"
                )
            }
            return date
        }
        return decoder
    }

    package static func text(_ date: Date) -> String { date.formatted(fractional) }

    package static func date(_ text: String) -> Date? {
        if let date = try? Date(text, strategy: fractional) { return date }
        return try? Date(text, strategy: .iso8601)
    }

    private static let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
