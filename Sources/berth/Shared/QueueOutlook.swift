import Fleet
import Foundation
import Reservations

/// When queued reservations get their GPUs, computed from the tables by whoever looks.
enum QueueOutlook {
    /// Rows that have ended of each kind that are read, newest first.
    private static let ended = 300
    private static let living = 500

    /// The ranges for all that wait for some types; nothing of it is written anywhere.
    ///
    /// The nodes are as the cluster tells; nil: as the tables and the catalog do.
    static func estimates(
        for types: some Sequence<GPUType>,
        nodes: [NodeSighting]? = nil,
        _ cloud: Cloud,
        _ catalog: GPUCatalog
    ) async throws -> [ReservationID: QueueEstimate] {
        let types = Set(types)
        guard !types.isEmpty else { return [:] }
        var ids = try await cloud.ledger.reservations(with: .queued).prefix(living)
        guard !ids.isEmpty else { return [:] }
        for status in [Status.preparing, .active, .expiring] {
            ids += try await cloud.ledger.reservations(with: status).prefix(living)
        }
        for status in [Status.expired, .cancelled, .failed] {
            ids += try await cloud.ledger.reservations(with: status).suffix(ended)
        }
        let rows = try await cloud.ledger.reservations(Array(Set(ids)).sorted())
        var found: [ReservationID: QueueEstimate] = [:]
        for type in types {
            let forecast = QueueForecast(
                of: type,
                nodes: try await room(of: type, nodes, cloud, catalog),
                rows: rows,
                at: Date()
            )
            found.merge(forecast.estimates()) { one, _ in one }
        }
        return found
    }

    private static func room(
        of type: GPUType,
        _ nodes: [NodeSighting]?,
        _ cloud: Cloud,
        _ catalog: GPUCatalog
    ) async throws -> [String: Int] {
        if let nodes {
            let ready = nodes.filter { $0.isReady && $0.gpuType == type }
            return Dictionary(ready.map { ($0.name, $0.allocatable) }, uniquingKeysWith: max)
        }
        let gpus = max(catalog[type]?.gpus ?? 1, 1)
        let capacity = try await cloud.ledger.capacity(of: type)
        return Dictionary(capacity.map { ($0.node, gpus) }, uniquingKeysWith: max)
    }

    /// What can be said to whoever waits; nil if the tables can't be read from here, or not in time.
    static func text(of id: ReservationID, _ session: Session) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask {
                let estimate = try? await session.withCloud { cloud -> QueueEstimate? in
                    guard let type = try await cloud.ledger.reservation(id)?.request?.gpuType else {
                        return nil
                    }
                    return try await estimates(for: [type], cloud, session.settings.catalog)[id]
                }
                return (estimate ?? nil).map(text)
            }
            group.addTask {
                try? await Task.sleep(for: patience, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// It mustn't hold up the news that follow.
    private static let patience = Duration.seconds(5)

    /// `in 10 min to 2 h`: half of all start before the first, nine of ten before the second.
    static func text(_ estimate: QueueEstimate) -> String {
        let (low, high) = (span(estimate.p50), span(estimate.p90))
        return low == high ? "in about \(low)" : "in \(low) to \(high)"
    }

    private static func span(_ seconds: Double) -> String {
        switch seconds {
        case ..<90: "1 min"
        case ..<5_400: "\(Int((seconds / 60).rounded())) min"
        case ..<172_800: "\(String(format: "%.1f", seconds / 3_600).replacing(".0", with: "")) h"
        default: "\(Int((seconds / 86_400).rounded())) d"
        }
    }
}
