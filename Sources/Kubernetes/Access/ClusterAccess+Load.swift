extension ClusterAccess {
    /// Finds a cluster: the files of `KUBECONFIG`; without that, the cluster that this process runs in; without
    /// that, `~/.kube/config`.
    ///
    /// - Parameters:
    ///   - environment: the process's variables: `KUBECONFIG`, `KUBERNETES_SERVICE_HOST` and `_PORT`, `HOME`, and
    ///     what exec plugins inherit.
    ///   - context: of the kubeconfig; nil for its `current-context`.
    ///   - serviceAccountFolder: where the kubelet mounts token, CA and namespace.
    /// - Returns: where the server is and what proves who we are; files that change are read later, by the client.
    /// - Throws: `AccessError`, naming file and key.
    package static func load(
        environment: [String: String],
        context: String? = nil,
        serviceAccountFolder: String = InCluster.serviceAccountFolder
    ) throws(AccessError) -> ClusterAccess {
        if let list = environment["KUBECONFIG"], !list.isEmpty {
            let files = list.split(separator: ":").map(String.init)
            let present = files.filter(AccessFile.exists)
            guard !present.isEmpty else {
                throw AccessError("KUBECONFIG", "names no file that exists: \(files.joined(separator: ", "))")
            }
            return try kubeconfig(files: present, context: context, environment: environment)
        }
        if let access = try InCluster.access(environment: environment, folder: serviceAccountFolder) {
            return access
        }
        guard let home = environment["HOME"], !home.isEmpty else {
            throw AccessError("KUBECONFIG", "isn't set, nor is HOME, and this is no pod of a cluster")
        }
        let file = home + "/.kube/config"
        guard AccessFile.exists(file) else {
            throw AccessError(
                "KUBECONFIG",
                "isn't set, \(file) doesn't exist, and this is no pod of a cluster"
            )
        }
        return try kubeconfig(files: [file], context: context, environment: environment)
    }

    /// Reads and merges kubeconfig files.
    ///
    /// - Parameters:
    ///   - files: the first to name a cluster, user or context wins.
    ///   - context: nil for `current-context`.
    ///   - environment: what exec plugins inherit.
    /// - Returns: the context's cluster and user.
    /// - Throws: `AccessError`, naming file and key.
    package static func kubeconfig(
        files: [String],
        context: String? = nil,
        environment: [String: String]
    ) throws(AccessError) -> ClusterAccess {
        var documents: [Kubeconfig] = []
        for file in files { documents.append(try Kubeconfig(file: file)) }
        return try Kubeconfig.merged(documents).access(context: context, environment: environment)
    }
}
