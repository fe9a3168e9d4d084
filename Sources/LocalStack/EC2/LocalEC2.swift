import Foundation
import Synchronization

/// The local stack's EC2, as far as EBS goes: volumes, snapshots, tags, attachments, over the Query protocol.
///
/// States follow from the time at which one looks: nothing runs in the background, so that the same seed and the
/// same calls at the same times give the same answers. Signatures aren't verified, and there is no IAM.
package final class LocalEC2: LocalService {
    package let name = "ec2"

    let time: StackTime
    private let faults: FaultPlan
    private let contents: (any EC2Contents)?
    let state: Mutex<EC2State>

    /// - Parameters:
    ///   - time: the stack's time.
    ///   - faults: what goes wrong.
    ///   - settings: how it behaves.
    ///   - seed: decides latencies, ids and chances.
    ///   - contents: keeps what disks hold, if anything does.
    package init(
        time: StackTime,
        faults: FaultPlan,
        settings: EC2Settings = EC2Settings(),
        seed: UInt64 = 1,
        contents: (any EC2Contents)? = nil
    ) {
        self.time = time
        self.faults = faults
        self.contents = contents
        state = Mutex(EC2State(settings: settings, seed: seed, scale: time.scale, at: EC2Moment(time)))
    }

    package func handle(_ request: LocalRequest) async -> LocalResponse {
        let call = EC2Request(request)
        return await faults.strike(
            service: name,
            operation: call.action,
            request: request,
            render: { code, status, message in
                EC2Response.error(EC2Error(code, status: status, message))
            },
            effect: { await answer(call) }
        )
    }

    /// Nothing happens without a request: waits until cancelled.
    package func run() async throws {
        for await _ in AsyncStream<Never>.makeStream().stream {}
    }

    private func answer(_ call: EC2Request) async -> LocalResponse {
        let (response, latency, changes) = state.withLock { state in
            let latency = time.scaled(state.settings.callLatency.draw(using: &state.generator))
            let response = respond(to: call, &state, answeredIn: latency)
            let changes = state.contentChanges
            state.contentChanges = []
            return (response, latency, changes)
        }
        for change in changes { await contents?.apply(change) }
        // A client that gave up has no use for the rest of the wait; the effect stands.
        try? await time.sleep(for: latency)
        return response
    }

    private func respond(
        to call: EC2Request,
        _ state: inout EC2State,
        answeredIn latency: Duration
    ) -> LocalResponse {
        do throws(EC2Error) {
            return EC2Response.success(call.action, try state.perform(call, at: moment, answeredIn: latency))
        } catch {
            return EC2Response.error(error)
        }
    }

    var moment: EC2Moment { EC2Moment(time) }
}

/// One reading of the stack's time: monotone for states, wall clock for what is shown.
struct EC2Moment {
    let elapsed: Duration
    let date: Date

    init(_ time: StackTime) {
        elapsed = time.elapsed()
        date = time.date()
    }
}
