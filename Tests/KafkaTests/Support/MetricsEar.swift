import CoreMetrics
import MetricsTestKit
import Synchronization

/// Test metrics that tell when one of them has moved.
final class MetricsEar: MetricsFactory {
    let metrics = TestMetrics()
    private let listeners = Mutex<[AsyncStream<Void>.Continuation]>([])

    /// Waits until something is so, looking at each move of a metric.
    func until(_ isMet: () -> Bool) async {
        let (moves, move) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        listeners.withLock { $0.append(move) }
        guard !isMet() else { return }
        for await _ in moves where isMet() { return }
    }

    private func moved() {
        for listener in listeners.withLock({ $0 }) { listener.yield() }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        HeardCounter(inner: metrics.makeCounter(label: label, dimensions: dimensions)) { self.moved() }
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        HeardRecorder(
            inner: metrics.makeRecorder(label: label, dimensions: dimensions, aggregate: aggregate)
        ) { self.moved() }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        metrics.makeTimer(label: label, dimensions: dimensions)
    }

    func destroyCounter(_ handler: any CounterHandler) {
        if let heard = handler as? HeardCounter { metrics.destroyCounter(heard.inner) }
    }

    func destroyRecorder(_ handler: any RecorderHandler) {
        if let heard = handler as? HeardRecorder { metrics.destroyRecorder(heard.inner) }
    }

    func destroyTimer(_ handler: any TimerHandler) {
        metrics.destroyTimer(handler)
    }
}

private final class HeardCounter: CounterHandler {
    let inner: any CounterHandler
    private let moved: @Sendable () -> Void

    init(inner: any CounterHandler, moved: @escaping @Sendable () -> Void) {
        self.inner = inner
        self.moved = moved
    }

    func increment(by amount: Int64) {
        inner.increment(by: amount)
        moved()
    }

    func reset() {
        inner.reset()
        moved()
    }
}

private final class HeardRecorder: RecorderHandler {
    let inner: any RecorderHandler
    private let moved: @Sendable () -> Void

    init(inner: any RecorderHandler, moved: @escaping @Sendable () -> Void) {
        self.inner = inner
        self.moved = moved
    }

    func record(_ value: Int64) {
        inner.record(value)
        moved()
    }

    func record(_ value: Double) {
        inner.record(value)
        moved()
    }
}
