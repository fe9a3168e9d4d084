import Foundation

/// A stored object: JSON with the metadata that every kind has.
struct KubeObject: Sendable, Hashable {
    var value: KubeValue

    init(_ value: KubeValue) {
        self.value = value
    }

    subscript(path keys: String...) -> KubeValue? {
        get { value[path: keys] }
        set { value[path: keys] = newValue }
    }

    private subscript(metadata key: String) -> KubeValue? {
        get { value["metadata"]?[key] }
        set { value[path: ["metadata", key]] = newValue }
    }

    var name: String {
        get { self[metadata: "name"]?.string ?? "" }
        set { self[metadata: "name"] = .string(newValue) }
    }

    var namespace: String { self[metadata: "namespace"]?.string ?? "" }
    var uid: String { self[metadata: "uid"]?.string ?? "" }
    var labels: [String: String] { self[metadata: "labels"]?.strings ?? [:] }
    var annotations: [String: String] { self[metadata: "annotations"]?.strings ?? [:] }
    var phase: String { value["status"]?["phase"]?.string ?? "" }
    var nodeName: String? { value["spec"]?["nodeName"]?.string.flatMap { $0.isEmpty ? nil : $0 } }

    var version: Int {
        get { self[metadata: "resourceVersion"]?.string.flatMap(Int.init) ?? 0 }
        set { self[metadata: "resourceVersion"] = .string(String(newValue)) }
    }

    var isTerminating: Bool { self[metadata: "deletionTimestamp"]?.string != nil }

    var finalizers: [String] {
        get { self[metadata: "finalizers"]?.items.compactMap(\.string) ?? [] }
        set { self[metadata: "finalizers"] = newValue.isEmpty ? nil : .array(newValue.map(KubeValue.string)) }
    }

    var owners: [KubeValue] {
        get { self[metadata: "ownerReferences"]?.items ?? [] }
        set { self[metadata: "ownerReferences"] = newValue.isEmpty ? nil : .array(newValue) }
    }

    /// Empty lists and maps of the metadata aren't kept, as with the real server's types.
    mutating func dropEmptyMetadata() {
        for field in ["labels", "annotations", "finalizers", "ownerReferences", "managedFields"] {
            guard let value = self[metadata: field],
                value == .array([]) || value == .object([:]) || value == .null
            else {
                continue
            }
            self[metadata: field] = nil
        }
    }

    var ownerUIDs: Set<String> { Set(owners.compactMap { $0["uid"]?.string }) }

    func key(_ kind: KubeKind) -> KubeKey {
        KubeKey(kind: kind, namespace: kind.isNamespaced ? namespace : "", name: name)
    }

    /// A reference as Events and claims use it.
    func reference(_ kind: KubeKind) -> KubeValue {
        var reference: KubeValue = [
            "kind": .string(kind.kind), "apiVersion": .string(kind.apiVersion), "name": .string(name),
            "uid": .string(uid), "resourceVersion": .string(String(version)),
        ]
        if kind.isNamespaced { reference["namespace"] = .string(namespace) }
        return reference
    }

    var podIsFinished: Bool { phase == "Succeeded" || phase == "Failed" }

    /// The names of the claims that a pod mounts.
    var claimNames: [String] {
        (self[path: "spec", "volumes"]?.items ?? [])
            .compactMap { $0["persistentVolumeClaim"]?["claimName"]?.string }
    }
}

extension Date {
    /// RFC 3339 to the second, as `metadata` has it.
    var kubeTime: KubeValue { .string(formatted(.iso8601)) }

    /// RFC 3339 to the microsecond, as Leases have it.
    var kubeMicroTime: KubeValue {
        .string(formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}
