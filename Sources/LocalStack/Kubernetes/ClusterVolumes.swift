/// The cluster's view of EC2's volumes: what its attach controller and its kubelets ask for.
package protocol ClusterVolumes: Sendable {
    /// Attaches a volume to a node and returns once it is attached; repeated for the same node it does nothing.
    ///
    /// Any error becomes a `FailedAttachVolume` event that bears its description, and is tried again.
    func attach(volumeID: String, node: String) async throws

    /// Detaches a volume; one that isn't attached there is left alone.
    func detach(volumeID: String, node: String) async

    /// A pod begins to write; the answer is the folder that holds the volume's content, if one is kept.
    func mounted(volumeID: String, node: String, pod: String) async -> String?

    /// A pod has stopped writing.
    func unmounted(volumeID: String, node: String, pod: String) async

    /// A PersistentVolume with the reclaim policy `Delete` was released: the real driver deletes the volume.
    func reclaim(volumeID: String) async
}

extension ClusterVolumes {
    package func mounted(volumeID: String, node: String, pod: String) async -> String? { nil }
    package func unmounted(volumeID: String, node: String, pod: String) async {}
    package func reclaim(volumeID: String) async {}
}

/// An attachment that EC2 refused, for implementers who have no error type of their own.
package struct ClusterVolumeError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
