import Foundation

/// The paths outside of the resources: health, version, and what there is.
struct KubeDiscovery {
    let version: String

    func answer(_ request: LocalRequest) -> LocalResponse? {
        guard request.method == "GET" else { return nil }
        switch request.path {
        case "/healthz", "/readyz", "/livez":
            return LocalResponse(
                status: 200,
                headers: [("Content-Type", "text/plain")],
                body: .data(Data("ok".utf8))
            )
        case "/version": return KubeAPI.respond(build)
        case "/api":
            return KubeAPI.respond([
                "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [],
            ])
        case "/apis": return KubeAPI.respond(groups)
        case "/api/v1": return KubeAPI.respond(resources("v1"))
        case "/apis/coordination.k8s.io/v1": return KubeAPI.respond(resources("coordination.k8s.io/v1"))
        default: return nil
        }
    }

    private var build: KubeValue {
        let parts = version.drop { $0 == "v" }.split(separator: ".").map(String.init)
        return [
            "major": .string(parts.first ?? ""), "minor": .string(parts.count > 1 ? parts[1] : ""),
            "gitVersion": .string(version), "gitCommit": "", "gitTreeState": "clean", "buildDate": "",
            "goVersion": "", "compiler": "swiftc", "platform": "linux/amd64",
        ]
    }

    private var groups: KubeValue {
        let version: KubeValue = ["groupVersion": "coordination.k8s.io/v1", "version": "v1"]
        return [
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": [["name": "coordination.k8s.io", "versions": [version], "preferredVersion": version]],
        ]
    }

    private func resources(_ groupVersion: String) -> KubeValue {
        var resources: [KubeValue] = []
        let verbs: KubeValue = [
            "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
        ]
        for kind in KubeKind.allCases where kind.apiVersion == groupVersion {
            var resource: KubeValue = [
                "name": .string(kind.rawValue), "singularName": .string(kind.kind.lowercased()),
                "namespaced": .bool(kind.isNamespaced), "kind": .string(kind.kind), "verbs": verbs,
            ]
            if let short = kind.shortName { resource["shortNames"] = [.string(short)] }
            resources.append(resource)
            guard kind.hasStatus else { continue }
            resource["name"] = .string("\(kind.rawValue)/status")
            resource["verbs"] = ["get", "patch", "update"]
            resources.append(resource)
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(groupVersion),
            "resources": .array(resources),
        ]
    }
}
