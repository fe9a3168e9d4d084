import ArgumentParser
import Fleet
import Foundation
import Reservations

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over the disks of the replaced system, by the snapshots that it left.",
        discussion: """
            Without --apply it only says what it would do. A disk gets the newest complete snapshot that the
            replaced system made of it as its head; what backup tools made, copies, and what is marked for
            deletion are told apart. A disk that a server of the replaced system works on waits, and what Berth
            knows already stays as it is, so that it can be repeated. Needs the right to describe volumes and
            snapshots and to write the table of disks.
            """
    )

    @Option(help: "The disks of one user alone.")
    var user: String?

    @Flag(help: "Write what the report says.")
    var apply = false

    @OptionGroup var format: OutputOptions

    private struct Report: Encodable {
        let applied: Bool
        let disks: [ImportPlan.Entry]
        let leftovers: [ImportPlan.Leftover]
    }

    func run() async throws {
        let chosen = try user.map { text in
            guard let id = UserID(rawValue: text) else {
                throw ValidationError("--user must be \(UserID.rule), not '\(text)'")
            }
            return id
        }
        await ProcessMain.run("berth import") {
            let session = try Session()
            let size = session.settings.worker.disk.sizeGiB
            let plan = try await session.withCloud { cloud in
                let plan = try await cloud.importPlan(of: chosen, sizeGiB: size)
                guard apply else { return plan }
                guard plan.agrees(with: try await cloud.importPlan(of: chosen, sizeGiB: size)) else {
                    throw StartError(.tryAgain, "two listings differ: nothing was written; try again")
                }
                for decision in plan.decisions { try await DiskCommand.commit(decision, cloud) }
                return plan
            }
            if format.output == .json {
                let report = Report(applied: apply, disks: plan.entries, leftovers: plan.leftovers)
                return try Printing.json(report)
            }
            show(plan)
        }
    }

    private func show(_ plan: ImportPlan) {
        func column(_ text: String, _ width: Int) -> String {
            text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
        }
        for entry in plan.entries {
            let head = entry.head?.rawValue ?? "-"
            print(
                [
                    column(entry.verdict.rawValue, 6), column(entry.userID.rawValue, 24),
                    column(entry.name.rawValue, 20), column(head, 23), entry.reason,
                ].joined(separator: "  ")
            )
        }
        for leftover in plan.leftovers { print("apart   \(leftover.snapshot)  \(leftover.reason)") }
        let count = plan.decisions.count
        print(apply ? "\(count) disks taken over" : "\(count) disks would be taken over: --apply does it")
    }
}
