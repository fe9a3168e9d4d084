import Foundation
import Kubernetes
import Testing

struct KubeconfigTests {
    static let certificate = Data("PEM".utf8).base64EncodedString()

    /// A kubeconfig of one cluster and one user.
    static func config(
        cluster: String = "server: https://api.test:6443",
        user: String = "token: sesame",
        context: String = "{cluster: c, user: u}"
    ) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: x
        contexts: [{name: x, context: \(context)}]
        clusters: [{name: c, cluster: {\(cluster)}}]
        users: [{name: u, user: {\(user)}}]
        """
    }

    static func access(
        _ text: String,
        environment: [String: String] = [:],
        prepare: (URL) throws -> Void = { _ in }
    ) async throws -> (ClusterAccess, folder: String) {
        try await withFolder { folder in
            try prepare(folder)
            let file = try folder.write("config", text)
            let access = try ClusterAccess.kubeconfig(files: [file], environment: environment)
            return (access, folder.plainPath)
        }
    }

    @Test(arguments: [
        ("token: sesame", ClusterAccess.Authentication.token(.fixed("sesame"))),
        ("token: 12345", .token(.fixed("12345"))),
        ("username: eve, password: 'a:b'", .basic(username: "eve", password: "a:b")),
        ("", .none), ("token: ''", .none), ("token: ~", .none), ("as: null, token: t", .token(.fixed("t"))),
    ])
    func `each way to prove oneself is read`(user: String, expected: ClusterAccess.Authentication)
        async throws
    {
        let (access, _) = try await Self.access(Self.config(user: user))
        #expect(access.authentication == expected)
        #expect(access.server.absoluteString == "https://api.test:6443")
        #expect(access.trust == .system)
    }

    @Test func `cluster settings are read`() async throws {
        let cluster =
            "server: 'https://10.0.0.1:6443/k8s', certificate-authority-data: \(Self.certificate), "
            + "tls-server-name: kubernetes.default, proxy-url: 'http://proxy:3128'"
        let text = Self.config(cluster: cluster, context: "{cluster: c, user: u, namespace: gpu-dev}")
        let (access, _) = try await Self.access(text)
        #expect(access.trust == .authorities(Data("PEM".utf8)))
        #expect(access.tlsServerName == "kubernetes.default")
        #expect(access.namespace == "gpu-dev")
        #expect(access.proxy?.absoluteString == "http://proxy:3128")
        #expect(access.server.path() == "/k8s")
    }

    @Test func `relative files start at the kubeconfig's folder, and data wins over a file`() async throws {
        let user =
            "client-certificate: pki/c.pem, client-key-data: \(Self.certificate), client-key: nowhere, "
            + "tokenFile: ./token"
        let text = Self.config(cluster: "server: 'https://a', certificate-authority: pki/ca.pem", user: user)
        let (access, folder) = try await Self.access(text) { folder in
            try folder.write("pki/c.pem", "C")
            try folder.write("pki/ca.pem", "A")
            try folder.write("token", "sesame\n")
        }
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        #expect(access.trust == .authoritiesFile(base + "pki/ca.pem"))
        #expect(access.identity == .pem(certificate: .file(base + "pki/c.pem"), key: .data(Data("PEM".utf8))))
        #expect(access.authentication == .token(.file(base + "token")))
    }

    @Test(arguments: [
        ("current-context: nowhere", "contexts has none named nowhere"),
        ("[1, 2]", "isn't a mapping"), ("", "is empty"), ("{", "isn't YAML"), ("a: b: c", "isn't YAML"),
        ("kind: Pod", "kind is Pod, not Config"), ("apiVersion: v2", "apiVersion is v2, not v1"),
        ("kind: Config", "current-context isn't set"),
        ("clusters: 7", "clusters isn't a list"), ("clusters: [7]", "clusters[0] isn't a mapping"),
        ("users: [{user: {}}]", "users[0] has no name"),
        (
            config(context: "{cluster: d, user: u}"),
            "contexts[name=x].context.cluster names a cluster that isn't there: d"
        ),
        (
            config(context: "{cluster: c, user: v}"),
            "contexts[name=x].context.user names a user that isn't there: v"
        ),
        (config(context: "{user: u}"), "contexts[name=x].context has no cluster"),
        (
            config(context: "{cluster: c, namespace: 'A/b'}"),
            "contexts[name=x].context.namespace is no namespace"
        ),
        (config(cluster: "server: 'api.test:6443'"), "clusters[name=c].cluster.server isn't a URL"),
        (config(cluster: "server: 'https://'"), "clusters[name=c].cluster.server isn't a URL"),
        (config(cluster: "server: 'https://me:pw@h'"), "clusters[name=c].cluster.server isn't a URL"),
        (config(cluster: "server: [1]"), "clusters[name=c].cluster.server isn't a text"),
        (config(cluster: "x: y"), "clusters[name=c].cluster has no server"),
        (
            config(cluster: "server: 'https://a', certificate-authority-data: '%%'"),
            "certificate-authority-data isn't base64"
        ),
        (config(cluster: "server: 'https://a', certificate-authority: gone.pem"), "gone.pem"),
        (
            config(cluster: "server: 'https://a', insecure-skip-tls-verify: maybe"),
            "insecure-skip-tls-verify is neither true nor false"
        ),
        (
            config(
                cluster:
                    "server: 'https://a', insecure-skip-tls-verify: true, certificate-authority-data: QQ=="
            ),
            "has both insecure-skip-tls-verify and a certificate-authority"
        ),
        (
            config(cluster: "server: 'https://a', proxy-url: 'ftp://x'"),
            "proxy-url isn't a URL of http or socks5"
        ),
        (config(cluster: "server: 'https://a', tls-server-name: 'a b'"), "tls-server-name is no host name"),
        (config(user: "as: root, token: t"), "users[name=u].user.as isn't supported"),
        (config(user: "auth-provider: {name: gcp}"), "users[name=u].user.auth-provider isn't supported"),
        (config(user: "tokne: t"), "users[name=u].user.tokne isn't supported"),
        (config(user: "client-certificate-data: QQ=="), "has a client-certificate but no client-key"),
        (config(user: "client-key-data: QQ=="), "has a client-key but no client-certificate"),
        (config(user: "username: eve"), "has only one of username and password"),
        (config(user: "username: 'e:ve', password: x"), "username holds a colon"),
        (config(user: "token: t, username: a, password: b"), "has more than one of token, username"),
        (config(user: "token: \"a\\r\\nX-Evil: 1\""), "users[name=u].user.token holds characters"),
        (config(user: "tokenFile: gone"), "gone: (users[name=u].user.tokenFile of"),
        (
            config(user: "exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}"),
            "exec.apiVersion is none of"
        ),
        (
            config(user: "exec: {apiVersion: client.authentication.k8s.io/v1}"),
            "users[name=u].user.exec has no command"
        ),
        (
            config(
                user:
                    "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}"
            ),
            "exec.interactiveMode is Always"
        ),
        (
            config(
                user:
                    "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, env: [{name: 'A=B', value: c}]}"
            ),
            "env[name=A=B].name is no name of a variable"
        ),
        (String(repeating: "[", count: 200_000), "isn't YAML"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ncurrent-context: q", "contexts has none named q"),
        ("\u{0}\u{1}", "isn't YAML"),
    ])
    func `a kubeconfig that is wrong is refused with its file and key`(text: String, problem: String)
        async throws
    {
        try await withFolder { folder in
            let file = try folder.write("config", text)
            let message = try accessFailure { () throws(AccessError) in
                try ClusterAccess.kubeconfig(files: [file], environment: [:])
            }
            #expect(message.contains(problem), "\(message)")
            #expect(message.contains(folder.lastPathComponent), "\(message)")
            #expect(!message.contains("\n"), "\(message)")
        }
    }

    @Test func `KUBECONFIG merges its files, the first wins, absent ones are passed over`() async throws {
        try await withFolder { folder in
            let first = try folder.write(
                "1",
                "current-context: x\nclusters: [{name: c, cluster: {server: 'https://first'}}]"
            )
            let second = try folder.write("2", Self.config(cluster: "server: 'https://second'"))
            let variable = "\(folder.plainPath)gone:\(first)::\(second)"
            let access = try ClusterAccess.load(environment: ["KUBECONFIG": variable])
            #expect(access.server.absoluteString == "https://first")
            #expect(access.authentication == .token(.fixed("sesame")))
        }
    }

    @Test func `another context than the current one can be asked for`() async throws {
        try await withFolder { folder in
            let file = try folder.write(
                "config",
                Self.config() + "\n".replacing("\n", with: "\n# end\n")
            )
            let message = try accessFailure { () throws(AccessError) in
                try ClusterAccess.load(environment: ["KUBECONFIG": file], context: "prod")
            }
            #expect(message == "\(file): contexts has none named prod")
        }
    }

    @Test func `a KUBECONFIG of which no file exists is an error, not the cluster we are in`() throws {
        let environment = [
            "KUBECONFIG": "/nowhere/config", "KUBERNETES_SERVICE_HOST": "10.0.0.1",
            "KUBERNETES_SERVICE_PORT": "443",
        ]
        let message = try accessFailure { () throws(AccessError) in
            try ClusterAccess.load(environment: environment)
        }
        #expect(message == "KUBECONFIG: names no file that exists: /nowhere/config")
    }

    @Test func `without KUBECONFIG and outside of a cluster the home's kubeconfig counts`() async throws {
        try await withFolder { folder in
            try folder.write(".kube/config", Self.config())
            let home = folder.plainPath
            let access = try ClusterAccess.load(environment: [
                "HOME": String(home.dropLast(home.hasSuffix("/") ? 1 : 0))
            ])
            #expect(access.server.host() == "api.test")
        }
        let message = try accessFailure { () throws(AccessError) in
            try ClusterAccess.load(environment: [:])
        }
        #expect(message.contains("KUBECONFIG"))
    }
}
