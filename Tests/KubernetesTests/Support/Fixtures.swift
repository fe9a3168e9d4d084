import Foundation
import Kubernetes
import Logging
import Testing

/// A client over a script, with a fixed token.
func client(
    _ transport: ScriptedTransport,
    clock: TestClock = TestClock(),
    authentication: ClusterAccess.Authentication = .token(.fixed("sesame")),
    onServiceDate: @escaping @Sendable (ServiceDate) -> Void = { _ in }
) throws -> KubernetesClient {
    let server = try #require(URL(string: "https://api.test:6443"))
    var configuration = KubernetesClient.Configuration()
    configuration.pageSize = 2
    return KubernetesClient(
        access: ClusterAccess(server: server, authentication: authentication),
        transport: transport,
        time: clock.time,
        configuration: configuration,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        onServiceDate: onServiceDate
    )
}

/// A config map as the server writes it.
func configMap(_ name: String, version: String, data: String = "x") -> String {
    #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"\#(name)","namespace":"gpu-dev","uid":"u-\#(name)","#
        + #""resourceVersion":"\#(version)"},"data":{"k":"\#(data)"}}"#
}

func list(_ items: [String], version: String, continue token: String? = nil) -> String {
    let metadata = #""resourceVersion":"\#(version)""# + (token.map { #","continue":"\#($0)""# } ?? "")
    return
        #"{"apiVersion":"v1","kind":"ConfigMapList","metadata":{\#(metadata)},"items":[\#(items.joined(separator: ","))]}"#
}

func status(_ code: Int, _ reason: String, name: String? = nil, message: String = "because") -> String {
    let details = name.map { #"{"name":"\#($0)","kind":"configmaps"}"# } ?? "{}"
    return
        #"{"apiVersion":"v1","kind":"Status","status":"Failure","message":"\#(message)","reason":"\#(reason)","#
        + #""details":\#(details),"code":\#(code)}"#
}

func line(_ type: String, _ object: String) -> String {
    #"{"type":"\#(type)","object":\#(object)}"# + "\n"
}

/// A folder of its own for one test, removed afterwards.
func withFolder<T>(_ body: (URL) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "berth-k8s-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

extension URL {
    var plainPath: String { path(percentEncoded: false) }

    /// Writes a file into this folder and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String, executable: Bool = false) throws -> String {
        let file = appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
        let mode = executable ? 0o700 : 0o600
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.plainPath)
        return file.plainPath
    }
}

/// The error that a body ends with.
func failure<T>(_ body: () async throws(KubernetesError) -> T) async throws -> KubernetesError {
    do throws(KubernetesError) {
        _ = try await body()
    } catch {
        return error
    }
    throw ExpectedFailure()
}

func accessFailure<T>(_ body: () throws(AccessError) -> T) throws -> String {
    do throws(AccessError) {
        _ = try body()
    } catch {
        return error.description
    }
    throw ExpectedFailure()
}

struct ExpectedFailure: Error {}
