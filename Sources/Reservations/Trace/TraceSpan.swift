/// A stretch of a reservation's time, as tracing systems have it.
package struct TraceSpan: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case `internal`
        /// It began with a message.
        case consumer
    }

    package enum Outcome: Sendable, Equatable {
        case done
        /// It wasn't finished, and why.
        case failed(String)
    }

    package let traceID: String
    package let spanID: String
    /// Nil: the trace begins with it.
    package let parentID: String?
    package let name: String
    package let kind: Kind
    /// Seconds since 1970.
    package let start: Double
    package let end: Double
    package let outcome: Outcome
    package let attributes: [String: TraceAttribute]
}

package enum TraceAttribute: Sendable, Equatable {
    case text(String)
    case number(Int)
    case flag(Bool)
}
