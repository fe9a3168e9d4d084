import AWS
import Foundation
import LocalStack
import Testing

@Suite("EFS: file systems", .timeLimit(.minutes(1))) struct FileSystemContract {
    private func request(_ token: String, tags: [String: String] = [:]) -> EFS.CreateFileSystem {
        .init(creationToken: token, throughput: .provisioned(mebibytesPerSecond: 100), tags: tags)
    }

    @Test(arguments: AWSTarget.reachable)
    func `a file system is found by its token and its id, with its tags, and becomes available`(
        _ target: AWSTarget
    ) async throws {
        try await withAWS(target) { bench in
            let token = UUID().uuidString
            let tags = ["Name": "a b/ä", "user": "ada@example.com"]
            let made = try await bench.efs.createFileSystem(request(token, tags: tags))
            #expect(made.creationToken == token)
            #expect(made.tags == tags)
            #expect(made.performanceMode == .generalPurpose)
            #expect(made.throughput == .provisioned(mebibytesPerSecond: 100))
            let byToken = try await bench.efs.describeFileSystems(creationToken: token)
            #expect(byToken.map(\.id) == [made.id])
            #expect(try await bench.efs.describeFileSystems(creationToken: token + "-other").isEmpty)
            let seen = try await bench.eventually {
                try await bench.efs.describeFileSystems(id: made.id)
            } until: {
                $0.first?.state == .available
            }
            #expect(seen.first?.state == .available)
            #expect(seen.first?.tags == tags)
            let created = try #require(seen.first?.creationTime)
            // The local stack's time is its own.
            if bench.local == nil { #expect(abs(created.timeIntervalSinceNow) < 300) }
        }
    }

    /// EFS answers 409 with the id; ministack answers as if it had made it, and hasn't.
    @Test(arguments: AWSTarget.reachable)
    func `a token that was used makes no second file system`(_ target: AWSTarget) async throws {
        try await withAWS(target) { bench in
            let token = UUID().uuidString
            let made = try await bench.efs.createFileSystem(request(token))
            switch target {
            case .local:
                let error = try await failure(AWS.EFSError.self) {
                    try await bench.efs.createFileSystem(request(token))
                }
                #expect(error.code == .fileSystemAlreadyExists(made.id))
                #expect(error.status == 409)
                #expect(!error.mayHaveTakenEffect && !error.retriable)
            case .ministack:
                #expect(try await bench.efs.createFileSystem(request(token)).id == made.id)
            }
            #expect(try await bench.efs.describeFileSystems(creationToken: token).map(\.id) == [made.id])
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `an unknown id is not found`(_ target: AWSTarget) async throws {
        try await withAWS(target) { bench in
            let error = try await failure(AWS.EFSError.self) {
                try await bench.efs.describeFileSystems(id: EFS.FileSystemID("fs-0123456789abcdef0"))
            }
            #expect(error.code == .fileSystemNotFound)
            #expect(error.status == 404)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `all pages are read, each file system once`(_ target: AWSTarget) async throws {
        try await withAWS(target) { bench in
            if let local = bench.local {
                var settings = local.efs.settings
                settings.fileSystemPage = 2
                local.efs.adopt(settings)
            }
            var made: Set<EFS.FileSystemID> = []
            for number in 0..<7 {
                made.insert(
                    try await bench.efs.createFileSystem(request("\(UUID().uuidString)-\(number)")).id
                )
            }
            let listed = try await bench.efs.describeFileSystems().map(\.id)
            #expect(Set(listed).count == listed.count)
            #expect(made.isSubset(of: listed))
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `rules for old files can be set and taken away`(_ target: AWSTarget) async throws {
        try await withAWS(target) { bench in
            let made = try await bench.efs.createFileSystem(request(UUID().uuidString))
            _ = try await bench.eventually {
                try await bench.efs.describeFileSystems(id: made.id)
            } until: {
                $0.first?.state == .available
            }
            let rules = EFS.LifecycleConfiguration(
                transitionToIA: "AFTER_30_DAYS",
                transitionToPrimaryStorageClass: "AFTER_1_ACCESS"
            )
            try await bench.efs.putLifecycleConfiguration(rules, of: made.id)
            try await bench.efs.putLifecycleConfiguration(.init(), of: made.id)
        }
    }

    @Test func `a lost answer to a create is met by the token, which says that it may have worked`()
        async throws
    {
        try await withLocalAWS { bench, local in
            local.loseAnswer("efs", "CreateFileSystem")
            let error = try await failure(AWS.EFSError.self) {
                try await bench.efs.createFileSystem(request("t"))
            }
            let found = try await bench.efs.describeFileSystems(creationToken: "t")
            #expect(error.code == .fileSystemAlreadyExists(try #require(found.first).id))
            #expect(error.mayHaveTakenEffect)
            #expect(error.attempts == 2)
        }
    }

    @Test func `throttled calls are sent again, and in the end say that they were throttled`() async throws {
        try await withLocalAWS { bench, local in
            local.refuse("efs", "DescribeFileSystems", "ThrottlingException", status: 429, times: 2)
            #expect(try await bench.efs.describeFileSystems().isEmpty)
            local.refuse("efs", "CreateFileSystem", "ThrottlingException", status: 429, times: nil)
            let error = try await failure(AWS.EFSError.self) {
                try await bench.efs.createFileSystem(request("t"))
            }
            #expect(error.code == .throttled)
            #expect(error.retriable && !error.mayHaveTakenEffect)
        }
    }
}
