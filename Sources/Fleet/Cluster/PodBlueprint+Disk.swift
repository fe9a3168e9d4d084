import Kubernetes
import Reservations

/// An existing EBS volume as a claim: static provisioning (aws-ebs-csi-driver, "Static Provisioning").
extension PodBlueprint {
    static let driver = "ebs.csi.aws.com"

    /// Nil where the home is an `emptyDir`.
    var persistentVolume: PersistentVolume? {
        guard let volume = order.intent.storage.volume else { return nil }
        let zone = NodeSelectorRequirement(
            key: ClusterLabel.zone,
            operator: "In",
            values: [order.intent.zone]
        )
        return PersistentVolume(
            metadata: ObjectMeta(name: names.disk, labels: belonging.labels),
            spec: PersistentVolumeSpec(
                capacity: ["storage": size],
                accessModes: ["ReadWriteOnce"],
                csi: .init(driver: Self.driver, volumeHandle: volume.rawValue, fsType: "ext4"),
                // Bound to this claim and no other from the start.
                claimRef: ObjectReference(
                    apiVersion: PersistentVolumeClaim.apiVersion,
                    kind: PersistentVolumeClaim.kind,
                    namespace: settings.namespace,
                    name: names.disk
                ),
                nodeAffinity: .init(
                    required: NodeSelector(nodeSelectorTerms: [NodeSelectorTerm(matchExpressions: [zone])])
                ),
                // Kubernetes never deletes a user's volume: only the janitor does.
                persistentVolumeReclaimPolicy: "Retain",
                storageClassName: "",
                volumeMode: "Filesystem"
            )
        )
    }

    var claim: PersistentVolumeClaim? {
        guard order.intent.storage.volume != nil else { return nil }
        return PersistentVolumeClaim(
            metadata: metadata(names.disk),
            spec: PersistentVolumeClaimSpec(
                accessModes: ["ReadWriteOnce"],
                resources: ResourceRequirements(requests: ["storage": size]),
                storageClassName: "",
                volumeName: names.disk,
                volumeMode: "Filesystem"
            )
        )
    }

    private var size: Quantity { Quantity("\(max(1, order.diskSizeGiB))Gi") }
}
