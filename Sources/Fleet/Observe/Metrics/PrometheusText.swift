import Foundation

/// A registry in Prometheus' text format 0.0.4.
///
/// Source: Prometheus, "Exposition formats".
package enum PrometheusText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package static func write(_ registry: MetricsRegistry) async -> String {
        await registry.families().sorted { $0.key < $1.key }
            .map { write($0.value, $0.key) }
            .joined()
    }

    private static func write(_ family: MetricsRegistry.Family, _ name: String) -> String {
        var text = "# HELP \(name) \(MetricHelp.text(of: name))\n# TYPE \(name) \(family.kind.rawValue)\n"
        for (labels, series) in family.numbers.sorted(by: { $0.key < $1.key }) {
            text += line(name, labels, series.value)
        }
        for (labels, series) in family.histograms.sorted(by: { $0.key < $1.key }) {
            let state = series.state
            var count = 0
            for (bound, bucket) in zip(series.bounds + [.infinity], state.buckets) {
                count += bucket
                let bounded = (labels.isEmpty ? "" : labels + ",") + "le=\"\(number(bound))\""
                text += line(name + "_bucket", bounded, Double(count))
            }
            text += line(name + "_sum", labels, state.sum) + line(name + "_count", labels, Double(count))
        }
        return text
    }

    private static func line(_ name: String, _ labels: String, _ value: Double) -> String {
        labels.isEmpty ? "\(name) \(number(value))\n" : "\(name){\(labels)} \(number(value))\n"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        guard value == value.rounded(), abs(value) < 1e15 else { return "\(value)" }
        return "\(Int64(value))"
    }
}

/// What the metrics mean, in a line each.
enum MetricHelp {
    static func text(of name: String) -> String { texts[name] ?? "See the library that measures it." }

    private static let texts = Dictionary(MetricCatalogue.all.map { ($0.name, $0.help) }) { one, _ in one }
}
