/// A metric that Berth's processes show: the one list that alerts, dashboard and `/metrics` are held against.
package struct MetricDescription: Sendable, Equatable, Encodable {
    package enum Kind: String, Sendable, Encodable {
        case counter, gauge, histogram
    }

    package enum Process: String, Sendable, Encodable {
        case worker, janitor, both
    }

    package let name: String
    package let kind: Kind
    package let process: Process
    /// Each has few values: none is an id.
    package let labels: [String]
    package let help: String

    init(
        _ name: String,
        _ kind: Kind,
        _ process: Process,
        _ labels: [String] = [],
        _ help: String
    ) {
        self.name = name
        self.kind = kind
        self.process = process
        self.labels = labels
        self.help = help
    }

    /// The names of its series, as they stand in a query.
    package var seriesNames: [String] {
        kind == .histogram ? ["_bucket", "_sum", "_count"].map { name + $0 } : [name]
    }
}
