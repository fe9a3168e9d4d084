package import Foundation

/// Pods that run and do nothing, for machines without an sshd: nothing answers on their addresses.
package struct IdlePodHost: PodHosting {
    package let loginUser = "dev"

    package init() {}

    package func run(
        _ pod: HostedPod,
        endpoints: AsyncStream<[PodEndpoint]>,
        started: @Sendable () async -> Void
    ) async throws -> PodExit {
        await started()
        for await _ in endpoints {}
        throw CancellationError()
    }

    package func log(of uid: String, bytes: Int) async -> Data { Data() }
}
