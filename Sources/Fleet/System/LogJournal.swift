package import Logging
import Metrics
import Reservations

/// The domain's notes, as log lines.
package struct LogJournal: Journal {
    private let logger: Logger

    /// A journal that writes under the logger's label and with its metadata.
    package init(logger: Logger) {
        self.logger = logger
        // A counter that first appears as 1 shows no increase.
        Counter(label: "berth_alerts_total").increment(by: 0)
    }

    package func note(_ message: String, _ details: [String: String]) {
        logger.info("\(message)", metadata: details.mapValues { .string($0) })
    }

    package func warn(_ message: String, _ details: [String: String]) {
        logger.warning("\(message)", metadata: details.mapValues { .string($0) })
    }

    package func alert(_ message: String, _ details: [String: String]) {
        Counter(label: "berth_alerts_total").increment()
        logger.error("\(message)", metadata: details.mapValues { .string($0) })
    }
}
