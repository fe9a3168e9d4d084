import Kubernetes
import Reservations

extension PodBlueprint {
    /// The way in from outside: the node's own port leads to its own pod, so the client's address is kept.
    var sshService: Service {
        Service(
            metadata: metadata(names.sshService),
            spec: ServiceSpec(
                type: "NodePort",
                selector: [ClusterLabel.podName: names.pod],
                ports: [ServicePort(name: "ssh", port: Self.sshPort, targetPort: .int(innerSSHPort))],
                externalTrafficPolicy: "Local"
            )
        )
    }

    /// The pod's name in the cluster's DNS.
    var headlessService: Service {
        Service(
            metadata: metadata(names.headlessService),
            spec: ServiceSpec(
                selector: [ClusterLabel.podName: names.pod],
                ports: [
                    ServicePort(name: "meeting", port: Self.meetingPort, targetPort: .int(Self.meetingPort))
                ],
                clusterIP: "None",
                publishNotReadyAddresses: true
            )
        )
    }
}
