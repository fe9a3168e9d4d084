import Foundation
import Logging

extension AWSClient {
    /// Signs, sends and repeats a call until it succeeds, is refused, or may not be repeated.
    func perform(_ call: ServiceCall) async throws(CallFailure) -> CallAnswer {
        var history = CallHistory(effect: call.effect)
        let start = time.elapsed()
        while true {
            let left = budgets.call - (time.elapsed() - start)
            let outcome = await attempt(call, timeout: min(budgets.attempt, left))
            switch outcome {
            case .answered(let response):
                state.refund(history.lastPaid, for: call.service)
                return CallAnswer(response: response, attempts: history.attempts + 1)
            case .failed(let failure):
                history.record(failure)
                guard let step = history.next(after: failure, policy: retries, fraction: time.fraction())
                else {
                    throw history.failure(failure)
                }
                try await take(step, after: failure, of: call, start: start, history: &history)
            }
        }
    }

    /// Does what comes before the next attempt, or throws the last failure if there may be none.
    private func take(
        _ step: CallHistory.Step,
        after failure: AttemptFailure,
        of call: ServiceCall,
        start: Duration,
        history: inout CallHistory
    ) async throws(CallFailure) {
        switch step {
        case .correctClock(let offset):
            state.clockOffset = offset
        case .renewCredentials(let rejected):
            await credentials.reject(rejected)
        case .wait(let wait, let cost):
            let left = budgets.call - (time.elapsed() - start)
            guard wait < left, state.pay(cost, for: call.service) else { throw history.failure(failure) }
            history.lastPaid = cost
            logger.debug(
                "repeating a call",
                metadata: [
                    "aws.service": "\(call.service.rawValue)", "aws.operation": "\(call.operation)",
                    "aws.attempt": "\(history.attempts)", "aws.failure": "\(failure.summary)",
                ]
            )
            do {
                try await time.sleep(wait)
            } catch {
                throw history.cancelled()
            }
        }
    }

    private enum Outcome {
        case answered(AWSResponse)
        case failed(AttemptFailure)
    }

    private func attempt(_ call: ServiceCall, timeout: Duration) async -> Outcome {
        guard timeout > .zero else { return .failed(.unsent(.timeout, "the call's budget is spent")) }
        var used: Credentials?
        let offset = state.clockOffset
        var request = request(for: call)
        if call.isSigned {
            do throws(CredentialError) {
                let credentials = try await credentials.credentials()
                used = credentials
                let signer = SigV4(region: region.code, service: call.service.signingName)
                request = signer.sign(request, with: credentials, at: time.date().addingTimeInterval(offset))
            } catch {
                let fault: CallFault = error.code == .cancelled ? .cancelled : .credentials(error)
                return .failed(.unsent(fault, error.message, retriable: error.retriable))
            }
        }
        guard !Task.isCancelled else { return .failed(.unsent(.cancelled, "cancelled before it was sent")) }
        do throws(TransportError) {
            let sent = time.elapsed()
            let response = try await transport.send(request, timeout: timeout, bodyLimit: call.bodyLimit)
            let date = note(response, of: call.service, sent: sent)
            if response.isSuccess {
                guard let damage = call.findDamage(response) else { return .answered(response) }
                return .failed(.damaged(damage))
            }
            let skew = date.map { $0.date.timeIntervalSince($0.localDate) - offset }
            return .failed(
                .answered(call.readFault(response), response, skew: skew, offset: offset, used: used)
            )
        } catch {
            return .failed(AttemptFailure(error))
        }
    }

    private func request(for call: ServiceCall) -> AWSRequest {
        AWSRequest(
            method: call.method,
            endpoint: endpoints.endpoint(of: call.service, in: region),
            path: call.path,
            query: call.query,
            headers: call.headers + [.init("User-Agent", "berth")],
            body: call.body
        )
    }

    private func note(_ response: AWSResponse, of service: AWSService, sent: Duration) -> ServiceDate? {
        guard let text = response.header("date"), let date = Timestamp.parseHTTP(text) else { return nil }
        let seen = ServiceDate(
            service: service,
            date: date,
            sent: sent,
            received: time.elapsed(),
            localDate: time.date()
        )
        state.saw(seen)
        return seen
    }
}
