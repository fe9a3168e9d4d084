import Kubernetes
import Reservations

extension Checkup {
    /// What a role does in the cluster; `ops/kubernetes/base/rights.yaml` grants it.
    struct Right: Sendable {
        let verb: String
        let resource: String
        let isNamespaced: Bool

        init(_ verb: String, _ resource: String, clusterWide: Bool = false) {
            self.verb = verb
            self.resource = resource
            isNamespaced = !clusterWide
        }
    }

    static func rights(of role: CheckupRole) -> [Right] {
        let objects = ["configmaps", "secrets", "services", "persistentvolumeclaims"]
        switch role {
        case .publisher: return []
        case .worker:
            return objects.flatMap { kind in
                ["create", "get", "list", "delete"].map { Right($0, kind) }
            } + ["create", "get", "list", "watch", "patch", "delete"].map { Right($0, "pods") }
                + [Right("list", "events")]
                + ["get", "list"].map { Right($0, "nodes", clusterWide: true) }
                + ["create", "get", "list", "delete"].map {
                    Right($0, "persistentvolumes", clusterWide: true)
                }
        case .janitor:
            return (objects + ["pods"]).flatMap { kind in
                ["get", "list", "delete"].map { Right($0, kind) }
            } + ["get", "list", "delete"].map { Right($0, "persistentvolumes", clusterWide: true) }
        }
    }

    func cluster(_ cloud: Cloud) async -> [CheckupLine] {
        let fleet: FleetID
        let connection: ClusterConnection
        do {
            fleet = try await cloud.fleet()
        } catch {
            return [.init("kubernetes", .skipped, "the tables name no fleet yet")]
        }
        do { connection = try cloud.cluster(of: fleet) } catch {
            return [.init("kubernetes", .wrong, error.reason, change: "set KUBECONFIG")]
        }
        let lines = await rights(connection) + nodes(connection)
        await connection.close()
        return lines
    }

    private func rights(_ connection: ClusterConnection) async -> [CheckupLine] {
        let namespace = settings.cluster.namespace
        var refused: [String] = []
        let all = Self.rights(of: role)
        for right in all {
            let review = SelfSubjectAccessReview(
                verb: right.verb,
                resource: right.resource,
                namespace: right.isNamespaced ? namespace : nil
            )
            do {
                let answer = try await connection.client.create(review, deadline: .seconds(10))
                if answer.status?.allowed != true { refused.append("\(right.verb) \(right.resource)") }
            } catch {
                return [.init("kubernetes", .wrong, "can't be asked for rights: \(error)")]
            }
        }
        guard refused.isEmpty else {
            return [
                .init(
                    "kubernetes",
                    .wrong,
                    "not allowed: \(refused.joined(separator: ", "))",
                    change: "apply ops/kubernetes/base/rights.yaml"
                )
            ]
        }
        return [.init("kubernetes", .right, "all \(all.count) rights of a \(role.rawValue) in \(namespace)")]
    }

    private func nodes(_ connection: ClusterConnection) async -> [CheckupLine] {
        guard role == .worker else { return [] }
        do {
            let nodes = try await connection.pods.allNodes()
            guard !nodes.isEmpty else {
                return [
                    .init(
                        "nodes",
                        .advice,
                        "the cluster has none with GPUs",
                        change: "label them, or add some"
                    )
                ]
            }
            return [.init("nodes", .right, "\(nodes.count) that Berth can use")]
        } catch {
            return [.init("nodes", .wrong, "can't be listed: \(error.reason)")]
        }
    }
}
