import Foundation
import Kubernetes
import Testing

struct InClusterTests {
    static let environment = ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"]

    @Test(arguments: [("10.0.0.1", "https://10.0.0.1:443"), ("fd00::1", "https://[fd00::1]:443")])
    func `a pod's service account is found`(host: String, server: String) async throws {
        try await withFolder { folder in
            try folder.write("token", "sesame\n")
            try folder.write("ca.crt", "PEM")
            try folder.write("namespace", "gpu-dev")
            let access = try ClusterAccess.load(
                environment: [
                    "KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": "443", "HOME": "/nowhere",
                ],
                serviceAccountFolder: folder.appending(path: "").plainPath.trimmingSlash
            )
            #expect(access.server.absoluteString == server)
            #expect(access.namespace == "gpu-dev")
            #expect(access.trust == .authoritiesFile("\(folder.plainPath.trimmingSlash)/ca.crt"))
            #expect(access.authentication == .token(.file("\(folder.plainPath.trimmingSlash)/token")))
        }
    }

    @Test func `a missing token is an error that names it, not the home's kubeconfig`() async throws {
        try await withFolder { folder in
            try folder.write(".kube/config", KubeconfigTests.config())
            var environment = Self.environment
            environment["HOME"] = folder.plainPath
            let message = try accessFailure { () throws(AccessError) in
                try ClusterAccess.load(environment: environment, serviceAccountFolder: "/nowhere")
            }
            #expect(message.hasPrefix("/nowhere/token: can't be read"))
        }
    }

    @Test(arguments: ["x", "0", "65536", "99999999999999999999"])
    func `a port that is none is refused`(port: String) throws {
        let environment = ["KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": port]
        let message = try accessFailure { () throws(AccessError) in
            try ClusterAccess.load(environment: environment)
        }
        #expect(message.hasPrefix("KUBERNETES_SERVICE_PORT: is no port"))
    }
}

extension String {
    var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
