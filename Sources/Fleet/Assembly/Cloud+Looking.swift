package import Reservations

extension Cloud {
    /// The nodes of all types, with the pods that hold their GPUs.
    ///
    /// - Throws: ``StartError`` if the cluster can't be reached from here.
    package func nodes() async throws(StartError) -> [NodeSighting] {
        let cluster = try cluster(of: try await fleet())
        let result: Result<[NodeSighting], PodError>
        do throws(PodError) { result = .success(try await cluster.pods.allNodes()) } catch {
            result = .failure(error)
        }
        await cluster.close()
        do { return try result.get() } catch { throw StartError(.unavailable, "Kubernetes: \(error.reason)") }
    }
}
