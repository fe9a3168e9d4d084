/// A pod.
package struct Pod: KubernetesResource, Hashable {
    package static let apiVersion = "v1"
    package static let kind = "Pod"
    package static let plural = "pods"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var spec: PodSpec?
    package var status: PodStatus?

    package init(metadata: ObjectMeta, spec: PodSpec? = nil, status: PodStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

/// What a pod is asked to run.
package struct PodSpec: Codable, Sendable, Hashable {
    package var containers: [Container]
    package var initContainers: [Container]?
    package var volumes: [Volume]?
    package var nodeName: String?
    package var nodeSelector: [String: String]?
    package var tolerations: [Toleration]?
    package var affinity: Affinity?
    package var restartPolicy: String?
    package var terminationGracePeriodSeconds: Int64?
    package var activeDeadlineSeconds: Int64?
    package var serviceAccountName: String?
    package var automountServiceAccountToken: Bool?
    package var hostNetwork: Bool?
    package var dnsPolicy: String?
    package var hostname: String?
    package var subdomain: String?
    package var enableServiceLinks: Bool?
    package var priorityClassName: String?
    package var runtimeClassName: String?
    package var securityContext: PodSecurityContext?
    package var imagePullSecrets: [LocalObjectReference]?

    package init(
        containers: [Container],
        initContainers: [Container]? = nil,
        volumes: [Volume]? = nil,
        nodeName: String? = nil,
        nodeSelector: [String: String]? = nil,
        tolerations: [Toleration]? = nil,
        affinity: Affinity? = nil,
        restartPolicy: String? = nil,
        terminationGracePeriodSeconds: Int64? = nil,
        activeDeadlineSeconds: Int64? = nil,
        serviceAccountName: String? = nil,
        automountServiceAccountToken: Bool? = nil,
        hostNetwork: Bool? = nil,
        dnsPolicy: String? = nil,
        hostname: String? = nil,
        subdomain: String? = nil,
        enableServiceLinks: Bool? = nil,
        priorityClassName: String? = nil,
        runtimeClassName: String? = nil,
        securityContext: PodSecurityContext? = nil,
        imagePullSecrets: [LocalObjectReference]? = nil
    ) {
        self.containers = containers
        self.initContainers = initContainers
        self.volumes = volumes
        self.nodeName = nodeName
        self.nodeSelector = nodeSelector
        self.tolerations = tolerations
        self.affinity = affinity
        self.restartPolicy = restartPolicy
        self.terminationGracePeriodSeconds = terminationGracePeriodSeconds
        self.activeDeadlineSeconds = activeDeadlineSeconds
        self.serviceAccountName = serviceAccountName
        self.automountServiceAccountToken = automountServiceAccountToken
        self.hostNetwork = hostNetwork
        self.dnsPolicy = dnsPolicy
        self.hostname = hostname
        self.subdomain = subdomain
        self.enableServiceLinks = enableServiceLinks
        self.priorityClassName = priorityClassName
        self.runtimeClassName = runtimeClassName
        self.securityContext = securityContext
        self.imagePullSecrets = imagePullSecrets
    }
}

/// The security settings of all of a pod's containers.
package struct PodSecurityContext: Codable, Sendable, Hashable {
    package var runAsUser: Int64?
    package var runAsGroup: Int64?
    package var runAsNonRoot: Bool?
    package var fsGroup: Int64?
    package var fsGroupChangePolicy: String?
    package var supplementalGroups: [Int64]?
    package var seccompProfile: SeccompProfile?

    package init(
        runAsUser: Int64? = nil,
        runAsGroup: Int64? = nil,
        runAsNonRoot: Bool? = nil,
        fsGroup: Int64? = nil,
        fsGroupChangePolicy: String? = nil,
        supplementalGroups: [Int64]? = nil,
        seccompProfile: SeccompProfile? = nil
    ) {
        self.runAsUser = runAsUser
        self.runAsGroup = runAsGroup
        self.runAsNonRoot = runAsNonRoot
        self.fsGroup = fsGroup
        self.fsGroupChangePolicy = fsGroupChangePolicy
        self.supplementalGroups = supplementalGroups
        self.seccompProfile = seccompProfile
    }
}

/// Which system calls are allowed: `RuntimeDefault`, `Unconfined`.
package struct SeccompProfile: Codable, Sendable, Hashable {
    package var type: String
    package var localhostProfile: String?

    package init(type: String, localhostProfile: String? = nil) {
        self.type = type
        self.localhostProfile = localhostProfile
    }
}

/// An object of the same namespace, by name.
package struct LocalObjectReference: Codable, Sendable, Hashable {
    package var name: String?

    package init(name: String? = nil) {
        self.name = name
    }
}
