import Foundation

/// Grafana's dashboard of a fleet, written from code so that it names no metric that isn't there.
package struct Dashboard: Sendable {
    package struct Row: Sendable {
        let title: String
        let panels: [Panel]
    }

    package struct Panel: Sendable {
        enum Kind: String, Sendable {
            case stat, timeseries, heatmap
        }

        let title: String
        let kind: Kind
        let unit: String
        let targets: [Target]

        init(_ title: String, as kind: Kind = .timeseries, unit: String = "short", _ targets: Target...) {
            self.title = title
            self.kind = kind
            self.unit = unit
            self.targets = targets
        }
    }

    /// A query, and how its series are called.
    struct Target: Sendable {
        let query: String
        let legend: String

        init(_ query: String, _ legend: String = "") {
            self.query = query
            self.legend = legend
        }
    }

    package let rows: [Row]

    /// All queries, for whoever holds them against the metrics that there are.
    package var queries: [String] { rows.flatMap(\.panels).flatMap(\.targets).map(\.query) }

    /// Grafana's JSON; the same each time.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(GrafanaDashboard(self)), as: UTF8.self) + "\n"
    }
}
