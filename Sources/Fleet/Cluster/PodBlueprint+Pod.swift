import Kubernetes
import Reservations

extension PodBlueprint {
    var pod: Pod {
        var metadata = metadata(names.pod)
        metadata.labels?[ClusterLabel.app] = ClusterLabel.podApp
        metadata.annotations = [:]
        metadata.annotations?[ClusterLabel.userAnnotation] = order.reservation.userID?.rawValue
        metadata.annotations?[ClusterLabel.volumeAnnotation] = order.intent.storage.volume?.rawValue
        return Pod(
            metadata: metadata,
            spec: PodSpec(
                containers: [mainContainer],
                initContainers: [setupContainer],
                volumes: volumes,
                nodeSelector: [
                    ClusterLabel.gpuType: machine.type.rawValue, ClusterLabel.hostname: order.promise.node,
                ],
                tolerations: Self.toleratedTaints.sorted().map { Toleration(key: $0, operator: "Exists") },
                // The replaced system's: a crash of sshd isn't the end of the server.
                restartPolicy: "OnFailure",
                terminationGracePeriodSeconds: settings.gracePeriod.components.seconds,
                serviceAccountName: settings.serviceAccount,
                hostNetwork: usesEFA ? true : nil,
                dnsPolicy: usesEFA ? "ClusterFirstWithHostNet" : nil,
                // A variable for each service of a busy namespace would fill the environment.
                enableServiceLinks: false
            )
        )
    }

    /// No fsGroup: the kubelet would change the owner of every file of a disk, for a quarter of an hour.
    private var setupContainer: Container {
        Container(
            name: "ssh-setup",
            image: settings.setupImage,
            command: ["/bin/sh", "-c", PodScript.setup],
            env: [
                EnvVar(name: "BERTH_HOME", value: home), EnvVar(name: "BERTH_UID", value: "\(Self.uid)"),
                EnvVar(name: "BERTH_NEW_DISK", value: order.isNewDisk ? "1" : "0"),
            ],
            volumeMounts: [
                VolumeMount(name: Self.homeVolume, mountPath: home),
                VolumeMount(name: "keys", mountPath: PodScript.keyFolder, readOnly: true),
            ],
            securityContext: SecurityContext(runAsUser: 0)
        )
    }

    private var mainContainer: Container {
        var mounts = [
            VolumeMount(name: Self.homeVolume, mountPath: home),
            VolumeMount(name: "shared-workspace", mountPath: "/workspace"),
            VolumeMount(name: "dshm", mountPath: "/dev/shm"),
            VolumeMount(name: "keys", mountPath: PodScript.keyFolder, readOnly: true),
            VolumeMount(name: "notice", mountPath: PodScript.noticeFolder, readOnly: true),
        ]
        if order.intent.sharedStorage != nil {
            mounts.append(VolumeMount(name: "shared-efs", mountPath: "/shared-personal"))
        }
        return Container(
            name: "gpu-dev",
            image: settings.image,
            command: ["/bin/sh", "-c", PodScript.main],
            env: environment,
            ports: [
                ContainerPort(name: "ssh", containerPort: innerSSHPort),
                ContainerPort(name: "jupyter", containerPort: Self.jupyterPort),
            ],
            resources: resources,
            volumeMounts: mounts,
            securityContext: SecurityContext(
                capabilities: .init(add: ["IPC_LOCK", "SYS_ADMIN", "SYS_RESOURCE"]),
                runAsUser: 0
            )
        )
    }

    private var volumes: [Volume] {
        let home =
            switch order.intent.storage {
            case .volume: Volume(name: Self.homeVolume, persistentVolumeClaim: .init(claimName: names.disk))
            case .emptyDir: Volume(name: Self.homeVolume, emptyDir: .init())
            }
        var volumes = [
            home,
            Volume(name: "shared-workspace", emptyDir: .init(sizeLimit: "500Gi")),
            Volume(name: "dshm", emptyDir: .init(medium: "Memory", sizeLimit: "8Gi")),
            // Readable by root alone: sshd refuses a host key that others can read.
            Volume(name: "keys", secret: .init(secretName: names.secret, defaultMode: 0o400)),
            notice,
        ]
        if let shared = order.intent.sharedStorage {
            volumes.append(Volume(name: "shared-efs", nfs: .init(server: shared.server, path: "/")))
        }
        return volumes
    }

    /// Annotations that become files: the kubelet writes them anew when they change, and nobody needs `exec`.
    private var notice: Volume {
        let files = [
            ("expires_at", ClusterLabel.expiryAnnotation), ("warning", ClusterLabel.warningAnnotation),
        ]
        return Volume(
            name: "notice",
            downwardAPI: .init(
                items: files.map { path, annotation in
                    .init(path: path, fieldRef: .init(fieldPath: "metadata.annotations['\(annotation)']"))
                }
            )
        )
    }

    private var environment: [EnvVar] {
        let share = machine.share(of: order.promise.count)
        let threads = "\(share.requestedCPUs)"
        let usesDisk = order.intent.storage.volume != nil
        let isFresh = order.isNewDisk || order.reservation.request?.recreateEnv == true
        var values = [
            ("BERTH_HOME", home), ("BERTH_LOGIN", settings.login), ("BERTH_UID", "\(Self.uid)"),
            ("CREATE_SH_ENV", "\(isFresh)"),
            ("GPU_DEV_GITHUB_USER", order.reservation.request?.githubUser.rawValue ?? ""),
            ("GPU_TYPE", machine.type.rawValue.uppercased()), ("JUPYTER_ENABLED", "false"),
            ("MAX_JOBS", threads), ("MKL_NUM_THREADS", threads), ("OMP_NUM_THREADS", threads),
            ("SUPPORTS_EFA", "\(usesEFA)"),
            ("USE_PERSISTENT_DISK", "\(usesDisk)"),
        ]
        if usesEFA { values.append(("BERTH_SSH_PORT", "\(Self.hostSSHPort)")) }
        values += meeting
        return values.map { EnvVar(name: $0.0, value: $0.1) }
    }

    /// How nodes of one job find each other, by the names that the replaced system gave them.
    ///
    /// The names are those of headless services, which lead to pods that aren't ready yet, too.
    private var meeting: [(String, String)] {
        let all = order.reservation.podNames(generation: order.intent.generation).map(\.headlessService)
        guard all.count > 1, let first = all.first else { return [] }
        return [
            ("MASTER_ADDR", first), ("MASTER_PORT", "\(Self.meetingPort)"),
            ("MULTINODE_HOSTS", all.joined(separator: ",")), ("MULTINODE_NODES", "\(all.count)"),
            ("MULTINODE_RANK", "\(order.node)"),
        ]
    }

    private var resources: ResourceRequirements {
        let share = machine.share(of: order.promise.count)
        var requests: [String: Quantity] = [
            "cpu": Quantity(share.requestedCPUs), "memory": Quantity("\(share.requestedGiB)Gi"),
        ]
        var limits: [String: Quantity] = [
            "cpu": Quantity(share.cpuLimit), "memory": Quantity("\(share.limitGiB)Gi"),
        ]
        if let resource = machine.resource {
            // An extended resource is requested and limited alike.
            requests[resource] = Quantity(share.gpus)
            limits[resource] = Quantity(share.gpus)
        }
        if usesEFA {
            for (name, amount) in ["vpc.amazonaws.com/efa": "\(machine.efa)", "hugepages-2Mi": "5120Mi"] {
                requests[name] = Quantity(amount)
                limits[name] = Quantity(amount)
            }
        }
        return ResourceRequirements(requests: requests, limits: limits)
    }
}
