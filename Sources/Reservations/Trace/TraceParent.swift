import Crypto
import Foundation

/// Where a trace comes from: W3C Trace Context's `traceparent`, version 00.
///
/// Source: W3C Trace Context, 3.2 "Traceparent header".
package struct TraceParent: Sendable, Equatable {
    /// 32 lower-case hexadecimal digits, not all 0.
    package let traceID: String
    /// 16 lower-case hexadecimal digits, not all 0.
    package let spanID: String
    /// Whether whoever began the trace records it.
    package let isSampled: Bool

    /// Reads a header; nil for what isn't one, as the standard wants it: the trace then begins here.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            parts.prefix(4).map(\.utf8.count) == [2, 32, 16, 2],
            parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy(Self.isLowerHex) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        traceID = String(parts[1])
        spanID = String(parts[2])
        isSampled = flags & 1 == 1
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}

/// Ids that follow from what they name, so that whoever tells of a span twice tells of the same one.
enum TraceID {
    /// The trace of a reservation whose message belongs to none.
    static func trace(of reservation: ReservationID) -> String {
        digest("trace/\(reservation.rawValue)", bytes: 16)
    }

    static func span(_ name: String, of reservation: ReservationID) -> String {
        digest("span/\(reservation.rawValue)/\(name)", bytes: 8)
    }

    private static func digest(_ text: String, bytes: Int) -> String {
        SHA256.hash(data: Data(text.utf8)).prefix(bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
