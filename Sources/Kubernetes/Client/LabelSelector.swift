/// Which labels the objects of a list or a watch have.
///
/// Built from validated parts, so nothing a value holds can
/// widen it.
package struct LabelSelector: Sendable, Hashable {
    /// What the server is sent; empty for everything.
    package let text: String

    /// Everything.
    package static let everything = LabelSelector(text: "")

    private init(text: String) {
        self.text = text
    }

    /// All of the requirements.
    package init(_ requirements: [Requirement]) {
        text = requirements.map(\.text).joined(separator: ",")
    }

    /// Exactly these labels, in the order of their keys.
    ///
    /// - Throws: `InvalidLabel` for a key or value that no label can have.
    package init(matching labels: [String: String]) throws(InvalidLabel) {
        var requirements: [Requirement] = []
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            requirements.append(try .equals(key, value))
        }
        self.init(requirements)
    }

    /// One requirement on one label.
    package struct Requirement: Sendable, Hashable {
        let text: String

        package static func equals(_ key: String, _ value: String) throws(InvalidLabel) -> Self {
            Self(text: "\(try LabelSyntax.key(key))=\(try LabelSyntax.value(value))")
        }

        package static func differs(_ key: String, _ value: String) throws(InvalidLabel) -> Self {
            Self(text: "\(try LabelSyntax.key(key))!=\(try LabelSyntax.value(value))")
        }

        package static func isOne(_ key: String, of values: [String]) throws(InvalidLabel) -> Self {
            Self(text: "\(try LabelSyntax.key(key)) in (\(try list(values)))")
        }

        package static func isNone(_ key: String, of values: [String]) throws(InvalidLabel) -> Self {
            Self(text: "\(try LabelSyntax.key(key)) notin (\(try list(values)))")
        }

        package static func exists(_ key: String) throws(InvalidLabel) -> Self {
            Self(text: try LabelSyntax.key(key))
        }

        package static func isAbsent(_ key: String) throws(InvalidLabel) -> Self {
            Self(text: "!\(try LabelSyntax.key(key))")
        }

        /// An empty list would select nothing or everything, by the operator: it is refused.
        private static func list(_ values: [String]) throws(InvalidLabel) -> String {
            guard !values.isEmpty else { throw InvalidLabel(text: "", problem: "a list of no values") }
            var checked: [String] = []
            for value in values { checked.append(try LabelSyntax.value(value)) }
            return checked.joined(separator: ",")
        }
    }
}

/// A key or value that no label can have.
package struct InvalidLabel: Error, Sendable, Equatable, CustomStringConvertible {
    package let text: String
    package let problem: String

    package var description: String { "not a label: \"\(text.prefix(80))\" is \(problem)" }
}
