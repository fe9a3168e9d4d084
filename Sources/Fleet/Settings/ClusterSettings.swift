import Kubernetes

/// Where pods run, and what every one of them is made from.
package struct ClusterSettings: Sendable {
    /// Of the kubeconfig; nil for its current one.
    package var context: String?
    package var namespace: String
    package var image: String
    package var setupImage: String
    package var serviceAccount: String
    package var login: String
    /// Whether pods of all namespaces count when free GPUs are counted.
    package var countsAllNamespaces: Bool
    package var callDeadline: Duration
    package var gracePeriod: Duration

    init(_ reading: inout SettingReading) {
        context = reading.readOptional(
            "cluster.context",
            .text,
            "The kubeconfig's context; its current one if unset."
        )
        namespace = reading.read(
            "cluster.namespace",
            "gpu-dev",
            .text("a namespace's name", where: { NameSyntax.isLabel($0) }),
            "The namespace that pods run in."
        )
        image = reading.read(
            "cluster.image",
            "gpu-dev:latest",
            .text,
            "The image of the main container: it has sshd and the user."
        )
        setupImage = reading.read(
            "cluster.setup_image",
            "alpine:3.21",
            .text,
            "The image of the init container that prepares the home."
        )
        serviceAccount = reading.read(
            "cluster.service_account",
            "gpu-dev-pod-sa",
            .text("a service account's name", where: { NameSyntax.isSubdomain($0) }),
            "The service account of the pods."
        )
        // It stands in the pods' scripts and paths.
        login = reading.read(
            "cluster.login",
            "dev",
            .text(
                "1 to 32 small letters, digits, hyphens and underscores, first a letter",
                where: Self.isLogin
            ),
            "The user that people log in as."
        )
        countsAllNamespaces = reading.read(
            "cluster.all_namespaces",
            false,
            .flag,
            "Whether pods of all namespaces count when free GPUs are counted; needs the right to list them."
        )
        callDeadline = reading.read(
            "cluster.call_deadline",
            .seconds(30),
            .duration(.seconds(1) ... .seconds(300)),
            "How long one call to Kubernetes may take, repeats included."
        )
        gracePeriod = reading.read(
            "cluster.grace_period",
            .seconds(10),
            .duration(.seconds(1) ... .seconds(600)),
            "How long a pod may take to end."
        )
    }

    private static func isLogin(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...32).contains(bytes.count), let first = bytes.first, (0x61...0x7A).contains(first) else {
            return false
        }
        return bytes.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
        }
    }

    /// The defaults.
    package init() {
        var reading = SettingReading(SettingSources(environment: [:]))
        self.init(&reading)
    }
}
