import AWS
import Foundation
import LocalStack
import Testing

@Suite("EFS: mount targets and access points", .timeLimit(.minutes(1))) struct MountContract {
    private let subnet = "subnet-0000000000000000a"

    private func available(_ bench: AWSBench) async throws -> EFS.FileSystemID {
        let made = try await bench.efs.createFileSystem(.init(creationToken: UUID().uuidString))
        _ = try await bench.eventually {
            try await bench.efs.describeFileSystems(id: made.id)
        } until: {
            $0.first?.state == .available
        }
        return made.id
    }

    @Test(arguments: AWSTarget.reachable)
    func `a mount target becomes available`(_ target: AWSTarget) async throws {
        try await withAWS(target) { bench in
            let id = try await available(bench)
            let subnet = try await bench.anySubnet()
            #expect(try await bench.efs.describeMountTargets(of: id).isEmpty)
            // The local stack has no groups, and so takes any.
            let groups = bench.local == nil ? [] : ["sg-0123456789abcdef0"]
            let made = try await bench.efs.createMountTarget(
                .init(fileSystemID: id, subnetID: subnet, securityGroups: groups)
            )
            #expect(made.fileSystemID == id)
            #expect(made.subnetID == subnet)
            let seen = try await bench.eventually {
                try await bench.efs.describeMountTargets(of: id)
            } until: {
                $0.first?.state == .available
            }
            #expect(seen.map(\.id) == [made.id])
            #expect(seen.first?.state == .available)
            #expect(seen.first?.ipAddress?.isEmpty == false)
        }
    }

    @Test func `a mount target is refused while its file system is made, and twice in a zone`() async throws {
        try await withLocalAWS { bench, _ in
            let young = try await bench.efs.createFileSystem(.init(creationToken: "t"))
            let early = try await failure(AWS.EFSError.self) {
                try await bench.efs.createMountTarget(.init(fileSystemID: young.id, subnetID: subnet))
            }
            #expect(early.code == .incorrectLifeCycleState)
            #expect(early.retriable)
            let id = try await available(bench)
            _ = try await bench.efs.createMountTarget(.init(fileSystemID: id, subnetID: subnet))
            let second = try await failure(AWS.EFSError.self) {
                try await bench.efs.createMountTarget(.init(fileSystemID: id, subnetID: subnet))
            }
            #expect(second.code == .mountTargetConflict)
            #expect(second.status == 409)
            let nowhere = try await failure(AWS.EFSError.self) {
                try await bench.efs.createMountTarget(.init(fileSystemID: id, subnetID: "subnet-0"))
            }
            #expect(nowhere.code == .subnetNotFound)
        }
    }

    @Test func `all pages of mount targets are read`() async throws {
        try await withLocalAWS { bench, local in
            var settings = local.efs.settings
            settings.mountTargetPage = 1
            local.efs.adopt(settings)
            let id = try await available(bench)
            for subnet in settings.subnets {
                _ = try await bench.efs.createMountTarget(.init(fileSystemID: id, subnetID: subnet.id))
            }
            let listed = try await bench.efs.describeMountTargets(of: id)
            #expect(Set(listed.map(\.subnetID)) == Set(settings.subnets.map(\.id)))
            #expect(Set(listed.map(\.availabilityZone)) == Set(settings.subnets.map(\.zone)))
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `an access point is found with all that it was made of`(_ target: AWSTarget) async throws {
        try await withAWS(target) { bench in
            let id = try await available(bench)
            let user = EFS.PosixUser(uid: 1081, gid: 1082)
            let root = EFS.RootDirectory(path: "/users/ada", owner: user, permissions: "0750")
            let request = EFS.CreateAccessPoint(
                clientToken: UUID().uuidString,
                fileSystemID: id,
                user: user,
                root: root,
                tags: ["user": "ada"]
            )
            let made = try await bench.efs.createAccessPoint(request)
            for found in [
                try await bench.efs.describeAccessPoints(of: id),
                try await bench.efs.describeAccessPoints(id: made.id),
            ] {
                #expect(found.map(\.id) == [made.id])
                #expect(found.first?.user == user)
                #expect(found.first?.root == root)
                #expect(found.first?.tags == ["user": "ada"])
                #expect(found.first?.fileSystemID == id)
            }
            // The emulator answers an empty list; the real service doesn't.
            guard bench.local != nil else { return }
            let unknown = try await failure(AWS.EFSError.self) {
                try await bench.efs.describeAccessPoints(id: EFS.AccessPointID("fsap-0123456789abcdef0"))
            }
            #expect(unknown.code == .accessPointNotFound)
        }
    }

    @Test func `an access point's token makes one, and all pages are read`() async throws {
        try await withLocalAWS { bench, local in
            var settings = local.efs.settings
            settings.accessPointPage = 2
            local.efs.adopt(settings)
            let id = try await available(bench)
            var made: Set<EFS.AccessPointID> = []
            for number in 0..<5 {
                let request = EFS.CreateAccessPoint(clientToken: "t\(number)", fileSystemID: id)
                let point = try await bench.efs.createAccessPoint(request)
                made.insert(point.id)
                let error = try await failure(AWS.EFSError.self) {
                    try await bench.efs.createAccessPoint(request)
                }
                #expect(error.code == .accessPointAlreadyExists(point.id))
            }
            let listed = try await bench.efs.describeAccessPoints(of: nil).map(\.id)
            #expect(listed.count == 5 && Set(listed) == made)
        }
    }
}
