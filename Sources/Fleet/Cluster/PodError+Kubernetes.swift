import Kubernetes
import Reservations

extension PodError {
    /// The port's meaning of a failed call.
    init(_ error: KubernetesError, _ doing: String) {
        let code: Code =
            switch error.reason {
            case .notFound: .notFound
            case .invalid, .forbidden: .refused
            case .alreadyExists, .conflict, .unauthorized, .expired, .tooManyRequests, .timeout, .serverError,
                .unreachable, .malformedAnswer, .credentials, .cancelled, .other:
                .unavailable
            }
        self.init(code, "\(doing): \(error)")
    }
}
