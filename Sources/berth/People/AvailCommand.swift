import ArgumentParser
import Fleet
import Foundation
import Reservations

struct AvailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "avail",
        abstract: "Free, promised and queued GPUs by type, and when the next server ends.",
        discussion: """
            What is free is asked of Kubernetes (KUBECONFIG, read rights on nodes and pods); where that can't be
            reached, the rest is told from the tables.
            """
    )

    @Option(help: "One type alone, such as a100.")
    var gpuType: String?

    @OptionGroup var format: OutputOptions

    /// More waiting or running servers than these aren't read one by one.
    private static let mostRows = 500

    func run() async throws {
        await ProcessMain.run("berth avail") {
            let session = try Session()
            let types = try chosen(session)
            let all = try await session.withCloud { try await look(types, $0, session.settings.catalog) }
            if format.output == .json { return try Printing.json(all) }
            print("TYPE            TOTAL   FREE  AT ONCE  PROMISED  QUEUED  WAITING  NEXT ENDS")
            for one in all { print(line(one)) }
            for one in all {
                guard let estimate = one.lastStarts else { continue }
                print(
                    "\(one.gpuType): the last of \(one.waiting) that wait starts \(QueueOutlook.text(estimate))"
                )
            }
        }
    }

    private func chosen(_ session: Session) throws -> [GPUType] {
        let known = session.settings.catalog.types
        guard let gpuType else { return known }
        guard let type = GPUType(rawValue: gpuType), known.contains(type) else {
            let names = known.map(\.rawValue).joined(separator: ", ")
            throw StartError(.badData, "the fleet has no \(gpuType); it has \(names)")
        }
        return [type]
    }

    private func look(_ types: [GPUType], _ cloud: Cloud, _ catalog: GPUCatalog) async throws
        -> [Availability]
    {
        var nodes: [NodeSighting]?
        do { nodes = try await cloud.nodes() } catch {
            Printing.toStandardError("what is free isn't known: \(error.reason)")
        }
        let queued = try await rows(try await cloud.ledger.reservations(with: .queued), cloud)
        // Soonest to end first; no server runs for longer than that.
        let horizon = Date().addingTimeInterval(366 * 86_400)
        let active = try await rows(try await cloud.ledger.expired(before: horizon), cloud)
        let waiting = queued.filter { $0.status == .queued }.sorted { $0.createdAt < $1.createdAt }
        let estimates = try await QueueOutlook.estimates(
            for: waiting.compactMap { $0.request?.gpuType }.filter(types.contains),
            nodes: nodes,
            cloud,
            catalog
        )
        var all: [Availability] = []
        for type in types {
            let capacity = try await cloud.ledger.capacity(of: type)
            var one = Availability(
                of: type,
                nodes: nodes,
                capacity: capacity,
                queued: queued.filter { $0.status == .queued },
                active: active.filter { $0.status == .active }
            )
            one.lastStarts = waiting.last { $0.request?.gpuType == type }.flatMap { estimates[$0.id] }
            // A type that this fleet has no machine of is of no interest unless asked for.
            if gpuType != nil || one.total != 0 || one.promised > 0 || one.waiting > 0 { all.append(one) }
        }
        return all
    }

    private func rows(_ ids: [ReservationID], _ cloud: Cloud) async throws -> [Reservation] {
        var rows: [Reservation] = []
        for id in ids.prefix(Self.mostRows) {
            if let row = try await cloud.ledger.reservation(id) { rows.append(row) }
        }
        return rows
    }

    private func line(_ one: Availability) -> String {
        func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let shown: (Int?) -> String = { $0.map(String.init) ?? "?" }
        return [
            one.gpuType.rawValue.padding(toLength: 14, withPad: " ", startingAt: 0),
            right(shown(one.total), 5), right(shown(one.free), 5), right(shown(one.largest), 7),
            right("\(one.promised)", 8), right("\(one.queued)", 6), right("\(one.waiting)", 7),
            one.nextFreeAt?.formatted(.iso8601) ?? "-",
        ].joined(separator: "  ")
    }
}
