extension KubernetesClient {
    /// Reads the end of what a container of a pod printed.
    ///
    /// - Parameters:
    ///   - pod: its name.
    ///   - namespace: its namespace.
    ///   - container: nil if the pod has only one.
    ///   - lines: how many at most, from the end.
    ///   - bytes: how many at most.
    ///   - previous: of the container's run before this one.
    ///   - deadline: of the call; nil for the configured one.
    /// - Returns: the text, with malformed UTF-8 replaced.
    /// - Throws: `invalid` (400) while the container hasn't started; never an empty text for an error.
    package func log(
        ofPod pod: String,
        in namespace: String,
        container: String? = nil,
        lines: Int = 100,
        bytes: Int = 64 << 10,
        previous: Bool = false,
        deadline: Duration? = nil
    ) async throws(KubernetesError) -> String {
        let path = try ResourcePath(Pod.self, name: pod, namespace: namespace)
        var query: [KubernetesRequest.QueryItem] = [
            .init("tailLines", "\(lines)"), .init("limitBytes", "\(bytes)"),
        ]
        if let container { query.append(.init("container", container)) }
        if previous { query.append(.init("previous", "true")) }
        let request = KubernetesRequest(.get, path: path.text + "/log", query: query)
        let response = try await read(request, object: pod, budget: budget(deadline))
        return String(decoding: response.body.prefix(bytes), as: UTF8.self)
    }
}
