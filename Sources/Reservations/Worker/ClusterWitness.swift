import Synchronization

/// Whether the cluster that this worker sees is the fleet's.
///
/// A worker that is pointed at a wrong cluster finds none of the fleet's pods there: without a second witness
/// it would take every running server for lost.
package final class ClusterWitness: Sendable {
    package enum Testimony: Sendable, Equatable {
        case same
        /// Another cluster than the fleet's, in a sentence.
        case foreign(String)
        /// The cluster or the table didn't say.
        case unknown(String)
    }

    private struct State {
        var wasSame = false
        var complaint: String?
    }

    private let register: any FleetRegister
    private let pods: any PodHost
    private let state = Mutex(State())
    private let found = Interrupt()

    package init(register: any FleetRegister, pods: any PodHost) {
        self.register = register
        self.pods = pods
    }

    /// What was found against this cluster, if anything was.
    package var complaint: String? { state.withLock(\.complaint) }

    /// Asks cluster and table now; where no cluster stands in the table yet, this one is written there.
    package func ask() async -> Testimony {
        let mine: String
        let standing: String
        do throws(PodError) { mine = try await pods.identity() } catch { return .unknown(error.reason) }
        do throws(LedgerError) { standing = try await register.cluster(orClaim: mine) } catch {
            return .unknown(error.reason)
        }
        guard standing != mine else {
            state.withLock { $0.wasSame = true }
            return .same
        }
        let complaint =
            "this worker's cluster (its namespace has the uid \(mine)) isn't the fleet's (\(standing)): correct"
            + " KUBECONFIG, BERTH_CLUSTER_CONTEXT or BERTH_CLUSTER_NAMESPACE, or, if the fleet has moved, run"
            + " `berth cluster forget`"
        state.withLock { $0.complaint = complaint }
        found.raise()
        return .foreign(complaint)
    }

    /// Whether pods may be made here: not once a witness spoke against it.
    ///
    /// Asked again until it was once the same; a cluster that doesn't answer makes no pods either.
    func mayCreate() async -> Bool {
        if state.withLock({ $0.wasSame && $0.complaint == nil }) { return true }
        if case .foreign = await ask() { return false }
        return true
    }

    /// Returns once a witness spoke against this cluster.
    func isForeign() async {
        await found.raised()
    }
}
