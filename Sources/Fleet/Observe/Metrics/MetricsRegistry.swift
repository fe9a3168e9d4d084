package import Metrics
import Synchronization

/// Keeps what is measured, for whoever scrapes it: a backend of swift-metrics without dependencies.
///
/// Its size is bounded. A label set beyond the limit goes nowhere, and is counted as dropped.
package final class MetricsRegistry: Sendable {
    struct Family: Sendable {
        let kind: MetricName.Kind
        var numbers: [String: NumberSeries] = [:]
        var histograms: [String: HistogramSeries] = [:]

        var count: Int { numbers.count + histograms.count }
    }

    private struct State {
        var families: [String: Family] = [:]
        var gauges: [@Sendable () async -> [GaugeReading]] = []
        var dropped = 0
    }

    static let droppedName = "berth_metrics_dropped_total"
    private static let mostFamilies = 500

    private let mostSeries: Int
    private let state = Mutex(State())

    /// An empty registry.
    ///
    /// - Parameter mostSeries: how many label sets a name may have.
    package init(mostSeries: Int = 200) {
        self.mostSeries = mostSeries
    }

    /// Something that is read only when it is scraped.
    package func observe(_ read: @escaping @Sendable () async -> [GaugeReading]) {
        state.withLock { $0.gauges.append(read) }
    }

    /// Everything, by name; gauges that are read on demand are read now.
    func families() async -> [String: Family] {
        let (families, gauges, dropped) = state.withLock { ($0.families, $0.gauges, $0.dropped) }
        var all = families
        var readings: [GaugeReading] = []
        for read in gauges { readings += await read() }
        for reading in readings {
            let series = NumberSeries()
            series.set(reading.value)
            all[MetricName.family(reading.name, .gauge), default: Family(kind: .gauge)]
                .numbers[MetricName.labels(reading.labels)] = series
        }
        let drops = NumberSeries()
        drops.set(Double(dropped))
        all[Self.droppedName] = Family(kind: .counter, numbers: ["": drops])
        return all
    }

    /// The series of a name and its labels, the same one each time.
    private func series<Series: Sendable>(
        _ name: String,
        _ kind: MetricName.Kind,
        _ dimensions: [(String, String)],
        at path: WritableKeyPath<Family, [String: Series]>,
        new: @Sendable () -> Series
    ) -> Series {
        let labels = MetricName.labels(dimensions)
        return state.withLock { state in
            let family = state.families[name] ?? Family(kind: kind)
            if family.kind == kind, let known = family[keyPath: path][labels] { return known }
            let fresh = new()
            let hasRoom = state.families[name] != nil || state.families.count < Self.mostFamilies
            guard family.kind == kind, hasRoom, family.count < mostSeries else {
                state.dropped += 1
                return fresh
            }
            state.families[name, default: family][keyPath: path][labels] = fresh
            return fresh
        }
    }

    private func number(_ name: String, _ kind: MetricName.Kind, _ dimensions: [(String, String)])
        -> NumberSeries
    {
        series(name, kind, dimensions, at: \.numbers) { NumberSeries() }
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)]) -> HistogramSeries {
        series(name, .histogram, dimensions, at: \.histograms) { HistogramSeries(name) }
    }
}

/// What a gauge shows at the moment of a scrape.
package struct GaugeReading: Sendable {
    package let name: String
    package let labels: [(String, String)]
    package let value: Double

    package init(_ name: String, _ value: Double) { self.init(name, [], value) }

    package init(_ name: String, _ labels: [(String, String)], _ value: Double) {
        self.name = name
        self.labels = labels
        self.value = value
    }
}

extension MetricsRegistry: MetricsFactory {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        number(MetricName.family(label, .counter), .counter, dimensions)
    }

    package func makeFloatingPointCounter(label: String, dimensions: [(String, String)])
        -> any FloatingPointCounterHandler
    {
        number(MetricName.family(label, .counter), .counter, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        number(MetricName.family(label, .gauge), .gauge, dimensions)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool)
        -> any RecorderHandler
    {
        aggregate
            ? histogram(MetricName.family(label, .histogram), dimensions)
            : number(MetricName.family(label, .gauge), .gauge, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(MetricName.family(label, .histogram, isTime: true), dimensions)
    }

    // What was counted stays counted: a series that goes and comes back would look like a restart.
    package func destroyCounter(_: any CounterHandler) {}
    package func destroyFloatingPointCounter(_: any FloatingPointCounterHandler) {}
    package func destroyMeter(_: any MeterHandler) {}
    package func destroyRecorder(_: any RecorderHandler) {}
    package func destroyTimer(_: any TimerHandler) {}
}
