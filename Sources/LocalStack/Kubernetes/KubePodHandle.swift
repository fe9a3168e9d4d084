import Foundation
import Synchronization

/// What the control plane and the kubelet of one pod tell each other.
final class KubePodHandle: Sendable {
    /// Why a pod that runs has to end; a later reason in this order prevails.
    enum Ending: Sendable, Hashable {
        /// Deleted with grace: it may go on until then, in the stack's time.
        case terminating(until: Duration)
        case evicted(message: String)
        /// The object is gone.
        case removed

        var rank: Int {
            switch self {
            case .terminating: 0
            case .evicted: 1
            case .removed: 2
            }
        }
    }

    private struct State {
        var ending: Ending?
        var isNodeLost = false
        var crash: PodExit?
        var endpoints: [PodEndpoint] = []
        var continuation: AsyncStream<[PodEndpoint]>.Continuation?
        var address: String?
    }

    let key: KubeKey
    let uid: String
    let node: String
    /// Rung when `ending` or `isNodeLost` changed.
    let endBell = KubeSignal()
    /// Rung when the process is to crash.
    let crashBell = KubeSignal()
    private let state = Mutex(State())

    init(key: KubeKey, uid: String, node: String) {
        self.key = key
        self.uid = uid
        self.node = node
    }

    var ending: Ending? { state.withLock(\.ending) }
    var isNodeLost: Bool { state.withLock(\.isNodeLost) }

    var address: String? {
        get { state.withLock(\.address) }
        set { state.withLock { $0.address = newValue } }
    }

    func end(_ ending: Ending) {
        let isNews = state.withLock { state in
            if let old = state.ending, old.rank > ending.rank || old == ending { return false }
            state.ending = ending
            return true
        }
        if isNews { endBell.ring() }
    }

    func setNodeLost(_ isLost: Bool) {
        state.withLock { $0.isNodeLost = isLost }
        endBell.ring()
    }

    func crash(_ exit: PodExit) {
        state.withLock { $0.crash = exit }
        crashBell.ring()
    }

    func takeCrash() -> PodExit? {
        state.withLock { state in
            defer { state.crash = nil }
            return state.crash
        }
    }

    /// A new stream for a new run of the process; only the newest list counts, so one is buffered.
    func listenAnew() -> AsyncStream<[PodEndpoint]> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [PodEndpoint].self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let former = state.withLock { state in
            defer { state.continuation = continuation }
            continuation.yield(state.endpoints)
            return state.continuation
        }
        former?.finish()
        return stream
    }

    func listen(on endpoints: [PodEndpoint]) {
        state.withLock { state in
            guard state.endpoints != endpoints else { return }
            state.endpoints = endpoints
            state.continuation?.yield(endpoints)
        }
    }
}
