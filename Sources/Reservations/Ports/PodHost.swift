package import Foundation

/// The names of one generation of a reservation's objects.
package struct PodNames: Sendable, Hashable {
    package let pod: String
    /// What all nodes of a reservation share bears node 0's name.
    private let base: String

    package init(_ id: ReservationID, generation: Int, node: Int = 0) {
        base = "gpu-dev-\(id.rawValue)-\(generation)"
        pod = node == 0 ? base : "\(base)-n\(node)"
    }

    package static func anchor(_ id: ReservationID) -> String { "gpu-dev-\(id.rawValue)" }

    package var sshService: String { pod + "-ssh" }
    package var headlessService: String { pod + "-headless" }
    package var secret: String { base + "-keys" }
    /// Of the claim and, since its name must be the fleet's alone, of the PersistentVolume.
    package var disk: String { base + "-home" }
}

/// Everything that a pod is made from; the adapter adds nothing of its own.
package struct PodOrder: Sendable, Equatable {
    package let reservation: Reservation
    package let intent: PodIntent
    package let anchorUID: String
    package let promise: Promise
    package let diskSizeGiB: Int
    package let isNewDisk: Bool
    /// Which of several nodes.
    package let node: Int

    package init(
        reservation: Reservation,
        intent: PodIntent,
        anchorUID: String,
        promise: Promise,
        diskSizeGiB: Int,
        isNewDisk: Bool,
        node: Int = 0
    ) {
        self.reservation = reservation
        self.intent = intent
        self.anchorUID = anchorUID
        self.promise = promise
        self.diskSizeGiB = diskSizeGiB
        self.isNewDisk = isNewDisk
        self.node = node
    }

    package var names: PodNames { PodNames(reservation.id, generation: intent.generation, node: node) }
}

/// The keys in a pod's secret: made once, read back by whoever comes later.
package struct PodKeys: Sendable, Equatable {
    package let authorized: [PublicKey]
    /// Type and base64.
    package let hostKey: String

    package init(authorized: [PublicKey], hostKey: String) {
        self.authorized = authorized
        self.hostKey = hostKey
    }
}

/// A pod as Kubernetes describes it.
package struct PodSighting: Sendable, Equatable {
    package enum Phase: Sendable, Equatable {
        case pending
        /// Running, with all its containers ready.
        case ready
        case running
        case ended(String)
    }

    package let name: String
    package let uid: String
    package let reservation: ReservationID?
    package let generation: Int?
    package let phase: Phase
    /// Why it doesn't get on, if it says so, such as `Unschedulable` or `ImagePullBackOff`.
    package let hindrance: String?
    package let isTerminating: Bool
    package let node: String?
    package let podIP: String?
    /// Why the server is lost, in words, if the pod says so.
    package let loss: String?

    package init(
        name: String,
        uid: String,
        reservation: ReservationID?,
        generation: Int?,
        phase: Phase,
        hindrance: String?,
        isTerminating: Bool,
        node: String?,
        podIP: String?,
        loss: String? = nil
    ) {
        self.loss = loss
        self.name = name
        self.uid = uid
        self.reservation = reservation
        self.generation = generation
        self.phase = phase
        self.hindrance = hindrance
        self.isTerminating = isTerminating
        self.node = node
        self.podIP = podIP
    }
}

/// What was found under a name that was to be posted.
package enum Posting: Sendable, Equatable {
    case posted(uid: String)
    /// It exists, belongs to this reservation and generation, and mounts this (nil: `emptyDir`).
    case existed(uid: String, volume: VolumeID?, isTerminating: Bool)
}

package struct PodError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        case unavailable
        /// The name is taken by something that isn't this reservation's.
        case foreign
        /// Kubernetes refuses the object as it is.
        case refused
        case notFound
    }

    package let code: Code
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { reason }
}

/// What a running pod shows of its own end.
package struct PodNotice: Sendable, Equatable {
    package let expiresAt: Date
    /// Nil until there is something to warn of.
    package let warning: String?

    package init(expiresAt: Date, warning: String?) {
        self.expiresAt = expiresAt
        self.warning = warning
    }
}

/// A thing in the cluster that bears a reservation's label.
package struct ClusterObject: Sendable, Hashable {
    package let kind: String
    package let name: String
    package let uid: String
    package let isTerminating: Bool

    package init(kind: String, name: String, uid: String, isTerminating: Bool) {
        self.kind = kind
        self.name = name
        self.uid = uid
        self.isTerminating = isTerminating
    }
}

/// The cluster that reserved pods run in.
package protocol PodHost: Sendable {
    /// What tells this cluster from every other.
    func identity() async throws(PodError) -> String

    /// Reservations whose pod ended, is being deleted or is gone, as the watch says: hints, for one reader.
    var losses: AsyncStream<ReservationID> { get }

    /// The anchor that owns everything of a reservation: made, or found by its name.
    func anchor(of id: ReservationID, user: UserID) async throws(PodError) -> String

    /// The secret with these keys and this host key, or the one that is there already, read back.
    func keys(
        for id: ReservationID,
        generation: Int,
        anchorUID: String,
        offering keys: [PublicKey],
        hostKey: HostKey
    ) async throws(PodError) -> PodKeys

    /// Services, claim and volume first, then the pod.
    func post(_ order: PodOrder) async throws(PodError) -> Posting

    /// Pods of the fleet; whoever asks often is served from a watch.
    func pod(_ names: PodNames) async throws(PodError) -> PodSighting?

    /// What the cluster's events say of a pod's disk, reason first; nil if they say nothing, or can't be read.
    ///
    /// Events expire and may be lost: they are hints, and decide nothing but when a wait is over.
    func trouble(of names: PodNames) async -> String?

    /// Returns when something about the pod changed, or the time is over.
    func change(of names: PodNames, within limit: Duration) async

    /// Host and port of the pod's SSH service.
    func sshAddress(of names: PodNames, node: String) async throws(PodError) -> (host: String, port: Int)

    /// Writes onto the pod when it ends, and the last warning of it: files in the pod show both.
    func tell(_ names: PodNames, _ notice: PodNotice) async throws(PodError)

    func nodes(of type: GPUType) async throws(PodError) -> [NodeSighting]

    /// Deletes the anchor if it is there.
    ///
    /// - Returns: whether it was seen gone.
    func deleteAnchor(of id: ReservationID) async throws(PodError) -> Bool

    /// Everything with the reservation's label: pods, services, claims, secrets and volumes.
    func objects(of id: ReservationID) async throws(PodError) -> [ClusterObject]

    /// Everything that bears the fleet's label, by reservation: the whole listing or an error.
    func fleetObjects() async throws(PodError) -> [ReservationID: [ClusterObject]]

    /// Deletes one object, on condition of its uid.
    func delete(_ object: ClusterObject) async throws(PodError)
}

extension PodHost {
    package func trouble(of names: PodNames) async -> String? { nil }
}
