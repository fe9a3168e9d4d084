import Foundation
import Kubernetes

extension KubernetesTime {
    /// The machine's clocks, for tests that meet a real socket.
    static var real: KubernetesTime {
        let start = ContinuousClock.now
        return KubernetesTime(
            now: { Date() },
            uptime: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(for: $0) },
            random: { 0.5 }
        )
    }
}
