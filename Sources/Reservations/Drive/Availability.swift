package import Foundation

/// What there is of a type of machine, for people who look for one.
package struct Availability: Codable, Sendable, Equatable {
    package let gpuType: GPUType
    /// GPUs of nodes that are ready (for CPU types, servers); nil if the cluster couldn't be asked.
    package let total: Int?
    package let free: Int?
    /// The most that one server can get now.
    package let largest: Int?
    package let promised: Int
    /// GPUs that are waited for, and by how many requests.
    package let queued: Int
    package let waiting: Int
    /// When the next server of this type ends, if nobody extends it.
    package let nextFreeAt: Date?
    /// When the last one that waits gets its GPUs, in seconds from now; nil if nobody waits or nothing is known.
    package var lastStarts: QueueEstimate?

    enum CodingKeys: String, CodingKey {
        case gpuType = "gpu_type"
        case total, free, largest, promised, queued, waiting
        case nextFreeAt = "next_free_at"
        case lastStarts = "last_starts_in_seconds"
    }

    package init(
        of type: GPUType,
        nodes: [NodeSighting]?,
        capacity: [NodeCapacity],
        queued: [Reservation],
        active: [Reservation]
    ) {
        gpuType = type
        let ready = nodes?.filter { $0.isReady && $0.gpuType == type }
        total = ready?.map(\.allocatable).reduce(0, +)
        let rooms = ready?.map { CapacityPlan.free(on: $0, promised: capacity) }
        free = rooms?.reduce(0, +)
        largest = rooms.map { $0.max() ?? 0 }
        promised = capacity.filter { $0.gpuType == type }.flatMap(\.promises.values).reduce(0, +)
        let waits = queued.compactMap(\.request).filter { $0.gpuType == type }
        self.queued = queued.filter { $0.request?.gpuType == type }
            .map { max($0.request?.gpuCount ?? 0, 1) * $0.nodeCount }.reduce(0, +)
        waiting = waits.count
        nextFreeAt = active.filter { $0.request?.gpuType == type }.compactMap(\.expiresAt).min()
    }
}
