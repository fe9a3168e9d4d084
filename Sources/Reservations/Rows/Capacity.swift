/// A reservation's share of a node.
package struct Promise: Codable, Sendable, Equatable {
    package let gpuType: GPUType
    package let node: String
    package let zone: String
    package let count: Int

    enum CodingKeys: String, CodingKey {
        case gpuType = "gpu_type"
        case node, zone, count
    }

    package init(gpuType: GPUType, node: String, zone: String, count: Int) {
        self.gpuType = gpuType
        self.node = node
        self.zone = zone
        self.count = count
    }
}

/// What is promised on one node: a row of `capacity`.
package struct NodeCapacity: Codable, Sendable, Equatable {
    package let gpuType: GPUType
    package let node: String
    /// Reservation → GPUs (1 for CPU types, which are counted in servers).
    package var promises: [String: Int]
    package var version: Int
    package var writeID: String

    enum CodingKeys: String, CodingKey {
        case gpuType = "gpu_type"
        case node, promises, version
        case writeID = "write_id"
    }

    package init(gpuType: GPUType, node: String) {
        self.gpuType = gpuType
        self.node = node
        promises = [:]
        version = 0
        writeID = ""
    }
}

/// A node as Kubernetes describes it, with the pods on it that hold GPUs.
package struct NodeSighting: Sendable, Equatable {
    package let name: String
    package let gpuType: GPUType
    package let zone: String
    package let isReady: Bool
    /// GPUs it can allocate; for CPU types, servers.
    package let allocatable: Int
    /// GPUs held by each pod: the reservation it belongs to (nil if foreign) and its count.
    package let held: [(reservation: ReservationID?, count: Int)]

    package init(
        name: String,
        gpuType: GPUType,
        zone: String,
        isReady: Bool,
        allocatable: Int,
        held: [(reservation: ReservationID?, count: Int)]
    ) {
        self.name = name
        self.gpuType = gpuType
        self.zone = zone
        self.isReady = isReady
        self.allocatable = allocatable
        self.held = held
    }

    package static func == (left: NodeSighting, right: NodeSighting) -> Bool {
        left.name == right.name && left.gpuType == right.gpuType && left.zone == right.zone
            && left.isReady == right.isReady && left.allocatable == right.allocatable
            && left.held.elementsEqual(right.held) { $0 == $1 }
    }
}
