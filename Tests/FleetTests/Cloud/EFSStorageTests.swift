import AWS
import Fleet
import Foundation
import Reservations
import Synchronization
import Testing

@Suite("Users' file systems") struct EFSStorageTests {
    private let efs = SmallEFS()
    private let user = Sample.user

    private func storage(_ subnets: [String] = ["subnet-a", "subnet-b"]) throws -> EFSStorage {
        guard let region = Region("eu-central-1") else { throw TestFailure("no region") }
        return EFSStorage(
            EFS(try .test(efs.transport)),
            region: region,
            settings: EFSSettings(fleet: Sample.fleet, subnets: subnets, securityGroups: ["sg-1"]),
            time: LeapingTime()
        )
    }

    private func failure(_ storage: EFSStorage) async -> SetupError? {
        do {
            _ = try await storage.fileSystem(for: user)
            return nil
        } catch {
            return error
        }
    }

    @Test func `one is made, with its tags, its life cycle and its mount targets`() async throws {
        let made = try #require(try await storage().fileSystem(for: user))
        #expect(made.id == "fs-new0")
        #expect(made.server == "fs-new0.efs.eu-central-1.amazonaws.com")
        efs.state.withLock { state in
            #expect(state.fileSystems.first?.tags["gpu-dev-user"] == "ada@example.com")
            #expect(state.fileSystems.first?.tags["Name"] == "gpu-dev-shared-ada")
            #expect(state.fileSystems.first?.tags["ManagedBy"] == "gpu-dev-cli")
            #expect(state.fileSystems.first?.token.count == 64)
            #expect(state.targets == ["subnet-a": "available", "subnet-b": "available"])
            #expect(state.lifecycles.count == 1)
            #expect(state.lifecycles.first?.contains("AFTER_30_DAYS") == true)
        }
    }

    @Test func `the same one is found again, and nothing more is made`() async throws {
        let first = try await storage().fileSystem(for: user)
        let second = try await storage().fileSystem(for: user)
        #expect(first == second)
        efs.state.withLock { state in
            #expect(state.created.count == 1)
            #expect(state.lifecycles.count == 1)
        }
    }

    @Test func `a lost answer makes no second one`() async throws {
        efs.state.withLock { $0.losesNextCreate = true }
        let made = try #require(try await storage().fileSystem(for: user))
        #expect(made.id == "fs-new0")
        efs.state.withLock { #expect($0.fileSystems.count == 1) }
    }

    @Test func `the newest of the replaced system's is taken, and left as it is`() async throws {
        efs.state.withLock { state in
            for (number, created) in [(1, 1.0), (2, 3.0), (3, 2.0)] {
                var old = SmallEFS.FileSystem(
                    id: "fs-old\(number)",
                    token: "gpu-dev-\(number)",
                    state: "available"
                )
                old.created = created
                old.tags = ["gpu-dev-user": "ada@example.com"]
                state.fileSystems.append(old)
            }
            var dying = SmallEFS.FileSystem(id: "fs-dying", token: "gpu-dev-9", state: "deleting", created: 9)
            dying.tags = ["gpu-dev-user": "ada@example.com"]
            state.fileSystems.append(dying)
            var foreign = SmallEFS.FileSystem(
                id: "fs-bob",
                token: "gpu-dev-8",
                state: "available",
                created: 8
            )
            foreign.tags = ["gpu-dev-user": "bob@example.com"]
            state.fileSystems.append(foreign)
        }
        let found = try #require(try await storage().fileSystem(for: user))
        #expect(found.id == "fs-old2")
        efs.state.withLock { state in
            #expect(state.created.isEmpty)
            #expect(state.lifecycles.isEmpty)
        }
    }

    @Test func `a zone's mount target in another subnet serves as well`() async throws {
        efs.state.withLock { state in
            state.conflictingSubnets = ["subnet-b"]
            state.targets = ["subnet-z": "available"]
        }
        #expect(try await storage().fileSystem(for: user) != nil)
    }

    @Test func `without subnets there is no shared storage`() async throws {
        #expect(try await storage([]).fileSystem(for: user) == nil)
        efs.state.withLock { #expect($0.created.isEmpty) }
    }

    @Test func `one that never becomes available is waited for as long as the budget`() async throws {
        efs.state.withLock { $0.delay = .max }
        let error = await failure(try storage())
        #expect(error?.isPassing == true)
    }

    @Test func `one in error is a final failure`() async throws {
        _ = try await storage().fileSystem(for: user)
        efs.state.withLock { $0.fileSystems[0].state = "error" }
        #expect(await failure(try storage())?.isPassing == false)
    }

    @Test(arguments: [
        ("ThrottlingException", 429, true), ("InternalServerError", 500, true),
        ("AccessDeniedException", 403, false),
        ("BadRequest", 400, false), ("NeverHeardOf", 400, false), ("NeverHeardOf", 503, true),
    ])
    func `a refusal passes or doesn't`(name: String, status: Int, isPassing: Bool) async throws {
        efs.state.withLock { state in
            state.refusals["POST file-systems"] = .json(
                status,
                "{\"ErrorCode\": \"\(name)\", \"Message\": \"m\"}"
            )
        }
        #expect(await failure(try storage())?.isPassing == isPassing)
    }
}
