import Foundation
import Logging

/// One JSON object an event, on a line of its own: `time, level, message, logger`, then the metadata.
struct JSONLogHandler: LogHandler {
    private let label: String
    private let output: LogOutput
    private let now: @Sendable () -> Date
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level

    init(label: String, level: Logger.Level, output: LogOutput, now: @escaping @Sendable () -> Date) {
        self.label = label
        self.output = output
        self.now = now
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let details = metadata.merged(with: metadataProvider?.get(), event.metadata)
        let line = Line(
            time: LogTime.text(now()),
            level: event.level.rawValue,
            message: "\(event.message)",
            logger: label,
            error: event.error.map { "\($0)" },
            details: details.isEmpty ? nil : details.mapValues(LoggedValue.init)
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(line) else {
            // Texts always encode; should one not, the message alone is better than silence.
            return output.line(
                #"{"level":"\#(event.level.rawValue)","message":"a line couldn't be encoded"}"#
            )
        }
        output.line(String(decoding: data, as: UTF8.self))
    }

    private struct Line: Encodable {
        let time: String
        let level: String
        let message: String
        let logger: String
        let error: String?
        let details: [String: LoggedValue]?
    }
}

/// A value of a log event's metadata, as JSON.
private struct LoggedValue: Encodable {
    let value: Logger.Metadata.Value

    init(_ value: Logger.Metadata.Value) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .string(let text): try container.encode(text)
        case .stringConvertible(let value): try container.encode("\(value)")
        case .array(let values): try container.encode(values.map(LoggedValue.init))
        case .dictionary(let values): try container.encode(values.mapValues(LoggedValue.init))
        }
    }
}

extension Logger.Metadata {
    /// The logger's own, then the provider's, then the event's: the later wins.
    func merged(with others: Logger.Metadata?...) -> Logger.Metadata {
        others.reduce(self) { all, next in all.merging(next ?? [:]) { $1 } }
    }
}
