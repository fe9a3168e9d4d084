import Foundation

/// What a request's path names.
struct KubeRoute: Sendable {
    enum Subresource: String, Sendable {
        case status, log
    }

    var kind: KubeKind
    /// Nil: all namespaces, or a cluster-scoped kind.
    var namespace: String?
    /// Nil: the collection.
    var name: String?
    var subresource: Subresource?

    var resource: String { subresource.map { "\(kind.rawValue)/\($0.rawValue)" } ?? kind.rawValue }

    init?(path: String) {
        guard var segments = Self.segments(path) else { return nil }
        let group: String
        if segments.starts(with: ["api", "v1"]) {
            group = ""
            segments.removeFirst(2)
        } else if segments.first == "apis", segments.count >= 3, segments[2] == "v1" {
            group = segments[1]
            segments.removeFirst(3)
        } else {
            return nil
        }
        if segments.first == "namespaces", segments.count >= 3, segments[2] != "status" {
            namespace = segments[1]
            segments.removeFirst(2)
        }
        guard let plural = segments.first, let kind = KubeKind(rawValue: plural), kind.group == group,
            segments.count <= 3, namespace == nil || kind.isNamespaced
        else { return nil }
        self.kind = kind
        name = segments.count > 1 ? segments[1] : nil
        guard name == nil || namespace != nil || !kind.isNamespaced else { return nil }
        guard segments.count == 3 else { return }
        guard let subresource = Subresource(rawValue: segments[2]) else { return nil }
        guard subresource == .status ? kind.hasStatus : kind == .pods else { return nil }
        self.subresource = subresource
    }

    private static func segments(_ path: String) -> [String]? {
        var segments: [String] = []
        for part in path.split(separator: "/") {
            guard let decoded = part.removingPercentEncoding, !decoded.contains("/") else { return nil }
            segments.append(decoded)
        }
        return segments
    }
}

/// What a request wants, in the words that RBAC and faults use.
enum KubeVerb: String, Sendable {
    case get, list, watch, create, update, patch, delete, deletecollection

    init?(method: String, route: KubeRoute, isWatch: Bool) {
        switch (method, route.name == nil) {
        case ("GET", true): self = isWatch ? .watch : .list
        case ("GET", false): self = isWatch && route.subresource == nil ? .watch : .get
        case ("POST", true): self = .create
        case ("PUT", false): self = .update
        case ("PATCH", false): self = .patch
        case ("DELETE", false): self = .delete
        case ("DELETE", true): self = .deletecollection
        default: return nil
        }
    }
}
