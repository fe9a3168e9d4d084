/// A question to the API server, whether its caller may do something.
package struct SelfSubjectAccessReview: KubernetesResource, Hashable {
    package static let apiVersion = "authorization.k8s.io/v1"
    package static let kind = "SelfSubjectAccessReview"
    package static let plural = "selfsubjectaccessreviews"
    package static let isNamespaced = false

    package struct Spec: Codable, Sendable, Hashable {
        package var resourceAttributes: Attributes
    }

    package struct Attributes: Codable, Sendable, Hashable {
        /// Nil: cluster-scoped, or in all namespaces.
        package var namespace: String?
        package var verb: String
        package var group: String
        package var resource: String
    }

    package struct Status: Codable, Sendable, Hashable {
        package var allowed: Bool
        package var reason: String?
    }

    package var metadata: ObjectMeta
    package var spec: Spec
    /// The answer; nil in the question.
    package var status: Status?

    package init(verb: String, resource: String, group: String = "", namespace: String?) {
        metadata = ObjectMeta()
        spec = Spec(
            resourceAttributes: Attributes(namespace: namespace, verb: verb, group: group, resource: resource)
        )
    }
}
