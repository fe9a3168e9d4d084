import Foundation

/// A field selector: `metadata.name=a,spec.nodeName!=b`.
struct KubeFieldSelector: Sendable, Hashable {
    private struct Term: Sendable, Hashable {
        var path: [String]
        var value: String
        var isEqual: Bool
    }

    private var terms: [Term] = []

    init() {}

    /// Parses the terms; only the fields that the real server indexes are allowed, by kind.
    init(parsing text: String, for kind: KubeKind) throws(KubeFailure) {
        for part in text.split(separator: ",") {
            guard let sign = ["!=", "==", "="].first(where: { part.contains($0) }),
                let range = part.range(of: sign)
            else { throw .badRequest("invalid field selector: \(part)") }
            let label = String(part[..<range.lowerBound])
            guard Self.fields(of: kind).contains(label) else {
                throw .badRequest("field label not supported: \(label)")
            }
            terms.append(
                Term(
                    path: label.split(separator: ".").map(String.init),
                    value: String(part[range.upperBound...]),
                    isEqual: sign != "!="
                )
            )
        }
    }

    func matches(_ object: KubeObject) -> Bool {
        terms.allSatisfy { term in
            let value = object.value[path: term.path]
            let text = value?.string ?? value?.bool.map { String($0) } ?? ""
            return (text == term.value) == term.isEqual
        }
    }

    private static func fields(of kind: KubeKind) -> Set<String> {
        let common: Set<String> =
            kind.isNamespaced ? ["metadata.name", "metadata.namespace"] : ["metadata.name"]
        switch kind {
        case .pods:
            return common.union([
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
                "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName",
            ])
        case .events:
            let involved = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"]
            return common.union(involved.map { "involvedObject.\($0)" }).union([
                "reason", "reportingComponent", "type",
            ])
        case .secrets: return common.union(["type"])
        case .namespaces: return common.union(["status.phase"])
        case .nodes: return common.union(["spec.unschedulable"])
        default: return common
        }
    }
}
