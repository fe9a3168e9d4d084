import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Trouble with keys, storage, pods and SSH") struct ServerTroubleTests {
    static let login = GitHubLogin(unchecked: "ada")

    @Test(arguments: [KeyError.noSuchUser(login), .noKeys(login), .noAnswer("timed out")])
    func `without keys the reservation fails, and says why`(error: KeyError) async throws {
        let world = World()
        world.keys.answer(Self.login, with: .failure(error))
        let row = try await world.provision(until: .failed)
        #expect(row.failureReason == error.description)
        #expect(row.receipt?.outcomes[.promiseEnded] == .done)
        world.audit()
    }

    @Test func `no shared storage is a warning`() async throws {
        let world = World()
        world.storage.answer(with: .failure(SetupError("EFS is throttled", isPassing: true)))
        let row = try await world.provision(until: .active)
        #expect(row.warning?.contains("EFS is throttled") == true)
        #expect(row.podIntent?.sharedStorage == nil)
    }

    @Test func `a pod that is never scheduled fails within its budget, with a receipt`() async throws {
        let world = World()
        world.pods.change { $0.isNeverScheduled = true }
        let row = try await world.provision(until: .failed)
        #expect(row.failureReason?.contains("Unschedulable") == true)
        #expect(world.time.monotonic() < world.settings.podBudget + world.settings.endingBudget)
        #expect(row.receipt?.outcomes[.objectsDeleted] == .done)
        world.audit()
    }

    @Test func `a pod that ends while it starts fails the reservation`() async throws {
        let world = World()
        world.checkpoints.at(.podPosted) { world.pods.endPod(of: Message.id(1), because: "OOMKilled") }
        let row = try await world.provision(until: .failed)
        #expect(row.failureReason?.contains("OOMKilled") == true)
        world.audit()
    }

    @Test func `a refused pod fails the reservation with Kubernetes' words`() async throws {
        let world = World()
        world.pods.change { $0.refusesPods = PodError(.refused, "admission webhook says no") }
        let row = try await world.provision(until: .failed)
        #expect(row.failureReason?.contains("admission webhook says no") == true)
    }

    @Test func `a cluster that never answers ends within the budgets`() async throws {
        let world = World()
        world.checkpoints.at(.volumeIDWritten) { world.pods.change { $0.isSilent = true } }
        let row = try await world.provision(until: .failed)
        #expect(row.receipt?.outcomes[.objectsDeleted] == .overBudget)
    }

    @Test func `something that isn't SSH fails the reservation, and says what answered`() async throws {
        let world = World()
        world.ssh.answerWrongly("HTTP/1.1 400 Bad Request")
        let row = try await world.provision(until: .failed)
        #expect(row.failureReason?.contains("HTTP/1.1 400") == true)
    }

    @Test func `SSH may be late`() async throws {
        let world = World()
        world.ssh.stayQuiet(for: 40)
        let row = try await world.provision(until: .active)
        #expect(row.trace[TraceEvent.sshReadyCheckEnd.rawValue] != nil)
    }

    @Test func `SSH that never answers fails after its polls`() async throws {
        let world = World()
        world.ssh.stayQuiet(for: 10_000)
        let row = try await world.provision(until: .failed)
        #expect(row.failureReason?.contains("60 polls") == true)
        #expect(world.ssh.polls == 60)
    }

    @Test func `a reservation fails on a type whose nodes are all too small`() async throws {
        let world = World()
        world.pods.setNodes([World.node("node-1", gpus: 2)])
        let row = try await world.provision(Message.request(1, gpus: 4), until: .failed)
        #expect(row.failureReason?.contains("largest has 2") == true)
    }

    @Test func `while no node is there at all, it waits`() async throws {
        let world = World()
        world.pods.setNodes([])
        let row = try await world.provision(until: .queued)
        #expect(row.owner == nil)
    }

    /// Scenario 3: what runs is the truth.
    @Test func `a pod that exists with another disk is followed`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            world.checkpoints.at(.podIntentWritten) {
                // Somebody posted the same name with an emptyDir.
                guard let row = world.ledger.peek(Message.id(1)), let intent = row.podIntent,
                    let anchor = row.anchorUID, let promise = row.promise
                else { return }
                var other = intent
                other.storage = .emptyDir(because: "posted by another")
                let order = PodOrder(
                    reservation: row,
                    intent: other,
                    anchorUID: anchor,
                    promise: promise,
                    diskSizeGiB: 1,
                    isNewDisk: true
                )
                _ = try? await world.pods.post(order)
            }
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
        }
        let row = try #require(world.ledger.peek(Message.id(1)))
        #expect(row.podIntent?.storage.volume == nil)
        #expect(row.warning != nil)
        #expect(world.pods.posts.count == 1)
    }
}
