import Foundation
package import Logging
import Synchronization

/// Keeps credentials and renews them in time: one fetch at once, whoever asks.
///
/// At 15 minutes before the end, whoever comes first tries, and the old ones serve if that fails. At 10
/// minutes all wait for new ones. Those of an instance are kept on when its metadata service fails: services
/// accept them longer. Source: botocore `RefreshableCredentials`, `InstanceMetadataFetcher`.
package final class RefreshingCredentials: CredentialProvider {
    let source: any CredentialProvider
    let time: AWSTime
    let logger: Logger
    private let state = Mutex(RefreshState())

    package init(_ source: any CredentialProvider, time: AWSTime, logger: Logger) {
        self.source = source
        self.time = time
        self.logger = logger
    }

    package func credentials() async throws(CredentialError) -> Credentials {
        while true {
            let decision = state.withLock { $0.decide(at: time.date(), elapsed: time.elapsed()) }
            switch decision {
            case .use(let credentials):
                return credentials
            case .fetch(let fallback):
                return try await fetch(orUse: fallback)
            case .wait:
                if let credentials = try await waitForOther() { return credentials }
            }
        }
    }

    package func reject(_ credentials: Credentials) async {
        state.withLock { $0.reject(credentials) }
    }

    private func fetch(orUse fallback: Credentials?) async throws(CredentialError) -> Credentials {
        do throws(CredentialError) {
            let fresh = try await source.credentials()
            let kept = try state.withLock { state throws(CredentialError) in
                try state.keep(fresh, at: time.date(), fraction: time.fraction())
            }
            finish(.fetched(kept))
            return kept
        } catch {
            return try recover(from: error, orUse: fallback)
        }
    }

    private func recover(
        from error: CredentialError,
        orUse fallback: Credentials?
    ) throws(CredentialError) -> Credentials {
        guard error.code != .cancelled else {
            // Whoever waited tries in its own right.
            finish(.lookAgain)
            throw error
        }
        let extended = state.withLock { $0.extend(at: time.date(), fraction: time.fraction()) }
        if let usable = fallback ?? extended {
            logger.info(
                "credentials could not be renewed; the old ones serve",
                metadata: ["error": "\(error)"]
            )
            finish(.fetched(usable))
            return usable
        }
        finish(.failed(error))
        throw error
    }

    private func finish(_ news: RefreshState.News) {
        let waiters = state.withLock { $0.finish() }
        for waiter in waiters { waiter.resume(returning: news) }
    }

    /// Nil if the other one gave up for itself only.
    private func waitForOther() async throws(CredentialError) -> Credentials? {
        let ticket = state.withLock { $0.nextTicket() }
        let news = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: CheckedContinuation<RefreshState.News, Never>) in
                let isLate = state.withLock { !$0.add(waiter, ticket: ticket, isCancelled: Task.isCancelled) }
                if isLate { waiter.resume(returning: Task.isCancelled ? .cancelled : .lookAgain) }
            }
        } onCancel: {
            state.withLock { $0.remove(ticket) }?.resume(returning: .cancelled)
        }
        switch news {
        case .fetched(let credentials): return credentials
        case .failed(let error): throw error
        case .lookAgain: return nil
        case .cancelled: throw CredentialError(.cancelled, "cancelled while waiting for credentials")
        }
    }
}
