/// How an object is deleted, and which object it must still be.
package struct DeleteOptions: Sendable, Hashable {
    package enum Propagation: String, Sendable {
        /// The server deletes what it owns afterwards.
        case background = "Background"
        /// The object stays, terminating, until what it owns is gone.
        case foreground = "Foreground"
        case orphan = "Orphan"
    }

    /// Preconditions: 409 `conflict` if the object has another uid (a namesake) or version.
    package var uid: String?
    package var resourceVersion: String?
    package var propagation: Propagation?
    /// The time a pod gets to end, to a second; zero forces it.
    package var gracePeriod: Duration?

    package init(
        uid: String? = nil,
        resourceVersion: String? = nil,
        propagation: Propagation? = nil,
        gracePeriod: Duration? = nil
    ) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.propagation = propagation
        self.gracePeriod = gracePeriod
    }
}

extension DeleteOptions: Encodable {
    private enum Keys: String, CodingKey {
        case apiVersion, kind, preconditions, propagationPolicy, gracePeriodSeconds
    }

    private struct Preconditions: Encodable {
        let uid: String?
        let resourceVersion: String?
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode("v1", forKey: .apiVersion)
        try container.encode("DeleteOptions", forKey: .kind)
        if uid != nil || resourceVersion != nil {
            let preconditions = Preconditions(uid: uid, resourceVersion: resourceVersion)
            try container.encode(preconditions, forKey: .preconditions)
        }
        try container.encodeIfPresent(propagation?.rawValue, forKey: .propagationPolicy)
        try container.encodeIfPresent(gracePeriod?.components.seconds, forKey: .gracePeriodSeconds)
    }
}

/// How the server answered a delete.
package enum Deletion<R: KubernetesResource>: Sendable {
    /// It answered with success and no object.
    case done
    /// It answered with the object: perhaps gone, perhaps still ending its grace or held by finalizers. Look.
    case accepted(R)
}
