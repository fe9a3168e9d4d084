import Foundation

extension KubeFailure.Cause {
    static func required(_ field: String, _ message: String = "Required value") -> Self {
        Self(reason: "FieldValueRequired", message: message, field: field)
    }

    static func wrong(_ field: String, _ value: String, _ message: String) -> Self {
        Self(reason: "FieldValueInvalid", message: "Invalid value: \"\(value)\": \(message)", field: field)
    }
}

/// What the API server refuses about an object's form; rules of single kinds stand in the extensions.
enum KubeValidation {
    typealias Cause = KubeFailure.Cause

    static let dataLimitBytes = 1_024 * 1_024
    static let annotationLimitBytes = 256 * 1_024

    static func causes(_ object: KubeObject, _ kind: KubeKind) -> [Cause] {
        metadata(object, kind) + specifics(object, kind)
    }

    private static func specifics(_ object: KubeObject, _ kind: KubeKind) -> [Cause] {
        switch kind {
        case .pods: pod(object)
        case .services: service(object)
        case .secrets: secret(object)
        case .configmaps: configMap(object)
        case .persistentvolumes: volume(object)
        case .persistentvolumeclaims: claim(object)
        case .namespaces, .nodes, .events, .leases: []
        }
    }

    private static func metadata(_ object: KubeObject, _ kind: KubeKind) -> [Cause] {
        var causes: [Cause] = []
        let name = object.name
        let isNameGood: Bool =
            switch kind {
            case .namespaces: KubeNames.isLabel(name)
            case .services: KubeNames.isServiceName(name)
            default: KubeNames.isSubdomain(name)
            }
        if !isNameGood {
            causes.append(
                .wrong("metadata.name", name, "a lowercase RFC 1123 name must consist of [-a-z0-9.]")
            )
        }
        for (key, value) in object[path: "metadata", "labels"]?.fields ?? [:] {
            if !KubeNames.isQualifiedName(key) {
                causes.append(.wrong("metadata.labels", key, "name part must consist of [-A-Za-z0-9_.]"))
            }
            guard let text = value.string, KubeNames.isLabelValue(text) else {
                let message = "a valid label must be at most 63 characters of [-A-Za-z0-9_.]"
                causes.append(.wrong("metadata.labels", value.string ?? "?", message))
                continue
            }
        }
        causes += annotations(object)
        for (index, owner) in object.owners.enumerated() {
            for field in ["apiVersion", "kind", "name", "uid"] where owner[field]?.string?.isEmpty != false {
                causes.append(.required("metadata.ownerReferences[\(index)].\(field)"))
            }
        }
        for finalizer in object.finalizers
        where !KubeNames.isQualifiedName(finalizer)
            || !finalizer.contains("/")
                && !["orphan", "foregroundDeletion", "kubernetes"].contains(finalizer)
        {
            causes.append(
                .wrong(
                    "metadata.finalizers",
                    finalizer,
                    "name is neither a standard finalizer nor fully qualified"
                )
            )
        }
        return causes
    }

    private static func annotations(_ object: KubeObject) -> [Cause] {
        var causes: [Cause] = []
        var size = 0
        for (key, value) in object[path: "metadata", "annotations"]?.fields ?? [:] {
            size += key.utf8.count + (value.string?.utf8.count ?? 0)
            if !KubeNames.isQualifiedName(key.lowercased()) {
                causes.append(.wrong("metadata.annotations", key, "name part must consist of [-A-Za-z0-9_.]"))
            }
            if value.string == nil { causes.append(.wrong("metadata.annotations", key, "is no string")) }
        }
        if size > annotationLimitBytes {
            causes.append(
                Cause(
                    reason: "FieldValueTooLong",
                    message: "Too long: may not be more than \(annotationLimitBytes) bytes",
                    field: "metadata.annotations"
                )
            )
        }
        return causes
    }

    private static func data(_ object: KubeObject, _ fields: [String], isEncoded: Bool) -> [Cause] {
        var causes: [Cause] = []
        var size = 0
        for field in fields {
            for (key, value) in object.value[field]?.fields ?? [:] {
                if !KubeNames.isDataKey(key) {
                    causes.append(
                        .wrong("\(field)[\(key)]", key, "a valid config key must consist of [-._a-zA-Z0-9]")
                    )
                }
                let text = value.string ?? ""
                let encoded = isEncoded || field == "binaryData"
                if value.string == nil || (encoded && Data(base64Encoded: text) == nil) {
                    causes.append(.wrong("\(field)[\(key)]", "", "illegal base64 data or no string"))
                }
                size += encoded ? text.utf8.count / 4 * 3 : text.utf8.count
            }
        }
        if size > dataLimitBytes {
            let message = "Too long: may not be more than \(dataLimitBytes) bytes"
            causes.append(Cause(reason: "FieldValueTooLong", message: message, field: "data"))
        }
        return causes
    }

    private static func secret(_ object: KubeObject) -> [Cause] {
        data(object, ["data"], isEncoded: true)
    }

    private static func configMap(_ object: KubeObject) -> [Cause] {
        data(object, ["data", "binaryData"], isEncoded: false)
    }
}
