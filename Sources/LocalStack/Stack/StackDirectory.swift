import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The folder by which a running stack is found.
///
/// One stack a folder: a lock that dies with the process sees to it.
package struct StackDirectory: Sendable {
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// `$XDG_RUNTIME_DIR/berth-dev`, else `/tmp/berth-dev-<user id>`.
    package static func standard(environment: [String: String] = ProcessInfo.processInfo.environment)
        -> StackDirectory
    {
        if let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") {
            return StackDirectory(runtime + "/berth-dev")
        }
        return StackDirectory("/tmp/berth-dev-\(getuid())")
    }

    package func file(_ name: String) -> String { path + "/" + name }

    package var kubeconfig: String { file("kubeconfig.yaml") }
    private var state: String { file("stack.json") }

    /// Makes the folder, for this user alone, and takes its lock.
    ///
    /// - Throws: `Problem` if a stack runs there, or if the folder belongs to somebody else.
    package func claim() throws -> StackLock {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let owner = (attributes[.ownerAccountID] as? NSNumber)?.uint32Value
        guard attributes[.type] as? FileAttributeType == .typeDirectory, owner == getuid() else {
            throw Problem(
                description: "\(path) isn't a folder of your own; choose another one with --directory"
            )
        }
        guard let lock = StackLock(file("lock")) else {
            throw Problem(description: "a stack runs in \(path); stop it, or choose another --directory")
        }
        return lock
    }

    package func write(_ endpoints: StackEndpoints) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(endpoints).write(to: URL(fileURLWithPath: state), options: .atomic)
    }

    /// The endpoints of the stack that runs in this folder.
    ///
    /// - Throws: `Problem` if none runs there.
    package func endpoints() throws -> StackEndpoints {
        guard let data = FileManager.default.contents(atPath: state) else { throw notRunning }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let endpoints = try decoder.decode(StackEndpoints.self, from: data)
        // A stack that was killed leaves its file, but not its lock.
        if StackLock(file("lock")) != nil { throw notRunning }
        return endpoints
    }

    /// Takes away what would send programs to a stack that has ended.
    package func clear() {
        try? FileManager.default.removeItem(atPath: state)
        try? FileManager.default.removeItem(atPath: kubeconfig)
    }

    package func writeKubeconfig(server: String, namespace: String) throws {
        let text = """
            apiVersion: v1
            kind: Config
            clusters:
            - name: berth-dev
              cluster:
                server: \(server)
            users:
            - name: berth-dev
              user:
                token: berth-dev
            contexts:
            - name: berth-dev
              context:
                cluster: berth-dev
                user: berth-dev
                namespace: \(namespace)
            current-context: berth-dev

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: kubeconfig), options: .atomic)
    }

    private var notRunning: Problem {
        Problem(description: "no stack runs in \(path); start one with: berth-dev up")
    }
}

/// An exclusive lock on a file, held until this object goes or the process ends.
package final class StackLock: Sendable {
    private let descriptor: Int32

    /// Nil if somebody else holds it.
    init?(_ path: String) {
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit {
        close(descriptor)
    }
}
