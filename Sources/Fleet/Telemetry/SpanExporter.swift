import Foundation
package import Logging
package import Metrics
package import Reservations
import Synchronization

/// Takes spans without ever waiting, and sends them in batches from ``run()``.
///
/// What finds no place in the queue, or isn't taken, is dropped and counted as `berth_spans_dropped_total`.
package final class SpanExporter: Sendable {
    private struct State {
        var queue: [TraceSpan] = []
        var isClosed = false
        var hasComplained = false
    }

    private enum Loss: String {
        case full = "queue_full"
        case refused, unsent
    }

    private static let attempts = 5
    private static let firstPause = Duration.milliseconds(500)

    private let settings: TelemetrySettings
    private let sender: any SpanSending
    private let time: any Timepiece
    private let chance: any Chance
    private let logger: Logger
    private let factory: any MetricsFactory
    private let state = Mutex(State())
    /// Told when a batch is full, and when it is closed.
    private let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    package init(
        settings: TelemetrySettings,
        sender: any SpanSending,
        time: any Timepiece,
        chance: any Chance,
        logger: Logger,
        factory: any MetricsFactory = MetricsSystem.factory
    ) {
        self.settings = settings
        self.sender = sender
        self.time = time
        self.chance = chance
        self.logger = logger
        self.factory = factory
    }

    package var waiting: Int { state.withLock(\.queue.count) }

    /// Queues what of a trace is to be told; nothing waits for it.
    package func offer(_ spans: [TraceSpan], parent isSampled: Bool?) {
        guard let first = spans.first, settings.samples(traceID: first.traceID, parent: isSampled) else {
            return
        }
        let (lost, isDue) = state.withLock { state in
            let room = state.isClosed ? 0 : max(0, settings.queueLimit - state.queue.count)
            state.queue.append(contentsOf: spans.prefix(room))
            return (spans.count - min(room, spans.count), state.queue.count >= settings.batchLimit)
        }
        count(lost, .full)
        if isDue { wake.yield() }
    }

    /// Sends until it is closed and empty, or cancelled.
    package func run() async {
        // One reader for all of it: a stream is over once somebody who waits for it is cancelled.
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [wake, time, settings] in
                while !Task.isCancelled {
                    do { try await time.sleep(for: settings.delay) } catch { return }
                    wake.yield()
                }
            }
            for await _ in wakes {
                while let batch = next() { await send(batch) }
                if state.withLock(\.isClosed) { break }
            }
            group.cancelAll()
        }
        drop(.unsent)
    }

    /// Takes nothing more, and lets ``run()`` send what waits; it returns then.
    package func close() {
        state.withLock { $0.isClosed = true }
        wake.yield()
    }

    private func next() -> [TraceSpan]? {
        state.withLock { state in
            guard !state.queue.isEmpty, !Task.isCancelled else { return nil }
            let batch = Array(state.queue.prefix(settings.batchLimit))
            state.queue.removeFirst(batch.count)
            return batch
        }
    }

    private func send(_ batch: [TraceSpan]) async {
        let body: Data
        do {
            body = try OTLPSpans(batch, resource: settings.resource).json()
        } catch {
            complain("they can't be encoded: \(error)")
            return count(batch.count, .refused)
        }
        var pause = Self.firstPause
        for attempt in 1...Self.attempts {
            do throws(SpanSendError) {
                try await sender.send(body)
                count("berth_spans_sent_total", batch.count, [])
                return
            } catch {
                complain(error.reason)
                guard error.isPassing else { return count(batch.count, .refused) }
                // At the end there is no time for patience.
                guard attempt < Self.attempts, !state.withLock(\.isClosed) else { break }
                let wait = error.after ?? pause * (0.5 + chance.fraction())
                do { try await time.sleep(for: wait) } catch { return count(batch.count, .unsent) }
                pause = pause * 2
            }
        }
        count(batch.count, .unsent)
    }

    private func drop(_ loss: Loss) {
        let lost = state.withLock { state in
            defer { state.queue = [] }
            return state.queue.count
        }
        count(lost, loss)
    }

    private func count(_ lost: Int, _ loss: Loss) {
        count("berth_spans_dropped_total", lost, [("reason", loss.rawValue)])
    }

    private func count(_ label: String, _ amount: Int, _ dimensions: [(String, String)]) {
        guard amount > 0 else { return }
        Counter(label: label, dimensions: dimensions, factory: factory).increment(by: amount)
    }

    /// Once: the counter tells the rest.
    private func complain(_ reason: String) {
        let isFirst = state.withLock { state in
            defer { state.hasComplained = true }
            return !state.hasComplained
        }
        guard isFirst else { return }
        logger.warning("spans not sent; reservations go on without", metadata: ["reason": "\(reason)"])
    }
}
