import Foundation
import Kafka
package import Logging
import Reservations

/// Looks at all that a process of the fleet needs, and changes nothing.
package struct Checkup: Sendable {
    let settings: FleetSettings
    let environment: [String: String]
    let role: CheckupRole
    let logger: Logger

    /// A service that hasn't answered by then isn't there.
    static let limit = Duration.seconds(40)

    package init(
        settings: FleetSettings,
        environment: [String: String],
        role: CheckupRole,
        logger: Logger
    ) {
        self.settings = settings
        self.environment = environment
        self.role = role
        self.logger = logger
    }

    /// Looks at everything, side by side; the lines come in their order.
    package func run() async -> [CheckupLine] {
        guard role != .publisher else { return versions + (await sideBySide([("kafka", kafka)])) }
        let cloud: Cloud
        do {
            cloud = try Cloud(settings: settings, environment: environment, logger: logger)
        } catch {
            let found = await sideBySide([("kafka", kafka)])
            return versions + found + [CheckupLine("aws", .wrong, error.reason)]
        }
        let found = await sideBySide([
            ("workers", { await self.workers(cloud) }), ("kafka", kafka),
            ("tables", { await self.tables(cloud) }), ("ec2", { await self.volumes(cloud) }),
            ("efs", { await self.storage(cloud) }), ("kubernetes", { await self.cluster(cloud) }),
        ])
        let clocks = clocks(cloud)
        await cloud.close()
        return versions + found + clocks
    }

    private typealias Part = (area: String, look: @Sendable () async -> [CheckupLine])

    private func sideBySide(_ parts: [Part]) async -> [CheckupLine] {
        await withTaskGroup(of: (Int, [CheckupLine]).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask { (index, await bounded(part.area, part.look)) }
            }
            var found: [Int: [CheckupLine]] = [:]
            for await (index, lines) in group { found[index] = lines }
            return parts.indices.flatMap { found[$0] ?? [] }
        }
    }

    private func bounded(
        _ area: String,
        _ look: @escaping @Sendable () async -> [CheckupLine]
    ) async -> [CheckupLine] {
        await withTaskGroup(of: [CheckupLine]?.self) { group in
            group.addTask { await look() }
            group.addTask {
                try? await SystemTime().sleep(for: Self.limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? [.init(area, .wrong, "no answer within \(Self.limit.components.seconds) s")]
        }
    }

    private var versions: [CheckupLine] {
        [
            .init("versions", .right, "Berth \(BerthVersion.number), librdkafka \(KafkaLibrary.version)"),
            .init(
                "settings",
                .right,
                "\(settings.states.count { $0.source != .standard }) are set, all can be read"
            ),
        ]
    }

    /// What the roster says of those that run.
    private func workers(_ cloud: Cloud) async -> [CheckupLine] {
        let rows: [WorkerRow]
        do { rows = try await cloud.ledger.workers() } catch {
            return [.init("workers", .skipped, "who lives isn't known: \(error.reason)")]
        }
        let alive = rows.filter { $0.state == .alive }
        guard !alive.isEmpty else {
            return [.init("workers", .advice, "none is alive", change: "start berth-worker")]
        }
        let versions = Set(alive.map(\.softwareVersion)).sorted()
        let others = versions.filter { $0 != BerthVersion.number }
        let found = "\(alive.count) alive, version \(versions.joined(separator: ", "))"
        return [
            .init(
                "workers",
                others.isEmpty ? .right : .advice,
                found,
                change: others.isEmpty ? nil : "this program is \(BerthVersion.number): finish the rollout"
            )
        ]
    }

    /// By the answers of all services that were asked.
    private func clocks(_ cloud: Cloud) -> [CheckupLine] {
        let leads = cloud.clock.lead(over: Date())
        guard let worst = leads.max(by: { abs($0.value) < abs($1.value) }) else {
            return [.init("clock", .skipped, "no service answered")]
        }
        let seconds = Int(worst.value.rounded())
        let found = "\(worst.key) is \(seconds) s ahead of this machine"
        let verdict: CheckupLine.Verdict =
            switch abs(seconds) {
            case ..<10: .right
            case ..<240: .advice
            // Signatures are refused from five minutes on.
            default: .wrong
            }
        let change = verdict == .right ? nil : "set this machine's clock (chrony, systemd-timesyncd)"
        var lines = [CheckupLine("clock", verdict, found, change: change)]
        if cloud.time.serviceNow() == nil {
            lines.append(
                .init("clock", .wrong, "no two services agree on the time: nothing is decided by age")
            )
        }
        return lines
    }
}
