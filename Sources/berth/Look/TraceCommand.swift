import ArgumentParser
import Fleet
import Foundation
import Reservations

struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Where a reservation's time went, and what doing things side by side saved."
    )

    @Argument(help: "The reservation's id, the unique beginning of it, or its name.")
    var reservation: String

    @OptionGroup var who: UserOption
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let user = try? who.userID()
        await ProcessMain.run("berth trace") {
            let row = try await Session().withCloud { try await $0.reservation(reservation, of: user) }
            let report = TraceReport(of: row.trace)
            if format.output == .json { return try Printing.json(report) }
            for line in report.drawn(width: 60) { print(line) }
            print("")
            show("total", report.totalSeconds, "from the request to SSH")
            show("bound", report.boundSeconds, "the longest chain of its phases")
            show("saved", report.overlapSavedSeconds, "disk_create less disk_wait: what the overlap saved")
            if let ratio = report.ratio {
                print("ratio   \(String(format: "%7.3f", ratio))    total over bound")
            }
        }
    }

    private func show(_ name: String, _ seconds: Double?, _ meaning: String) {
        guard let seconds else { return }
        print("\(name)   \(String(format: "%7.2f s", seconds))  \(meaning)")
    }
}
