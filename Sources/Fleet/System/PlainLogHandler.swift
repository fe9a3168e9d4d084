import Foundation
import Logging

/// A line for people: time of day, level, message, then the metadata as `key=value`.
struct PlainLogHandler: LogHandler {
    private let output: LogOutput
    private let now: @Sendable () -> Date
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level

    init(level: Logger.Level, output: LogOutput, now: @escaping @Sendable () -> Date) {
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
            .sorted { $0.key < $1.key }
            .map { " \($0.key)=\(Self.quoted("\($0.value)"))" }
            .joined()
        let error = event.error.map { " error=\(Self.quoted("\($0)"))" } ?? ""
        let time = LogTime.text(now()).dropFirst("2026-01-01T".count).prefix("00:00:00.000".count)
        let level = event.level.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
        output.line("\(time) \(level) \(Self.oneLine("\(event.message)"))\(details)\(error)")
    }

    /// What comes from outside must not forge a line or move a terminal's cursor.
    private static func oneLine(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    }

    private static func quoted(_ text: String) -> String {
        let line = oneLine(text)
        return line.isEmpty || line.contains(where: { $0 == " " || $0 == "\"" }) ? "\"\(line)\"" : line
    }
}
