import Reservations
import Testing

@Suite("What a trace says") struct TraceReportTests {
    private let trace: [String: Double] = [
        "received": 100, "capacity_promised": 101, "disk_create_start": 101, "github_keys_fetch_start": 102,
        "github_keys_fetch_end": 103, "efs_setup_start": 102, "efs_setup_end": 105, "disk_wait_start": 105,
        "disk_create_end": 107, "pod_create_start": 107, "pod_create_end": 117, "ssh_ready_check_start": 117,
        "ssh_ready_check_end": 120, "active": 120, "volume_id_write_start": 101.5,
        "volume_id_write_end": 101.52,
    ]

    @Test func `the overlap saved what the volume was made without being waited for`() {
        let report = TraceReport(of: trace)
        #expect(report.overlapSavedSeconds == 4)
        #expect(report.totalSeconds == 20)
        #expect(report.boundSeconds == 19)
        #expect(abs((report.ratio ?? 0) - 20.0 / 19) < 1e-9)
        #expect(abs((report.idWriteSeconds ?? 0) - 0.02) < 1e-9)
    }

    @Test(arguments: ["received", "disk_create_end", "pod_create_end", "active"])
    func `a missing event leaves out what it bears on, and nothing traps`(event: String) {
        var trace = trace
        trace[event] = nil
        let report = TraceReport(of: trace)
        #expect(report.ratio == nil || event == "disk_create_end")
    }

    @Test func `a clock that was set back leaves no negative time`() {
        #expect(TraceReport(of: ["received": 9, "active": 1]).totalSeconds ?? 0 >= 0)
    }
}
