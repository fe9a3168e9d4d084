import Logging

/// Passes everything on to another logger, at debug at most.
struct HushedLogHandler: LogHandler {
    private var logger: Logger
    var metadata: Logger.Metadata = [:]

    init(_ logger: Logger) {
        self.logger = logger
    }

    var logLevel: Logger.Level {
        get { logger.logLevel }
        set { logger.logLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        logger.log(
            level: min(event.level, .debug),
            event.message,
            metadata: metadata.merging(event.metadata ?? [:]) { $1 }
        )
    }
}
