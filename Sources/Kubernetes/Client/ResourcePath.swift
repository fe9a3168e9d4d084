/// The path of a kind or of one object, from validated names: nothing in a name can lead elsewhere.
struct ResourcePath {
    let text: String

    /// The path of the whole kind, in one namespace or in all.
    init<R: KubernetesResource>(_: R.Type, namespace: String?) throws(KubernetesError) {
        let group = R.apiVersion.contains("/") ? "/apis/\(R.apiVersion)" : "/api/\(R.apiVersion)"
        guard let namespace else {
            text = "\(group)/\(R.plural)"
            return
        }
        guard R.isNamespaced else {
            throw KubernetesError(.invalid, message: "\(R.kind) is cluster-scoped, it has no namespace")
        }
        guard NameSyntax.isLabel(namespace) else {
            throw KubernetesError(.invalid, message: "not a namespace: \"\(namespace.prefix(80))\"")
        }
        text = "\(group)/namespaces/\(namespace)/\(R.plural)"
    }

    /// The path of one object.
    init<R: KubernetesResource>(_ type: R.Type, name: String, namespace: String?) throws(KubernetesError) {
        guard NameSyntax.isSubdomain(name) else {
            throw KubernetesError(.invalid, message: "not a name of a \(R.kind): \"\(name.prefix(80))\"")
        }
        let kind = try ResourcePath(type, inOne: namespace)
        text = "\(kind.text)/\(name)"
    }

    /// The path of a kind where one object stands: a namespaced kind needs its namespace.
    init<R: KubernetesResource>(_ type: R.Type, inOne namespace: String?) throws(KubernetesError) {
        guard !R.isNamespaced || namespace != nil else {
            throw KubernetesError(.invalid, message: "\(R.kind) needs a namespace")
        }
        self = try ResourcePath(type, namespace: namespace)
    }
}
