/// Names and labels as Prometheus has them: its data model, and its text format 0.0.4.
enum MetricName {
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// A name of swift-metrics, such as `kafka.sent`, as a valid one with the suffix that its kind should have.
    static func family(_ label: String, _ kind: Kind, isTime: Bool = false) -> String {
        var name = valid(label, allowsColon: true)
        if kind == .counter, !name.hasSuffix("_total") { name += "_total" }
        if isTime, !name.hasSuffix("_seconds") { name += "_seconds" }
        return name
    }

    /// Labels as they stand between the braces, sorted, so that the same ones are the same series.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { (valid($0.0, allowsColon: false), $0.1) }
            .sorted { $0 < $1 }
            .map { "\($0.0)=\"\(escaped($0.1))\"" }
            .joined(separator: ",")
    }

    private static func valid(_ name: String, allowsColon: Bool) -> String {
        let text = name.unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": Character(scalar)
            case ":" where allowsColon: ":"
            default: "_"
            }
        }
        guard let first = text.first, !first.isNumber else { return "_" + String(text) }
        return String(text)
    }

    static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
