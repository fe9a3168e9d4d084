import Foundation

/// What a pod mounts.
struct KubeMounts {
    struct Disk: Sendable, Hashable {
        var volumeID: String
        /// The PersistentVolume's name, or the pod's own name for it.
        var name: String
        var isHome: Bool
    }

    var disks: [Disk] = []
    var secrets: [String: Data] = [:]
    /// What hinders the mount.
    var problem: String?

    init(of pod: KubeObject, _ state: KubeState) {
        for volume in pod[path: "spec", "volumes"]?.items ?? [] {
            let name = volume["name"]?.string ?? ""
            if let id = volume["awsElasticBlockStore"]?["volumeID"]?.string {
                disks.append(Disk(volumeID: id, name: name, isHome: Self.isHome(name, pod)))
            } else if let claim = volume["persistentVolumeClaim"]?["claimName"]?.string {
                add(claim: claim, as: name, pod, state)
            } else if let secret = volume["secret"] {
                add(secret: secret, pod, state)
            } else if let map = volume["configMap"], let mapName = map["name"]?.string {
                let key = KubeKey(kind: .configmaps, namespace: pod.namespace, name: mapName)
                if state[key] == nil, map["optional"]?.bool != true {
                    problem = "configmap \"\(mapName)\" not found"
                }
            }
        }
    }

    private mutating func add(claim: String, as name: String, _ pod: KubeObject, _ state: KubeState) {
        let key = KubeKey(kind: .persistentvolumeclaims, namespace: pod.namespace, name: claim)
        guard let object = state[key] else { return problem = "persistentvolumeclaim \"\(claim)\" not found" }
        guard object.phase == "Bound", let volumeName = object[path: "spec", "volumeName"]?.string,
            let volume = state[KubeKey(kind: .persistentvolumes, namespace: "", name: volumeName)]
        else { return problem = "persistentvolumeclaim \"\(claim)\" is not bound" }
        guard let id = Self.volumeID(volume) else { return }
        disks.append(Disk(volumeID: id, name: volumeName, isHome: Self.isHome(name, pod)))
    }

    private mutating func add(secret: KubeValue, _ pod: KubeObject, _ state: KubeState) {
        guard let name = secret["secretName"]?.string else { return }
        guard let object = state[KubeKey(kind: .secrets, namespace: pod.namespace, name: name)] else {
            if secret["optional"]?.bool != true { problem = "secret \"\(name)\" not found" }
            return
        }
        let renamed = (secret["items"]?.items ?? []).compactMap { item -> (String, String)? in
            guard let key = item["key"]?.string, let path = item["path"]?.string else { return nil }
            return (key, path)
        }
        let paths = Dictionary(renamed, uniquingKeysWith: { $1 })
        for (key, encoded) in object[path: "data"]?.strings ?? [:] {
            guard paths.isEmpty || paths[key] != nil, let data = Data(base64Encoded: encoded) else {
                continue
            }
            secrets[paths[key] ?? key] = data
        }
    }

    /// The id of the EBS volume behind a PersistentVolume; nil if there is another kind of storage behind it.
    static func volumeID(_ volume: KubeObject) -> String? {
        if volume[path: "spec", "csi", "driver"]?.string == "ebs.csi.aws.com" {
            return volume[path: "spec", "csi", "volumeHandle"]?.string
        }
        return volume[path: "spec", "awsElasticBlockStore", "volumeID"]?.string
    }

    /// Mounted at or under `/home`.
    private static func isHome(_ name: String, _ pod: KubeObject) -> Bool {
        (pod[path: "spec", "containers"]?.items ?? []).flatMap { $0["volumeMounts"]?.items ?? [] }.contains {
            $0["name"]?.string == name && $0["mountPath"]?.string?.hasPrefix("/home") == true
        }
    }
}

/// A volume at a node, and the pods that use it there.
struct KubeAttachment: Sendable {
    var node: String
    var users: Set<String>
}
