import Foundation

/// Answers `SelfSubjectAccessReview`: RBAC isn't imitated, so that everything is allowed unless a fault refuses.
struct KubeAccessReview: Sendable {
    static let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    static let operation = "create selfsubjectaccessreviews"

    /// The review with its answer, whatever was asked for.
    static func answer(_ request: LocalRequest, isAllowed: Bool) -> LocalResponse {
        guard request.method == "POST" else { return KubeAPI.refuse(.methodNotAllowed) }
        guard let review = try? KubeValue(json: request.body), case .object(var fields) = review else {
            return KubeAPI.refuse(.badRequest("the body can't be read as JSON"))
        }
        guard review[path: "spec", "resourceAttributes"]?.isObject == true else {
            return KubeAPI.refuse(.badRequest("spec.resourceAttributes is missing"))
        }
        fields["status"] = .object(["allowed": .bool(isAllowed)])
        return KubeAPI.respond(.object(fields), status: 201)
    }
}
