package import Logging

/// How and how much is logged.
package struct LogSettings: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        /// Plain on a terminal, JSON elsewhere.
        case auto
        case json
        case plain
    }

    package let level: Logger.Level
    package let format: Format

    init(_ reading: inout SettingReading) {
        level = reading.read("log.level", .info, .choice, "The least that is logged.")
        format = reading.read(
            "log.format",
            .auto,
            .choice,
            "One JSON object an event, or lines for people; auto: what stderr is."
        )
    }
}
