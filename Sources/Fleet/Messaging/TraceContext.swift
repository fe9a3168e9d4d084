import Reservations

/// The trace that a task's messages belong to: W3C Trace Context's `traceparent`, carried through as it came.
package enum TraceContext {
    @TaskLocal package static var traceparent: String?

    package static let header = "traceparent"

    /// Whether a text is such a header (W3C Trace Context, 3.2).
    package static func accepts(_ text: String) -> Bool {
        TraceParent(text) != nil
    }
}
