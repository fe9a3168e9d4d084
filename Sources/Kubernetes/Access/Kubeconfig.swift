/// The parts of kubeconfig files that matter: who is current, and the entries by name.
struct Kubeconfig {
    /// For messages when no file in particular is at fault.
    var files: [String]
    var currentContext: String?
    var clusters: [String: ConfigNode] = [:]
    var users: [String: ConfigNode] = [:]
    var contexts: [String: ConfigNode] = [:]

    init(file: String) throws(AccessError) {
        let root = try ConfigNode(file: file)
        if let kind = try root.string("kind"), kind != "Config" {
            throw AccessError(file, key: "kind", "is \(kind.prefix(40)), not Config")
        }
        if let version = try root.string("apiVersion"), version != "v1" {
            throw AccessError(file, key: "apiVersion", "is \(version.prefix(40)), not v1")
        }
        files = [file]
        currentContext = try root.string("current-context")
        clusters = try Self.entries(root, "clusters", holding: "cluster")
        users = try Self.entries(root, "users", holding: "user")
        contexts = try Self.entries(root, "contexts", holding: "context")
    }

    /// The first file to set something wins, entry by entry (Kubernetes documentation, "Organizing Cluster Access
    /// Using kubeconfig Files").
    static func merged(_ configs: [Kubeconfig]) throws(AccessError) -> Kubeconfig {
        guard var merged = configs.first else { throw AccessError("KUBECONFIG", "names no file") }
        for config in configs.dropFirst() {
            merged.files += config.files
            merged.currentContext = merged.currentContext ?? config.currentContext
            merged.clusters.merge(config.clusters) { first, _ in first }
            merged.users.merge(config.users) { first, _ in first }
            merged.contexts.merge(config.contexts) { first, _ in first }
        }
        return merged
    }

    private static func entries(
        _ root: ConfigNode,
        _ list: String,
        holding key: String
    ) throws(AccessError) -> [String: ConfigNode] {
        guard let list = try root.child(list) else { return [:] }
        var entries: [String: ConfigNode] = [:]
        for element in try list.elements() {
            let name = try element.needed("name").string()
            // A user without any entry is legal: it proves itself with nothing.
            guard let entry = try element.child(key) else { continue }
            if entries[name] == nil { entries[name] = entry }
        }
        return entries
    }
}
