import AWS
import Reservations

extension VolumeError {
    /// What a failed call to EC2 means for whoever needs a volume.
    ///
    /// A code that this program doesn't know is judged by whose fault the service says it is: its own (5xx, no
    /// answer, or a page without a code, as proxies send) may pass; the request's (4xx) can't be met as it
    /// stands, unless it speaks of a limit.
    init(_ error: EC2Error, _ doing: String) {
        self.init(
            Code(error),
            "\(doing): \(error.text)",
            mayHaveTakenEffect: error.mayHaveTakenEffect
        )
    }

    /// The same for CreateVolume, where a state or an id that is wrong is the snapshot's.
    init(creating error: EC2Error) {
        let code: Code =
            switch error.code {
            // The snapshot isn't complete yet.
            case .incorrectState: .tryLater
            case .snapshotNotFound: .cannotBeMade
            default: Code(error)
            }
        self.init(code, "CreateVolume: \(error.text)", mayHaveTakenEffect: error.mayHaveTakenEffect)
    }
}

extension VolumeError.Code {
    fileprivate init(_ error: EC2Error) {
        switch error.code {
        case .volumeNotFound, .snapshotNotFound: self = .notFound
        case .volumeInUse: self = .inUse
        case .incorrectState: self = .wrongState
        case .idempotentParameterMismatch: self = .tokenMismatch
        case .insufficientVolumeCapacity: self = .noCapacityInZone
        case .volumeLimitExceeded, .maxIOPSLimitExceeded, .snapshotLimitExceeded,
            .concurrentSnapshotLimitExceeded, .snapshotCreationPerVolumeRateExceeded:
            self = .tryLater
        case .throttled, .requestExpired, .internalError: self = .tryLater
        case .zoneNotFound, .malformedID, .invalidParameter, .tagLimitExceeded, .filterLimitExceeded:
            self = .cannotBeMade
        case .accessDenied: self = .notAllowed
        case .call(.invalidRequest): self = .cannotBeMade
        case .call(.credentials(let reason)): self = reason.retriable ? .tryLater : .notAllowed
        case .call: self = .tryLater
        case .other(let code): self = Self.unknown(code, error)
        }
    }

    private static func unknown(_ code: String, _ error: EC2Error) -> Self {
        if code == "InvalidSnapshot.InUse" { return .inUse }
        if code.hasSuffix("LimitExceeded") { return .tryLater }
        guard let status = error.status, (400..<500).contains(status), !error.serviceCode.isEmpty else {
            return .tryLater
        }
        return .cannotBeMade
    }
}

extension EC2Error {
    fileprivate var text: String {
        let name = serviceCode.isEmpty ? "\(code)" : serviceCode
        return message.isEmpty ? name : "\(name): \(message)"
    }
}
