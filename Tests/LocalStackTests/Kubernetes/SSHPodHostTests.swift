import Foundation
import LocalStack
import Subprocess
import Testing

/// Real sshd processes on loopback addresses of this test's own.
@Suite(.enabled(if: SSHPodHost.isAvailable, "needs /usr/sbin/sshd (openssh-server)"), .serialized)
struct SSHPodHostTests {
    struct Deadline: Error {}

    /// A key pair made by ssh-keygen.
    private func key(_ folder: URL, _ name: String) async throws -> (secret: Data, open: String, path: String)
    {
        let path = folder.appending(path: name).path
        let made = try await shell("ssh-keygen -q -t ed25519 -N '' -C test -f \(path)")
        #expect(made.code == 0)
        let secret = try Data(contentsOf: URL(filePath: path))
        return (secret, try String(contentsOfFile: path + ".pub", encoding: .utf8), path)
    }

    private func shell(_ command: String) async throws -> (code: Int, text: String) {
        let result = try await Subprocess.run(
            .name("bash"),
            arguments: ["-c", command],
            output: .string(limit: 65_536),
            error: .string(limit: 65_536)
        )
        guard case .exited(let code) = result.terminationStatus else { return (-1, result.standardError) }
        return (Int(code), result.standardOutput + result.standardError)
    }

    private func within<Value: Sendable>(
        _ limit: Duration,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw Deadline()
            }
            guard let value = try await group.next() else { throw Deadline() }
            group.cancelAll()
            return value
        }
    }

    /// Follows a pod from a version on until it is as asked for.
    private func follow(
        _ cluster: LocalKubernetes,
        from version: String = "0",
        _ fits: @escaping @Sendable (KubeValue) -> Bool
    ) async throws -> KubeValue {
        try await within(.seconds(30)) {
            let query = [(name: "watch", value: "1"), (name: "resourceVersion", value: version)]
            let request = LocalRequest(method: "GET", path: KubeSamples.pods, query: query)
            guard case .stream(let stream) = await cluster.handle(request).body else { throw Deadline() }
            for await chunk in stream {
                for line in chunk.split(separator: UInt8(ascii: "\n")) {
                    let event = try KubeValue(json: Data(line))
                    if fits(event), let object = event["object"] { return object }
                }
            }
            throw Deadline()
        }
    }

    private static func isReady(_ event: KubeValue) -> Bool {
        event["object"]?["status"]?["conditions"]?.items
            .contains { $0["type"]?.string == "Ready" && $0["status"]?.string == "True" } == true
    }

    private func post(_ cluster: LocalKubernetes, _ path: String, _ body: KubeValue) async -> KubeValue {
        let answer = await cluster.handle(LocalRequest(method: "POST", path: path, body: body.json))
        #expect(answer.status == 201)
        guard case .data(let data) = answer.body else { return .null }
        return (try? KubeValue(json: data)) ?? .null
    }

    @Test
    func `one logs in through the node port with the pinned host key, and nothing is left of a deleted pod`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pods-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (user, host) = (try await key(folder, "user"), try await key(folder, "host"))
        let network = "127.\(Int.random(in: 100...250))"
        var settings = KubernetesSettings()
        settings.podNetwork = network
        settings.nodes = ClusterNode.defaults(network: "\(network).254")
        settings.podPort = getuid() == 0 ? 22 : 2_222
        let time = StackTime.system(scale: 0.01)
        let hosts = SSHPodHost(folder: folder.appending(path: "pods"))
        let cluster = LocalKubernetes(
            time: time,
            faults: FaultPlan(seed: 1, time: time),
            settings: settings,
            volumes: KubeFakeVolumes(),
            hosts: hosts
        )
        try await withThrowingTaskGroup { group in
            group.addTask { try await cluster.run() }
            let secret: KubeValue = [
                "metadata": ["name": "keys"],
                "data": [
                    "authorized_keys": .string(Data(user.open.utf8).base64EncodedString()),
                    "ssh_host_ed25519_key": .string(host.secret.base64EncodedString()),
                ],
            ]
            _ = await post(cluster, "/api/v1/namespaces/gpu-dev/secrets", secret)
            var pod = KubeSamples.pod("p", gpus: 1)
            pod["spec"]?["volumes"] = [["name": "keys", "secret": ["secretName": "keys"]]]
            _ = await post(cluster, KubeSamples.pods, pod)
            let ready = try await follow(cluster, Self.isReady)
            // The service comes after the pod, so that the running sshd has to take up the new port.
            let service = await post(cluster, KubeSamples.services, KubeSamples.service("s", pod: "p"))
            let port = service["spec"]?["ports"]?.items.first?["nodePort"]?.integer ?? 0
            let address = ready["status"]?["hostIP"]?.string ?? ""
            let uid = ready["metadata"]?["uid"]?.string ?? ""
            let known = folder.appending(path: "known").path
            let hostWords = host.open.split(separator: " ").prefix(2).joined(separator: " ")
            try "[\(address)]:\(port) \(hostWords)\n".write(toFile: known, atomically: true, encoding: .utf8)
            let ssh =
                "ssh -F none -i \(user.path) -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes "
                + "-o UserKnownHostsFile=\(known) -o BatchMode=yes -o ConnectTimeout=5 -p \(port) "
                + "\(hosts.loginUser)@\(address) "
            let login = try await within(.seconds(30)) {
                var last = (code: -1, text: "")
                // The port opens a moment after the service is there.
                for _ in 0..<50 where last.code != 0 && !last.text.contains("denied") {
                    last = try await shell(ssh + "'echo $BERTH_POD; pwd; echo $GPU_TYPE'")
                }
                return last
            }
            #expect(login.code == 0, "\(login.text)")
            #expect(login.text.contains(uid))
            #expect(login.text.contains("/pods/\(uid)/home"))
            // Something that its session has left in the background.
            let left = try await shell(ssh + "'setsid sleep 3001 </dev/null >/dev/null 2>&1 & echo left'")
            #expect(left.text.contains("left"))
            #expect(try await shell("grep -lzsx BERTH_POD=\(uid) /proc/[0-9]*/environ").text != "")
            _ = await cluster.handle(LocalRequest(method: "DELETE", path: KubeSamples.pods + "/p"))
            let version = ready["metadata"]?["resourceVersion"]?.string ?? ""
            _ = try await follow(cluster, from: version) { $0["type"]?.string == "DELETED" }
            #expect(try await shell("grep -lzsx BERTH_POD=\(uid) /proc/[0-9]*/environ").text == "")
            #expect(
                try await shell("grep -ls '[\(uid.prefix(1))]\(uid.dropFirst())' /proc/[0-9]*/cmdline; true")
                    .text == ""
            )
            #expect(try await shell("exec 9<>/dev/tcp/\(address)/\(port)").code != 0)
            group.cancelAll()
        }
    }

    @Test func `a stack that is killed takes its sshd and all sessions along`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "guard-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (user, host) = (try await key(folder, "user"), try await key(folder, "host"))
        let (address, port, mark) = (
            "127.99.\(Int.random(in: 1...250)).1", Int.random(in: 20_000...29_999), UUID().uuidString
        )
        let text = """
            ListenAddress \(address):\(port)
            HostKey \(host.path)
            AuthorizedKeysFile \(user.path).pub
            PermitRootLogin prohibit-password
            PidFile none
            StrictModes no
            UsePAM no
            SetEnv BERTH_POD=\(mark)

            """
        let configuration = folder.appending(path: "sshd_config").path
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
        if getuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        let result = try await Subprocess.run(
            .name("bash"),
            arguments: [
                // The shell in between plays the stack: it holds the guardian's input and is killed.
                "-c",
                "coproc bash -c \"$1\" guardian \"${@:2}\"; read -r line <&\"${COPROC[0]}\"; echo \"$line\"; read -r rest",
                "stack", SSHPodGuardian.script, mark, SSHPodHost.program, configuration, address,
                String(port),
                folder.appending(path: "log").path,
            ],
            input: .inputWriter,
            output: .sequence,
            error: .discarded
        ) { stack in
            for try await line in stack.standardOutput.strings() where line.hasPrefix("listening") { break }
            let ssh =
                "ssh -F none -i \(user.path) -o IdentitiesOnly=yes -o StrictHostKeyChecking=no "
                + "-o UserKnownHostsFile=/dev/null -o BatchMode=yes -p \(port) $(id -un)@\(address) "
            let session =
                "(\(ssh) 'setsid sleep 3003 >/dev/null 2>&1 & sleep 3002' >\(folder.path)/out 2>&1 &) ; "
            let wait =
                "for i in $(seq 100); do grep -lzsx BERTH_POD=\(mark) /proc/[0-9]*/environ | grep -q . && exit 0; sleep 0.1; done; exit 1"
            let begun = try await shell(session + wait)
            let traces = try await shell("cat \(folder.path)/out \(folder.path)/log").text
            #expect(begun.code == 0, "\(traces)")
            try stack.send(signal: .kill)
        }
        #expect(!result.terminationStatus.isSuccess)
        // The brackets keep the pattern from finding the shell that bears it.
        let pattern = "[\(mark.prefix(1))]\(mark.dropFirst())"
        let traces =
            "grep -lzsx 'BERTH_POD=\(pattern)' /proc/[0-9]*/environ; grep -ls '\(pattern)' /proc/[0-9]*/cmdline; "
            + "(exec 9<>/dev/tcp/\(address)/\(port)) 2>/dev/null && echo open"
        let gone = "for i in $(seq 100); do [ -z \"$(\(traces))\" ] && exit 0; sleep 0.1; done; exit 1"
        #expect(try await shell(gone).code == 0)
        #expect(try await shell("exec 9<>/dev/tcp/\(address)/\(port)").code != 0)
    }
}
