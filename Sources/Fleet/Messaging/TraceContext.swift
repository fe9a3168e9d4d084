/// The trace that a task's messages belong to: W3C Trace Context's `traceparent`, carried through as it came.
package enum TraceContext {
    @TaskLocal package static var traceparent: String?

    package static let header = "traceparent"

    /// Whether a text has the form of the header's version 00 (W3C Trace Context, 3.2.2).
    package static func accepts(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts.map(\.utf8.count) == [2, 32, 16, 2], parts[0] != "ff" else {
            return false
        }
        let isHex = parts.allSatisfy { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
        return isHex && parts[1].contains { $0 != "0" } && parts[2].contains { $0 != "0" }
    }
}
