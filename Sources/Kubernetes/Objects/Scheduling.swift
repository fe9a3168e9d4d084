/// A taint that a pod may be placed in spite of.
package struct Toleration: Codable, Sendable, Hashable {
    package var key: String?
    /// `Exists`, or `Equal` (the default).
    package var `operator`: String?
    package var value: String?
    package var effect: String?
    package var tolerationSeconds: Int64?

    package init(
        key: String? = nil,
        `operator`: String? = nil,
        value: String? = nil,
        effect: String? = nil,
        tolerationSeconds: Int64? = nil
    ) {
        self.key = key
        self.operator = `operator`
        self.value = value
        self.effect = effect
        self.tolerationSeconds = tolerationSeconds
    }
}

/// Where a pod wants to be; the node's part only.
package struct Affinity: Codable, Sendable, Hashable {
    package var nodeAffinity: NodeAffinity?

    package init(nodeAffinity: NodeAffinity? = nil) {
        self.nodeAffinity = nodeAffinity
    }
}

/// Nodes that a pod must or would rather be on.
package struct NodeAffinity: Codable, Sendable, Hashable {
    package var requiredDuringSchedulingIgnoredDuringExecution: NodeSelector?
    package var preferredDuringSchedulingIgnoredDuringExecution: [Preferred]?

    package struct Preferred: Codable, Sendable, Hashable {
        package var weight: Int
        package var preference: NodeSelectorTerm

        package init(weight: Int, preference: NodeSelectorTerm) {
            self.weight = weight
            self.preference = preference
        }
    }

    package init(
        requiredDuringSchedulingIgnoredDuringExecution: NodeSelector? = nil,
        preferredDuringSchedulingIgnoredDuringExecution: [Preferred]? = nil
    ) {
        self.requiredDuringSchedulingIgnoredDuringExecution = requiredDuringSchedulingIgnoredDuringExecution
        self.preferredDuringSchedulingIgnoredDuringExecution = preferredDuringSchedulingIgnoredDuringExecution
    }
}

/// Nodes that match any of the terms.
package struct NodeSelector: Codable, Sendable, Hashable {
    package var nodeSelectorTerms: [NodeSelectorTerm]

    package init(nodeSelectorTerms: [NodeSelectorTerm]) {
        self.nodeSelectorTerms = nodeSelectorTerms
    }
}

/// Nodes that match all of the requirements.
package struct NodeSelectorTerm: Codable, Sendable, Hashable {
    package var matchExpressions: [NodeSelectorRequirement]?
    package var matchFields: [NodeSelectorRequirement]?

    package init(
        matchExpressions: [NodeSelectorRequirement]? = nil,
        matchFields: [NodeSelectorRequirement]? = nil
    ) {
        self.matchExpressions = matchExpressions
        self.matchFields = matchFields
    }
}

/// One requirement on a node's label: `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt`, `Lt`.
package struct NodeSelectorRequirement: Codable, Sendable, Hashable {
    package var key: String
    package var `operator`: String
    package var values: [String]?

    package init(key: String, `operator`: String, values: [String]? = nil) {
        self.key = key
        self.operator = `operator`
        self.values = values
    }
}
