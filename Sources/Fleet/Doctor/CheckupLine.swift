/// One thing that was looked at, and what came of it.
package struct CheckupLine: Sendable, Equatable, Encodable {
    package enum Verdict: String, Sendable, Encodable {
        case right
        /// It works, and will hurt one day.
        case advice
        case wrong
        /// Not looked at, and why.
        case skipped
    }

    package let area: String
    package let verdict: Verdict
    /// What was found.
    package let found: String
    /// What to change; nil if nothing.
    package let change: String?

    package init(_ area: String, _ verdict: Verdict, _ found: String, change: String? = nil) {
        self.area = area
        self.verdict = verdict
        self.found = found
        self.change = change
    }

    /// For people.
    package var text: String {
        let mark =
            switch verdict {
            case .right: "right "
            case .advice: "advice"
            case .wrong: "WRONG "
            case .skipped: "-     "
            }
        return "\(mark)  \(area): \(found)" + (change.map { " -> \($0)" } ?? "")
    }
}

/// Whose rights are looked at.
package enum CheckupRole: String, Sendable, CaseIterable {
    case worker, janitor, publisher
}
