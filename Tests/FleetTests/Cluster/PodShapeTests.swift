import Fleet
import Reservations
import Testing

@Suite struct PodShapeTests {
    let bench = ClusterBench()

    private func posted(_ order: PodOrder) async throws -> TestJSON {
        _ = try await bench.host.post(order)
        return try #require(bench.server.body("POST", "/pods"))
    }

    @Test func `everything namespaced goes with the anchor, and the volume is known by its labels`()
        async throws
    {
        _ = try await bench.host.post(bench.order())
        for kind in ["/services", "/persistentvolumeclaims", "/pods"] {
            let metadata = try #require(bench.server.body("POST", kind)?["metadata"])
            #expect(metadata["ownerReferences"]?[0]?["uid"] == "anchor-uid", "\(kind)")
            #expect(metadata["labels"]?["reservation"]?.string == bench.names.pod, "\(kind)")
        }
        let volume = try #require(bench.server.body("POST", "/persistentvolumes"))
        #expect(volume["metadata"]?["ownerReferences"] == nil)
        #expect(volume["metadata"]?["labels"]?["berth.dev/generation"] == "2")
        #expect(volume["metadata"]?["labels"]?["berth.dev/fleet"] == "fleet-1")
    }

    @Test func `the volume is static, kept, bound to its claim and pinned to its zone`() async throws {
        _ = try await bench.host.post(bench.order())
        let spec = try #require(bench.server.body("POST", "/persistentvolumes")?["spec"])
        #expect(
            spec["csi"] == [
                "driver": "ebs.csi.aws.com", "volumeHandle": "vol-0123456789abcdef0", "fsType": "ext4",
            ]
        )
        #expect(spec["persistentVolumeReclaimPolicy"] == "Retain")
        #expect(spec["storageClassName"] == "")
        #expect(spec["capacity"] == ["storage": "1024Gi"])
        #expect(spec["claimRef"]?["namespace"] == "gpu-dev")
        #expect(spec["claimRef"]?["name"]?.string == bench.names.disk)
        let term = spec["nodeAffinity"]?["required"]?["nodeSelectorTerms"]?[0]?["matchExpressions"]?[0]
        #expect(term == ["key": "topology.kubernetes.io/zone", "operator": "In", "values": ["us-east-2a"]])
        let claim = try #require(bench.server.body("POST", "/persistentvolumeclaims")?["spec"])
        #expect(claim["storageClassName"] == "")
        #expect(claim["volumeName"]?.string == bench.names.disk)
    }

    @Test func `the services lead to the pod by its name`() async throws {
        _ = try await bench.host.post(bench.order())
        let services = bench.server.calls.filter { $0.method == "POST" && $0.path.hasSuffix("/services") }
        let ssh = try #require(services.first?.body?["spec"])
        #expect(ssh["type"] == "NodePort")
        #expect(ssh["externalTrafficPolicy"] == "Local")
        #expect(ssh["ports"]?[0]?["port"] == 22)
        #expect(ssh["selector"] == ["reservation": .text(bench.names.pod)])
        let headless = try #require(services.last?.body?["spec"])
        #expect(headless["clusterIP"] == "None")
        #expect(headless["ports"]?[0]?["port"] == 29_500)
    }

    @Test func `the pod is pinned to the promised node and gets its share of it`() async throws {
        let pod = try await posted(bench.order(type: "a100", count: 2))
        let spec = try #require(pod["spec"])
        #expect(spec["nodeSelector"] == ["GpuType": "a100", "kubernetes.io/hostname": "node-1"])
        #expect(spec["tolerations"] == [["key": "nvidia.com/gpu", "operator": "Exists"]])
        #expect(spec["restartPolicy"] == "OnFailure")
        #expect(spec["terminationGracePeriodSeconds"] == 10)
        #expect(spec["serviceAccountName"] == "gpu-dev-pod-sa")
        let resources = try #require(spec["containers"]?[0]?["resources"])
        // 2 of 8 GPUs of 96 vCPUs and 1152 GiB.
        #expect(resources["requests"] == ["cpu": "21", "memory": "259Gi", "nvidia.com/gpu": "2"])
        #expect(resources["limits"] == ["cpu": "36", "memory": "288Gi", "nvidia.com/gpu": "2"])
        #expect(pod["metadata"]?["labels"]?["app"] == "gpu-dev-pod")
        #expect(
            pod["metadata"]?["annotations"] == [
                "gpu-dev-user-id": "ada@example.org", "gpu-dev-volume-id": "vol-0123456789abcdef0",
            ]
        )
    }

    @Test func `the containers are the replaced system's`() async throws {
        let shared = SharedFileSystem(id: "fs-1", server: "fs-1.efs.us-east-2.amazonaws.com")
        let spec = try #require(try await posted(bench.order(sharedStorage: shared))["spec"])
        let main = try #require(spec["containers"]?[named: "gpu-dev"])
        #expect(main["ports"]?[0]?["containerPort"] == 22)
        #expect(main["ports"]?[1]?["containerPort"] == 8888)
        #expect(
            main["securityContext"]?["capabilities"] == ["add": ["IPC_LOCK", "SYS_ADMIN", "SYS_RESOURCE"]]
        )
        #expect(main["env"]?[named: "GPU_TYPE"]?["value"] == "A100")
        #expect(main["env"]?[named: "CREATE_SH_ENV"]?["value"] == "true")
        #expect(main["env"]?[named: "USE_PERSISTENT_DISK"]?["value"] == "true")
        #expect(main["env"]?[named: "GPU_DEV_GITHUB_USER"]?["value"] == "ada")
        let setup = try #require(spec["initContainers"]?[named: "ssh-setup"])
        #expect(setup["image"] == "alpine:3.21")
        #expect(setup["env"]?[named: "BERTH_NEW_DISK"]?["value"] == "1")
        let volumes = try #require(spec["volumes"])
        #expect(volumes[named: "dshm"]?["emptyDir"] == ["medium": "Memory", "sizeLimit": "8Gi"])
        #expect(
            volumes[named: "keys"]?["secret"] == [
                "secretName": .text(bench.names.secret), "defaultMode": 256,
            ]
        )
        #expect(
            volumes[named: "shared-efs"]?["nfs"] == [
                "server": "fs-1.efs.us-east-2.amazonaws.com", "path": "/",
            ]
        )
        #expect(main["volumeMounts"]?[named: "shared-efs"]?["mountPath"] == "/shared-personal")
        #expect(main["volumeMounts"]?[named: "dev-home"]?["mountPath"] == "/home/dev")
    }

    @Test func `without shared storage nothing is mounted there`() async throws {
        let spec = try #require(try await posted(bench.order())["spec"])
        #expect(spec["volumes"]?[named: "shared-efs"] == nil)
    }

    @Test func `a CPU server asks for no GPU`() async throws {
        let spec = try #require(try await posted(bench.order(type: "cpu-x86", count: 1))["spec"])
        let resources = try #require(spec["containers"]?[0]?["resources"])
        #expect(resources["requests"] == ["cpu": "27", "memory": "51Gi"])
        #expect(resources["limits"] == ["cpu": "27", "memory": "51Gi"])
    }

    @Test func `an unknown type of machine is refused before anything is posted`() async {
        let code = await podErrorCode { _ = try await bench.host.post(bench.order(type: "h9000")) }
        #expect(code == .refused)
        #expect(bench.server.calls.isEmpty)
    }
}
