import Foundation
import Reservations
import TestSupport
import Testing

@Suite("A trace for people") struct TraceDrawingTests {
    private static func row(_ trace: [String: Double]) -> Reservation {
        var row = Reservation(id: Message.id(1), request: nil, status: .active, createdAt: .now)
        row.trace = trace
        return row
    }

    private static let trace: [String: Double] = [
        "received": 100, "capacity_promised": 101, "disk_create_start": 101, "github_keys_fetch_start": 102,
        "github_keys_fetch_end": 103, "efs_setup_start": 102, "efs_setup_end": 105, "disk_wait_start": 105,
        "disk_create_end": 107, "pod_create_start": 107, "pod_create_end": 117, "ssh_ready_check_start": 117,
        "ssh_ready_check_end": 120, "active": 120,
    ]

    @Test(arguments: [50, 80, 200])
    func `bars fit the width, and are as long as their share of the whole`(width: Int) throws {
        let style = TraceDrawing.Style(width: width, isColoured: false, isUnicode: false)
        let lines = TraceDrawing(ReservationTrace(of: Self.row(Self.trace)), style: style).lines
        let bars = lines.filter { $0.contains("#") }
        #expect(bars.count == 7)
        #expect(bars.allSatisfy { $0.count <= width })
        func length(_ name: String) throws -> Int {
            try #require(bars.first { $0.hasPrefix(name) }).filter { $0 == "#" }.count
        }
        let (pod, wait) = (try length("pod_create"), try length("disk_wait"))
        #expect(abs(pod - wait * 5) <= 5)
        #expect(lines.contains { $0.hasPrefix("ratio") && $0.contains("1.053") })
    }

    @Test func `colour is an escape sequence only where it is wanted`() {
        func drawn(_ isColoured: Bool) -> String {
            let style = TraceDrawing.Style(width: 80, isColoured: isColoured, isUnicode: true)
            return TraceDrawing(ReservationTrace(of: Self.row(Self.trace)), style: style).lines.joined()
        }
        #expect(!drawn(false).contains("\u{1B}"))
        #expect(drawn(true).contains("\u{1B}[36m█"))
    }

    @Test(arguments: [
        [:], ["received": 5], ["received": 9, "active": 1],
        ["pod_create_start": 1e300, "pod_create_end": 1e301], ["disk_create_start": -1e300, "active": 1e15],
    ])
    func `odd traces are drawn too`(trace: [String: Double]) {
        let style = TraceDrawing.Style(width: 1, isColoured: false, isUnicode: true)
        #expect(!TraceDrawing(ReservationTrace(of: Self.row(trace)), style: style).lines.isEmpty)
    }
}
