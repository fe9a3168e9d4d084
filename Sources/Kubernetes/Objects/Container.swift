/// One container of a pod.
package struct Container: Codable, Sendable, Hashable {
    package var name: String
    package var image: String?
    package var imagePullPolicy: String?
    package var command: [String]?
    package var args: [String]?
    package var workingDir: String?
    package var env: [EnvVar]?
    package var ports: [ContainerPort]?
    package var resources: ResourceRequirements?
    package var volumeMounts: [VolumeMount]?
    package var securityContext: SecurityContext?
    package var readinessProbe: Probe?
    package var livenessProbe: Probe?
    package var startupProbe: Probe?
    package var terminationMessagePolicy: String?
    /// `Always` on an init container makes it a sidecar.
    package var restartPolicy: String?

    package init(
        name: String,
        image: String? = nil,
        imagePullPolicy: String? = nil,
        command: [String]? = nil,
        args: [String]? = nil,
        workingDir: String? = nil,
        env: [EnvVar]? = nil,
        ports: [ContainerPort]? = nil,
        resources: ResourceRequirements? = nil,
        volumeMounts: [VolumeMount]? = nil,
        securityContext: SecurityContext? = nil,
        readinessProbe: Probe? = nil,
        livenessProbe: Probe? = nil,
        startupProbe: Probe? = nil,
        terminationMessagePolicy: String? = nil,
        restartPolicy: String? = nil
    ) {
        self.name = name
        self.image = image
        self.imagePullPolicy = imagePullPolicy
        self.command = command
        self.args = args
        self.workingDir = workingDir
        self.env = env
        self.ports = ports
        self.resources = resources
        self.volumeMounts = volumeMounts
        self.securityContext = securityContext
        self.readinessProbe = readinessProbe
        self.livenessProbe = livenessProbe
        self.startupProbe = startupProbe
        self.terminationMessagePolicy = terminationMessagePolicy
        self.restartPolicy = restartPolicy
    }
}

/// A port that a container listens on.
package struct ContainerPort: Codable, Sendable, Hashable {
    package var name: String?
    package var containerPort: Int
    package var hostPort: Int?
    package var `protocol`: String?

    package init(name: String? = nil, containerPort: Int, hostPort: Int? = nil, `protocol`: String? = nil) {
        self.name = name
        self.containerPort = containerPort
        self.hostPort = hostPort
        self.protocol = `protocol`
    }
}

/// What a container asks for and may use at most.
package struct ResourceRequirements: Codable, Sendable, Hashable {
    package var requests: [String: Quantity]?
    package var limits: [String: Quantity]?

    package init(requests: [String: Quantity]? = nil, limits: [String: Quantity]? = nil) {
        self.requests = requests
        self.limits = limits
    }
}

/// Where a container sees a volume.
package struct VolumeMount: Codable, Sendable, Hashable {
    package var name: String
    package var mountPath: String
    package var subPath: String?
    package var readOnly: Bool?

    package init(name: String, mountPath: String, subPath: String? = nil, readOnly: Bool? = nil) {
        self.name = name
        self.mountPath = mountPath
        self.subPath = subPath
        self.readOnly = readOnly
    }
}

/// The security settings of one container.
package struct SecurityContext: Codable, Sendable, Hashable {
    package var capabilities: Capabilities?
    package var privileged: Bool?
    package var allowPrivilegeEscalation: Bool?
    package var readOnlyRootFilesystem: Bool?
    package var runAsUser: Int64?
    package var runAsGroup: Int64?
    package var runAsNonRoot: Bool?
    package var seccompProfile: SeccompProfile?

    package struct Capabilities: Codable, Sendable, Hashable {
        package var add: [String]?
        package var drop: [String]?

        package init(add: [String]? = nil, drop: [String]? = nil) {
            self.add = add
            self.drop = drop
        }
    }

    package init(
        capabilities: Capabilities? = nil,
        privileged: Bool? = nil,
        allowPrivilegeEscalation: Bool? = nil,
        readOnlyRootFilesystem: Bool? = nil,
        runAsUser: Int64? = nil,
        runAsGroup: Int64? = nil,
        runAsNonRoot: Bool? = nil,
        seccompProfile: SeccompProfile? = nil
    ) {
        self.capabilities = capabilities
        self.privileged = privileged
        self.allowPrivilegeEscalation = allowPrivilegeEscalation
        self.readOnlyRootFilesystem = readOnlyRootFilesystem
        self.runAsUser = runAsUser
        self.runAsGroup = runAsGroup
        self.runAsNonRoot = runAsNonRoot
        self.seccompProfile = seccompProfile
    }
}

/// How the kubelet asks a container about its health.
package struct Probe: Codable, Sendable, Hashable {
    package var exec: Exec?
    package var tcpSocket: TCPSocket?
    package var initialDelaySeconds: Int?
    package var periodSeconds: Int?
    package var timeoutSeconds: Int?
    package var successThreshold: Int?
    package var failureThreshold: Int?

    package struct Exec: Codable, Sendable, Hashable {
        package var command: [String]?

        package init(command: [String]? = nil) {
            self.command = command
        }
    }

    package struct TCPSocket: Codable, Sendable, Hashable {
        package var port: IntOrString
        package var host: String?

        package init(port: IntOrString, host: String? = nil) {
            self.port = port
            self.host = host
        }
    }

    package init(
        exec: Exec? = nil,
        tcpSocket: TCPSocket? = nil,
        initialDelaySeconds: Int? = nil,
        periodSeconds: Int? = nil,
        timeoutSeconds: Int? = nil,
        successThreshold: Int? = nil,
        failureThreshold: Int? = nil
    ) {
        self.exec = exec
        self.tcpSocket = tcpSocket
        self.initialDelaySeconds = initialDelaySeconds
        self.periodSeconds = periodSeconds
        self.timeoutSeconds = timeoutSeconds
        self.successThreshold = successThreshold
        self.failureThreshold = failureThreshold
    }
}
