import Foundation
import Synchronization

/// The local stack's EFS: file systems, mount targets, access points, over REST-JSON.
///
/// Nothing can be mounted. Signatures aren't verified, and there is no IAM.
package final class LocalEFS: LocalService {
    package let name = "efs"

    private let time: StackTime
    private let faults: FaultPlan
    private let state: Mutex<EFSState>

    package init(time: StackTime, faults: FaultPlan, settings: EFSSettings = EFSSettings(), seed: UInt64 = 1)
    {
        self.time = time
        self.faults = faults
        state = Mutex(EFSState(settings: settings, seed: seed, scale: time.scale, at: time.elapsed()))
    }

    package func handle(_ request: LocalRequest) async -> LocalResponse {
        let operation = EFSOperation(request)
        return await faults.strike(
            service: name,
            operation: operation?.name ?? "?",
            request: request,
            render: { code, status, message in EFSError(code, status: status, message).response },
            effect: { await answer(operation, request) }
        )
    }

    /// Nothing happens without a request: waits until cancelled.
    package func run() async throws {
        for await _ in AsyncStream<Never>.makeStream().stream {}
    }

    private func answer(_ operation: EFSOperation?, _ request: LocalRequest) async -> LocalResponse {
        let (response, latency) = state.withLock { state in
            let latency = time.scaled(state.settings.callLatency.draw(using: &state.generator))
            guard let operation else {
                let error = EFSError(
                    "UnknownOperationException",
                    status: 404,
                    "\(request.method) \(request.path)"
                )
                return (error.response, latency)
            }
            do throws(EFSError) {
                let reply = try state.perform(operation, request, at: time.elapsed(), date: time.date())
                return (reply.response, latency)
            } catch {
                return (error.response, latency)
            }
        }
        // A client that gave up has no use for the rest of the wait; the effect stands.
        try? await time.sleep(for: latency)
        return response
    }
}

extension LocalEFS: Adjustable, Inspectable {
    package var settings: EFSSettings { state.withLock(\.settings) }

    package func adopt(_ settings: EFSSettings) {
        state.withLock { $0.settings = settings }
    }

    package func counts() async -> [String: Int] {
        state.withLock { state in
            let now = time.elapsed()
            return [
                "file systems": state.fileSystems.values.count { $0.life.state(at: now) != .deleted },
                "mount targets": state.mountTargets.values.count { $0.life.state(at: now) != .deleted },
                "access points": state.accessPoints.values.count { $0.life.state(at: now) != .deleted },
            ]
        }
    }

    package func inventory() async throws -> [String: JSONValue] {
        let (fileSystems, mountTargets, accessPoints) = state.withLock { state in
            let now = time.elapsed()
            return (
                state.fileSystems.values.map { state.description(of: $0, at: now) },
                state.mountTargets.values.map { state.description(of: $0, at: now) },
                state.accessPoints.values.map { state.description(of: $0, at: now) }
            )
        }
        return [
            "filesystems": try JSONValue(encoding: fileSystems),
            "mount-targets": try JSONValue(encoding: mountTargets),
            "access-points": try JSONValue(encoding: accessPoints),
        ]
    }
}
