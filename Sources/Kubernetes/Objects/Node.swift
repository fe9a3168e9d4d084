/// A machine of the cluster.
package struct Node: KubernetesResource, Hashable {
    package static let apiVersion = "v1"
    package static let kind = "Node"
    package static let plural = "nodes"
    package static let isNamespaced = false

    package var metadata: ObjectMeta
    package var spec: NodeSpec?
    package var status: NodeStatus?

    package init(metadata: ObjectMeta, spec: NodeSpec? = nil, status: NodeStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

/// What was decided about a node.
package struct NodeSpec: Codable, Sendable, Hashable {
    package var unschedulable: Bool?
    package var taints: [Taint]?
    package var providerID: String?

    package struct Taint: Codable, Sendable, Hashable {
        package var key: String
        package var value: String?
        /// `NoSchedule`, `PreferNoSchedule`, `NoExecute`.
        package var effect: String

        package init(key: String, value: String? = nil, effect: String) {
            self.key = key
            self.value = value
            self.effect = effect
        }
    }

    package init(unschedulable: Bool? = nil, taints: [Taint]? = nil, providerID: String? = nil) {
        self.unschedulable = unschedulable
        self.taints = taints
        self.providerID = providerID
    }
}

/// What a node has and how it is.
package struct NodeStatus: Codable, Sendable, Hashable {
    package var capacity: [String: Quantity]?
    package var allocatable: [String: Quantity]?
    package var conditions: [Condition]?
    package var addresses: [Address]?

    /// An address, of type `InternalIP`, `ExternalIP` or `Hostname` among others.
    package struct Address: Codable, Sendable, Hashable {
        package var type: String
        package var address: String

        package init(type: String, address: String) {
            self.type = type
            self.address = address
        }
    }

    package init(
        capacity: [String: Quantity]? = nil,
        allocatable: [String: Quantity]? = nil,
        conditions: [Condition]? = nil,
        addresses: [Address]? = nil
    ) {
        self.capacity = capacity
        self.allocatable = allocatable
        self.conditions = conditions
        self.addresses = addresses
    }

    /// The condition of that type, if the status has one.
    package func condition(_ type: String) -> Condition? {
        conditions?.first { $0.type == type }
    }

    /// The first address of that type.
    package func address(_ type: String) -> String? {
        addresses?.first { $0.type == type }?.address
    }
}
