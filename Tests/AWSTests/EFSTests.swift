import AWS
import Foundation
import Testing

struct EFSTests {
    static let fileSystem = """
        {"FileSystemId":"fs-1","CreationToken":"t","LifeCycleState":"creating","CreationTime":1.79E9,
        "PerformanceMode":"generalPurpose","ThroughputMode":"provisioned","ProvisionedThroughputInMibps":125,
        "OwnerId":"1","NumberOfMountTargets":0,"SizeInBytes":{"Value":0},"Tags":[{"Key":"a","Value":"b"}]}
        """

    @Test func `a file system is made by its token`() async throws {
        let transport = ScriptedTransport(.json(Self.fileSystem, status: 201))
        let made = try await EFS(testClient(transport)).createFileSystem(
            .init(
                creationToken: "t",
                throughput: .provisioned(mebibytesPerSecond: 125),
                encrypted: false,
                tags: ["a": "b"]
            )
        )
        #expect(
            made
                == EFS.FileSystem(
                    id: "fs-1",
                    creationToken: "t",
                    state: .creating,
                    creationTime: Date(timeIntervalSince1970: 1_790_000_000),
                    performanceMode: .generalPurpose,
                    throughput: .provisioned(mebibytesPerSecond: 125),
                    tags: ["a": "b"]
                )
        )
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://elasticfilesystem.us-east-1.amazonaws.com/2015-02-01/file-systems")
        #expect(request.header("authorization")?.contains("/elasticfilesystem/aws4_request") == true)
        #expect(
            transport.bodies == [
                #"{"CreationToken":"t","Encrypted":false,"PerformanceMode":"generalPurpose","#
                    + #""ProvisionedThroughputInMibps":125,"Tags":[{"Key":"a","Value":"b"}],"#
                    + #""ThroughputMode":"provisioned"}"#
            ]
        )
    }

    @Test func `file systems are listed over all pages`() async throws {
        let transport = ScriptedTransport(
            .json(#"{"FileSystems":[],"NextMarker":"m/1"}"#),
            .json(#"{"FileSystems":[\#(Self.fileSystem)]}"#)
        )
        let found = try await EFS(testClient(transport)).describeFileSystems(creationToken: "a b")
        #expect(found.map(\.id) == ["fs-1"])
        #expect(
            transport.requests.map(\.url) == [
                "https://elasticfilesystem.us-east-1.amazonaws.com/2015-02-01/file-systems"
                    + "?CreationToken=a%20b&MaxItems=100",
                "https://elasticfilesystem.us-east-1.amazonaws.com/2015-02-01/file-systems"
                    + "?CreationToken=a%20b&Marker=m%2F1&MaxItems=100",
            ]
        )
        #expect(transport.requests.allSatisfy { $0.method == "GET" && $0.body.isEmpty })
    }

    @Test func `mount targets are made and listed`() async throws {
        let target =
            """
            {"MountTargetId":"fsmt-1","FileSystemId":"fs-1","SubnetId":"subnet-1","LifeCycleState":"available",
            "IpAddress":"10.0.0.1","AvailabilityZoneName":"a"}
            """
        let transport = ScriptedTransport(.json(target), .json(#"{"MountTargets":[\#(target)]}"#))
        let efs = EFS(try testClient(transport))
        let made = try await efs.createMountTarget(
            .init(fileSystemID: "fs-1", subnetID: "subnet-1", securityGroups: ["sg-1"])
        )
        #expect(
            made
                == EFS.MountTarget(
                    id: "fsmt-1",
                    fileSystemID: "fs-1",
                    subnetID: "subnet-1",
                    state: .available,
                    ipAddress: "10.0.0.1",
                    availabilityZone: "a"
                )
        )
        #expect(try await efs.describeMountTargets(of: "fs-1") == [made])
        #expect(
            transport.bodies.first
                == #"{"FileSystemId":"fs-1","SecurityGroups":["sg-1"],"SubnetId":"subnet-1"}"#
        )
        #expect(transport.requests.last?.path == "/2015-02-01/mount-targets")
    }

    @Test func `access points are made and listed`() async throws {
        let point = """
            {"AccessPointId":"fsap-1","ClientToken":"c","FileSystemId":"fs-1","LifeCycleState":"available",
            "PosixUser":{"Uid":1000,"Gid":1000},"RootDirectory":{"Path":"/u",
            "CreationInfo":{"OwnerUid":1000,"OwnerGid":1000,"Permissions":"0700"}}}
            """
        let transport = ScriptedTransport(
            .json(point),
            .json(#"{"AccessPoints":[],"NextToken":"n"}"#),
            .json(#"{"AccessPoints":[\#(point)]}"#)
        )
        let efs = EFS(try testClient(transport))
        let user = EFS.PosixUser(uid: 1000, gid: 1000)
        let root = EFS.RootDirectory(path: "/u", owner: user, permissions: "0700")
        let made = try await efs.createAccessPoint(
            .init(clientToken: "c", fileSystemID: "fs-1", user: user, root: root)
        )
        #expect(made.root == root)
        #expect(made.user == user)
        #expect(try await efs.describeAccessPoints(of: "fs-1") == [made])
        #expect(
            transport.requests.last?.url.hasSuffix("?FileSystemId=fs-1&MaxResults=100&NextToken=n") == true
        )
    }

    @Test func `each rule of the life cycle is an object of its own`() async throws {
        let transport = ScriptedTransport(.json(#"{"LifecyclePolicies":[]}"#))
        try await EFS(testClient(transport)).putLifecycleConfiguration(
            .init(transitionToIA: "AFTER_30_DAYS", transitionToPrimaryStorageClass: "AFTER_1_ACCESS"),
            of: "fs-1"
        )
        #expect(transport.requests.first?.path == "/2015-02-01/file-systems/fs-1/lifecycle-configuration")
        #expect(transport.requests.first?.method == "PUT")
        #expect(
            transport.bodies == [
                #"{"LifecyclePolicies":[{"TransitionToIA":"AFTER_30_DAYS"},"#
                    + #"{"TransitionToPrimaryStorageClass":"AFTER_1_ACCESS"}]}"#
            ]
        )
    }

    static let errors: [(String, Int, String, EFSError.Code, Bool)] = [
        ("FileSystemAlreadyExists", 409, #""FileSystemId":"fs-1""#, .fileSystemAlreadyExists("fs-1"), false),
        ("FileSystemAlreadyExists", 409, #""Odd":1"#, .other("FileSystemAlreadyExists"), false),
        (
            "AccessPointAlreadyExists", 409, #""AccessPointId":"fsap-1""#,
            .accessPointAlreadyExists("fsap-1"), false
        ),
        ("IncorrectFileSystemLifeCycleState", 409, #""a":1"#, .incorrectLifeCycleState, true),
        ("MountTargetConflict", 409, #""a":1"#, .mountTargetConflict, false),
        ("FileSystemNotFound", 404, #""a":1"#, .fileSystemNotFound, false),
        ("FileSystemInUse", 409, #""a":1"#, .fileSystemInUse, false),
        ("ThrottlingException", 429, #""a":1"#, .throttled, true),
        ("InternalServerError", 500, #""a":1"#, .internalError, true),
        ("New", 400, #""a":1"#, .other("New"), false),
    ]

    @Test(arguments: [true, false], errors)
    func `an error answer has its code, in a header or in its body`(
        inHeader: Bool,
        expected: (String, Int, String, EFSError.Code, Bool)
    ) async throws {
        let (name, status, members, code, retriable) = expected
        let answer = AWSResponse.json(
            inHeader
                ? #"{"Message":"m",\#(members)}"# : #"{"ErrorCode":"\#(name)","Message":"m",\#(members)}"#,
            status: status,
            headers: inHeader ? ["x-amzn-ErrorType": "\(name):http://x"] : [:]
        )
        let transport = ScriptedTransport(answer, answer, answer)
        let error = await #expect(throws: EFSError.self) {
            try await EFS(testClient(transport)).createFileSystem(.init(creationToken: "t"))
        }
        #expect(error?.code == code)
        #expect(error?.message == "m")
        #expect(error?.retriable == retriable)
        #expect(error?.mayHaveTakenEffect == (status == 500))
    }
}
