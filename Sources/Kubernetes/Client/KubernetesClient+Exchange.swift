import Foundation
import Logging

extension KubernetesClient {
    /// Sends a read, again on passing failures, until its answer or the end of its budget.
    func read(
        _ request: KubernetesRequest,
        object: String? = nil,
        budget: CallBudget
    ) async throws(KubernetesError) -> KubernetesResponse {
        let backOff = BackOff(first: configuration.firstBackOff, longest: configuration.longestBackOff)
        var failures = 0
        while true {
            let failure: KubernetesError
            do throws(KubernetesError) {
                let limit = min(configuration.readAttemptDeadline, budget.left)
                let attempt = CallBudget(limit, time: time)
                return try await exchange(request, object: object, budget: attempt)
            } catch {
                failure = error
            }
            failures += 1
            let wait =
                failure.details?.retryAfter ?? backOff.wait(afterFailures: failures, random: time.random())
            guard failure.isWorthRepeating, failures < configuration.readAttempts, wait < budget.left else {
                throw failure
            }
            logger.debug(
                "repeating a read",
                metadata: ["path": "\(request.path)", "cause": "\(failure.label)"]
            )
            do {
                try await time.sleep(wait)
            } catch {
                throw KubernetesError(.cancelled, message: "cancelled while waiting to repeat a read")
            }
        }
    }

    /// Sends a request once, and once more with other credentials after a 401, which has no effect.
    ///
    /// - Parameters:
    ///   - request: without credential.
    ///   - object: the name of the object that a 404 must be about to mean `notFound`.
    ///   - budget: covers credentials and answer.
    /// - Returns: an answer of the 200s.
    /// - Throws: what any other answer, or none, means.
    func exchange(
        _ request: KubernetesRequest,
        object: String? = nil,
        budget: CallBudget
    ) async throws(KubernetesError) -> KubernetesResponse {
        let transport = transport
        let response = try await authenticated(request, budget: budget) {
            (request, timeout) throws(KubernetesTransportError) in
            try await transport.send(request, timeout: timeout)
        } head: {
            $0.head
        }
        guard (200..<300).contains(response.head.status) else {
            throw KubernetesError.refused(response, to: request, object: object)
        }
        return response
    }

    /// Sends through a transport's call with the current credential, and once more if that was refused.
    func authenticated<Answer: Sendable>(
        _ request: KubernetesRequest,
        budget: CallBudget,
        send:
            @escaping @Sendable (KubernetesRequest, Duration) async throws(KubernetesTransportError) -> Answer,
        head: (Answer) -> KubernetesResponseHead
    ) async throws(KubernetesError) -> Answer {
        var request = request
        var renewals = 0
        while true {
            request.credential = try await credential(within: budget)
            let answer = try await attempt(request, budget: budget, send: send, head: head)
            guard head(answer).status == 401, renewals == 0 else { return answer }
            guard await credentials.reject(request.credential) else { return answer }
            renewals += 1
        }
    }

    private func attempt<Answer: Sendable>(
        _ request: KubernetesRequest,
        budget: CallBudget,
        send:
            @escaping @Sendable (KubernetesRequest, Duration) async throws(KubernetesTransportError) -> Answer,
        head: (Answer) -> KubernetesResponseHead
    ) async throws(KubernetesError) -> Answer {
        let left = budget.left
        let sentAt = time.uptime()
        let outcome = await time.limited(to: left) { () async throws(KubernetesTransportError) in
            try await send(request, left)
        }
        switch outcome {
        case .success(let answer):
            noteDate(head(answer), sentAt: sentAt)
            return answer
        case .failure(let error):
            throw KubernetesError(error, of: request)
        case nil:
            let sent = left > .zero && !request.method.isRead
            throw KubernetesError(
                .timeout,
                message: "no answer to \(request.summary) in time",
                mayHaveTakenEffect: sent
            )
        }
    }

    private func credential(within budget: CallBudget) async throws(KubernetesError) -> Credential {
        let credentials = credentials
        if let credential = await credentials.held() { return credential }
        let outcome = await time.limited(to: budget.left) { () async throws(AccessError) in
            try await credentials.current()
        }
        switch outcome {
        case .success(let credential): return credential
        case .failure(let error):
            if Task.isCancelled {
                throw KubernetesError(.cancelled, message: "cancelled while getting credentials")
            }
            throw KubernetesError(.credentials, message: error.description)
        case nil: throw KubernetesError(.timeout, message: "no credentials in time")
        }
    }

    private func noteDate(_ head: KubernetesResponseHead, sentAt: Duration) {
        guard let text = head.header("Date"), let date = HTTPDate.parse(text) else { return }
        onServiceDate(ServiceDate(date: date, sentAt: sentAt, receivedAt: time.uptime()))
    }
}

extension KubernetesRequest.Method {
    /// Whether it changes nothing, and so may be repeated.
    var isRead: Bool { self == .get }
}

extension KubernetesRequest {
    /// Method and path, for messages.
    var summary: String { "\(method.rawValue) \(path)" }
}
