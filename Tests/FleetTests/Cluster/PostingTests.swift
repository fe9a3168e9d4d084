import Fleet
import Reservations
import Testing

@Suite struct PostingTests {
    let bench = ClusterBench()
    let volume = VolumeID(unchecked: "vol-0123456789abcdef0")
    let otherVolume = VolumeID(unchecked: "vol-0fedcba9876543210")
    var podPath: String { "\(ClusterBench.namespace)/pods/\(bench.names.pod)" }
    var claimPath: String { "\(ClusterBench.namespace)/persistentvolumeclaims/\(bench.names.disk)" }
    var volumePath: String { "/api/v1/persistentvolumes/\(bench.names.disk)" }

    private func putVolume(_ handle: VolumeID, _ more: TestJSON = [:]) {
        let spec: TestJSON = ["csi": ["driver": "ebs.csi.aws.com", "volumeHandle": .text(handle.rawValue)]]
        bench.server.put(
            volumePath,
            bench.object("PersistentVolume", bench.names.disk, ["spec": spec]).merging(more)
        )
        bench.server.put(
            claimPath,
            bench.object(
                "PersistentVolumeClaim",
                bench.names.disk,
                ["spec": ["volumeName": .text(bench.names.disk)]]
            )
        )
    }

    private func putPod(_ home: TestJSON, _ more: TestJSON = [:]) {
        let spec: TestJSON = ["containers": [], "volumes": [home.merging(["name": "dev-home"])]]
        bench.server.put(
            podPath,
            bench.object("Pod", bench.names.pod, uid: "pod-uid", ["spec": spec]).merging(more)
        )
    }

    private var claimed: TestJSON { ["persistentVolumeClaim": ["claimName": .text(bench.names.disk)]] }

    @Test func `services, volume and claim are posted before the pod`() async throws {
        let posting = try await bench.host.post(bench.order())
        #expect(posting == .posted(uid: "uid-5"))
        #expect(
            bench.server.writes == [
                "POST services", "POST services", "POST persistentvolumes", "POST persistentvolumeclaims",
                "POST pods",
            ]
        )
    }

    @Test func `a pod without a volume has no claim`() async throws {
        _ = try await bench.host.post(bench.order(storage: .emptyDir(because: "no disk")))
        #expect(bench.server.writes == ["POST services", "POST services", "POST pods"])
        let spec = try #require(bench.server.body("POST", "/pods")?["spec"])
        #expect(spec["volumes"]?[named: "dev-home"] == ["name": "dev-home", "emptyDir": [:]])
    }

    @Test func `posting again finds what was posted`() async throws {
        _ = try await bench.host.post(bench.order())
        let again = try await bench.host.post(bench.order())
        #expect(again == .existed(uid: "uid-5", volume: volume, isTerminating: false))
    }

    @Test func `a pod that runs without a disk is told as such`() async throws {
        putPod(["emptyDir": [:]])
        let posting = try await bench.host.post(bench.order())
        #expect(posting == .existed(uid: "pod-uid", volume: nil, isTerminating: false))
    }

    @Test func `a pod that is being deleted is told as such`() async throws {
        putVolume(volume)
        putPod(claimed, ["metadata": ["deletionTimestamp": "2026-09-21T00:00:00Z"]])
        let posting = try await bench.host.post(bench.order())
        #expect(posting == .existed(uid: "pod-uid", volume: volume, isTerminating: true))
    }

    @Test func `a pod whose anchor is gone counts as going`() async throws {
        putVolume(volume)
        putPod(claimed, ["metadata": ["ownerReferences": []]])
        let posting = try await bench.host.post(bench.order())
        #expect(posting == .existed(uid: "pod-uid", volume: volume, isTerminating: true))
    }

    @Test func `the volume that a running pod mounts is the truth, whatever was ordered`() async throws {
        putVolume(otherVolume)
        putPod(claimed)
        let posting = try await bench.host.post(bench.order())
        #expect(posting == .existed(uid: "pod-uid", volume: otherVolume, isTerminating: false))
    }

    @Test func `another volume under our name without a pod is foreign`() async {
        putVolume(otherVolume)
        let code = await podErrorCode { _ = try await bench.host.post(bench.order()) }
        #expect(code == .foreign)
        #expect(!bench.server.writes.contains("POST pods"))
    }

    @Test func `a released volume is never bound again, so it is refused`() async {
        putVolume(volume, ["status": ["phase": "Released"]])
        let code = await podErrorCode { _ = try await bench.host.post(bench.order()) }
        #expect(code == .refused)
    }

    @Test func `a pod of another reservation under our name is foreign`() async {
        putPod(["emptyDir": [:]], ["metadata": ["labels": ["berth.dev/reservation": "other"]]])
        let code = await podErrorCode { _ = try await bench.host.post(bench.order()) }
        #expect(code == .foreign)
    }

    @Test func `a pod whose claim can't be read is not a pod without a disk`() async {
        putPod(claimed)
        bench.server.fail("GET \(claimPath)", with: 503)
        let order = bench.order(storage: .emptyDir(because: "no disk"))
        let code = await podErrorCode { _ = try await bench.host.post(order) }
        #expect(code == .unavailable)
    }

    @Test func `a service that is going is waited for`() async {
        let path = "\(ClusterBench.namespace)/services/\(bench.names.sshService)"
        bench.server.put(
            path,
            bench.object("Service", bench.names.sshService).merging([
                "metadata": ["deletionTimestamp": "2026-09-21T00:00:00Z"]
            ])
        )
        let code = await podErrorCode { _ = try await bench.host.post(bench.order()) }
        #expect(code == .unavailable)
    }
}
