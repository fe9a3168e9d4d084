import LocalStack
import Testing

struct LocalEFSTests {
    @Test func `a file system is creating, then available`() async throws {
        let bench = EFSBench()
        let made = try await bench.create("t")
        #expect(made.status == 201)
        #expect(made.text("LifeCycleState") == "creating")
        bench.clock.advance(by: .seconds(7))
        let seen = try await bench.call("GET", "file-systems?FileSystemId=\(made.text("FileSystemId"))")
        #expect(seen.texts("FileSystems", "LifeCycleState") == ["available"])
    }

    @Test func `a repeat is an error that names the first file system`() async throws {
        let bench = EFSBench()
        let first = try await bench.create("t")
        let repeated = try await bench.create("t")
        #expect(repeated.status == 409)
        #expect(repeated.error == "FileSystemAlreadyExists")
        #expect(repeated.text("FileSystemId") == first.text("FileSystemId"))
    }

    @Test(arguments: [EFSSettings.OtherParameters.alreadyExists, .badRequest])
    func `a repeat with other parameters answers by the setting`(_ outcome: EFSSettings.OtherParameters)
        async throws
    {
        let bench = EFSBench { $0.otherParameters = outcome }
        _ = try await bench.create("t")
        let repeated = try await bench.create("t", ["PerformanceMode": .string("maxIO")])
        #expect(repeated.error == (outcome == .badRequest ? "BadRequest" : "FileSystemAlreadyExists"))
    }

    @Test func `a token finds its file system, and an unknown one nothing`() async throws {
        let bench = EFSBench()
        let id = try await bench.create("a b").text("FileSystemId")
        let found = try await bench.call("GET", "file-systems?CreationToken=a%20b")
        #expect(found.texts("FileSystems", "FileSystemId") == [id])
        let nothing = try await bench.call("GET", "file-systems?CreationToken=other")
        #expect(nothing.status == 200)
        #expect(nothing.texts("FileSystems", "FileSystemId").isEmpty)
        #expect(try await bench.call("GET", "file-systems?FileSystemId=fs-0").error == "FileSystemNotFound")
    }

    @Test func `file systems come in pages`() async throws {
        let bench = EFSBench()
        for number in 0..<5 { _ = try await bench.create("t\(number)") }
        var seen: [String] = []
        var marker = ""
        repeat {
            let page = try await bench.call("GET", "file-systems?MaxItems=2\(marker)")
            seen += page.texts("FileSystems", "FileSystemId")
            marker = page.text("NextMarker").isEmpty ? "" : "&Marker=\(page.text("NextMarker"))"
        } while !marker.isEmpty
        #expect(Set(seen).count == 5)
        #expect(seen.count == 5)
    }

    @Test func `a mount target needs an available file system`() async throws {
        let bench = EFSBench()
        let id = try await bench.create("t").text("FileSystemId")
        let early = try await bench.mount(id)
        #expect(early.status == 409)
        #expect(early.error == "IncorrectFileSystemLifeCycleState")
        bench.clock.advance(by: .seconds(7))
        #expect(try await bench.mount(id).text("LifeCycleState") == "creating")
        bench.clock.advance(by: .seconds(30))
        let seen = try await bench.call("GET", "mount-targets?FileSystemId=\(id)")
        #expect(seen.texts("MountTargets", "LifeCycleState") == ["available"])
    }

    @Test func `there is one mount target a zone, and the conflict names no id`() async throws {
        let bench = EFSBench()
        let id = try await bench.available("t")
        _ = try await bench.mount(id)
        let conflict = try await bench.mount(id)
        #expect(conflict.error == "MountTargetConflict")
        #expect(conflict.document["MountTargetId"] == nil)
        #expect(try await bench.mount(id, "subnet-0000000000000000b").status == 200)
        #expect(try await bench.mount(id, "subnet-unknown").error == "SubnetNotFound")
    }

    @Test func `a file system goes once its mount targets have gone`() async throws {
        let bench = EFSBench()
        let id = try await bench.available("t")
        let target = try await bench.mount(id).text("MountTargetId")
        #expect(try await bench.call("DELETE", "file-systems/\(id)").error == "FileSystemInUse")
        #expect(try await bench.call("DELETE", "mount-targets/\(target)").status == 204)
        #expect(try await bench.call("DELETE", "file-systems/\(id)").error == "FileSystemInUse")
        bench.clock.advance(by: .seconds(5))
        #expect(try await bench.call("DELETE", "file-systems/\(id)").status == 204)
        let seen = try await bench.call("GET", "file-systems?FileSystemId=\(id)")
        #expect(seen.texts("FileSystems", "LifeCycleState") == ["deleting"])
        bench.clock.advance(by: .seconds(5))
        #expect(try await bench.call("GET", "file-systems?FileSystemId=\(id)").status == 404)
        #expect(try await bench.create("t").status == 201)
    }

    @Test func `an access point's token works once, and close to the quota it is throttled`() async throws {
        let bench = EFSBench {
            $0.accessPointQuota = 3
            $0.accessPointMargin = 1
        }
        let id = try await bench.available("t")
        func point(_ token: String) async throws -> EFSAnswer {
            try await bench.call(
                "POST",
                "access-points",
                ["ClientToken": .string(token), "FileSystemId": .string(id)]
            )
        }
        let first = try await point("a")
        #expect(try await point("a").text("AccessPointId") == first.text("AccessPointId"))
        #expect(try await point("a").error == "AccessPointAlreadyExists")
        #expect(try await point("b").status == 200)
        let throttled = try await point("c")
        #expect(throttled.status == 429)
        #expect(throttled.error == "ThrottlingException")
    }

    @Test(arguments: [
        ("POST", "file-systems", "BadRequest"), ("GET", "mount-targets", "BadRequest"),
        ("GET", "file-systems?MaxItems=-1", "BadRequest"),
        ("PATCH", "file-systems", "UnknownOperationException"),
        ("GET", "volcanoes", "UnknownOperationException"),
        ("DELETE", "access-points/fsap-0", "AccessPointNotFound"),
        ("GET", "resource-tags/fs-0", "FileSystemNotFound"),
    ])
    func `what can't be understood is refused`(_ method: String, _ target: String, _ code: String)
        async throws
    {
        #expect(try await EFSBench().call(method, target).error == code)
    }

    @Test func `an injected error has EFS's own form`() async throws {
        let bench = EFSBench()
        let effect = Fault.Effect.error(code: "ThrottlingException", status: 429, message: "slow")
        bench.faults.arm(Fault(service: "efs", operation: "CreateFileSystem", effect: effect, times: 1))
        let refused = try await bench.create("t")
        #expect(refused.status == 429)
        #expect(refused.text("ErrorCode") == "ThrottlingException")
        #expect(try await bench.create("t").status == 201)
    }
}
