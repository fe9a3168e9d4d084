import Logging
import Synchronization

/// The least that a process logs, which can be set while it runs.
enum ProcessLogLevel {
    private static let level = Mutex(Logger.Level.info)

    static var current: Logger.Level {
        get { level.withLock { $0 } }
        set { level.withLock { $0 = newValue } }
    }
}

/// A handler at the process's level, unless its logger was given one of its own.
struct ReloadableLogHandler: LogHandler {
    private var base: any LogHandler
    private var own: Logger.Level?

    init(_ base: any LogHandler) { self.base = base }

    var logLevel: Logger.Level {
        get { own ?? ProcessLogLevel.current }
        set { own = newValue }
    }

    var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) { base.log(event: event) }
}
