/// A service: a stable way to a pod.
package struct Service: KubernetesResource, Hashable {
    package static let apiVersion = "v1"
    package static let kind = "Service"
    package static let plural = "services"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var spec: ServiceSpec?

    package init(metadata: ObjectMeta, spec: ServiceSpec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }
}

/// How a service is reached and which pods it leads to.
package struct ServiceSpec: Codable, Sendable, Hashable {
    /// `ClusterIP`, `NodePort`.
    package var type: String?
    package var selector: [String: String]?
    package var ports: [ServicePort]?
    /// `None` makes it headless.
    package var clusterIP: String?
    package var externalTrafficPolicy: String?
    package var publishNotReadyAddresses: Bool?

    package init(
        type: String? = nil,
        selector: [String: String]? = nil,
        ports: [ServicePort]? = nil,
        clusterIP: String? = nil,
        externalTrafficPolicy: String? = nil,
        publishNotReadyAddresses: Bool? = nil
    ) {
        self.type = type
        self.selector = selector
        self.ports = ports
        self.clusterIP = clusterIP
        self.externalTrafficPolicy = externalTrafficPolicy
        self.publishNotReadyAddresses = publishNotReadyAddresses
    }
}

/// One port of a service.
package struct ServicePort: Codable, Sendable, Hashable {
    package var name: String?
    package var `protocol`: String?
    package var port: Int
    package var targetPort: IntOrString?
    /// Chosen by the server if none is given, 30000 to 32767.
    package var nodePort: Int?

    package init(
        name: String? = nil,
        `protocol`: String? = nil,
        port: Int,
        targetPort: IntOrString? = nil,
        nodePort: Int? = nil
    ) {
        self.name = name
        self.protocol = `protocol`
        self.port = port
        self.targetPort = targetPort
        self.nodePort = nodePort
    }
}
