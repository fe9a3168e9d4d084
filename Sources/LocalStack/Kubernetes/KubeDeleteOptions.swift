import Foundation

/// How something is to be deleted (API reference: DeleteOptions); query parameters count where the body is silent.
struct KubeDeleteOptions: Sendable {
    enum Propagation: String, Sendable {
        case orphan = "Orphan"
        case background = "Background"
        case foreground = "Foreground"
    }

    var graceSeconds: Int?
    var propagation = Propagation.background
    var uid: String?
    var version: String?

    init() {}

    init(_ request: LocalRequest) throws(KubeFailure) {
        var body: KubeValue = [:]
        if !request.body.isEmpty {
            do { body = try KubeValue(json: request.body) } catch { throw .badRequest("no JSON: \(error)") }
        }
        if let grace = body["gracePeriodSeconds"] {
            guard let seconds = grace.integer, seconds >= 0 else {
                throw .badRequest("gracePeriodSeconds: no number")
            }
            graceSeconds = seconds
        } else if let text = request.queryValue("gracePeriodSeconds") {
            guard let seconds = Int(text), seconds >= 0 else {
                throw .badRequest("gracePeriodSeconds: no number")
            }
            graceSeconds = seconds
        }
        if let text = body["propagationPolicy"]?.string ?? request.queryValue("propagationPolicy") {
            guard let policy = Propagation(rawValue: text) else {
                throw .badRequest("propagationPolicy: Unsupported value: \"\(text)\"")
            }
            propagation = policy
        }
        uid = body["preconditions"]?["uid"]?.string
        version = body["preconditions"]?["resourceVersion"]?.string
    }
}
