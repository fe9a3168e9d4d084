extension EC2Error {
    init(_ failure: CallFailure) {
        switch failure.cause {
        case .fault(let fault, let reason):
            self.init(
                code: .call(fault),
                message: reason,
                retriable: failure.retriable,
                mayHaveTakenEffect: failure.mayHaveTakenEffect,
                attempts: failure.attempts
            )
        case .answered(let fault, let response):
            let code = Code(fault, status: response.status)
            self.init(
                code: code,
                serviceCode: fault.code,
                message: fault.message,
                requestID: fault.requestID,
                status: response.status,
                retriable: failure.retriable || code.mayPass,
                mayHaveTakenEffect: failure.mayHaveTakenEffect,
                attempts: failure.attempts
            )
        }
    }

    /// Whether a refused token belongs to a volume that failed or was deleted: no repeat will ever make one.
    ///
    /// EC2 has one code for three cases, and only its text tells this one; `false` proves nothing.
    package var tokenIsBurnt: Bool {
        code == .idempotentParameterMismatch && message.lowercased().contains("already deleted")
    }

    /// The ids that a `…NotFound` names: all that the call didn't know, as far as EC2 says.
    package var unknownIDs: [String] {
        guard code == .volumeNotFound || code == .snapshotNotFound else { return [] }
        let prefix = code == .volumeNotFound ? "vol-" : "snap-"
        let words = message.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) && $0 != "-" }
        var seen: Set<Substring> = []
        return words.filter { $0.hasPrefix(prefix) && $0.count > prefix.count && seen.insert($0).inserted }
            .map(String.init)
    }
}

extension EC2Error.Code {
    private static let named: [String: EC2Error.Code] = [
        "InvalidVolume.NotFound": .volumeNotFound,
        "InvalidSnapshot.NotFound": .snapshotNotFound,
        "InvalidZone.NotFound": .zoneNotFound,
        "InvalidVolumeID.Malformed": .malformedID,
        "InvalidSnapshotID.Malformed": .malformedID,
        "InvalidID": .malformedID,
        "InvalidParameterValue": .invalidParameter,
        "InvalidParameterCombination": .invalidParameter,
        "InvalidParameter": .invalidParameter,
        "MissingParameter": .invalidParameter,
        "UnknownParameter": .invalidParameter,
        "IncorrectState": .incorrectState,
        "InvalidVolume.ZoneMismatch": .invalidParameter,
        "VolumeInUse": .volumeInUse,
        "IdempotentParameterMismatch": .idempotentParameterMismatch,
        "VolumeLimitExceeded": .volumeLimitExceeded,
        "MaxIOPSLimitExceeded": .maxIOPSLimitExceeded,
        "SnapshotLimitExceeded": .snapshotLimitExceeded,
        "ConcurrentSnapshotLimitExceeded": .concurrentSnapshotLimitExceeded,
        "SnapshotCreationPerVolumeRateExceeded": .snapshotCreationPerVolumeRateExceeded,
        "InsufficientVolumeCapacity": .insufficientVolumeCapacity,
        "TagLimitExceeded": .tagLimitExceeded,
        "FilterLimitExceeded": .filterLimitExceeded,
        "RequestExpired": .requestExpired,
        "InvalidSecurity.RequestHasExpired": .requestExpired,
        "ExpiredToken": .requestExpired,
        "AuthFailure": .accessDenied,
        "UnauthorizedOperation": .accessDenied,
        "SignatureDoesNotMatch": .accessDenied,
        "InvalidClientTokenId": .accessDenied,
        "OptInRequired": .accessDenied,
        "PendingVerification": .accessDenied,
        "Blocked": .accessDenied,
        "InternalError": .internalError,
        "InternalFailure": .internalError,
        "Unavailable": .internalError,
        "ServiceUnavailable": .internalError,
    ]

    fileprivate init(_ fault: ServiceFault, status: Int) {
        if let code = Self.named[fault.code] {
            self = code
        } else if fault.kind == .throttled {
            self = .throttled
        } else if fault.code.isEmpty {
            self = status >= 500 ? .internalError : .other("HTTP \(status)")
        } else {
            self = .other(fault.code)
        }
    }

    /// Whether time alone may change the answer: the client doesn't wait that long, its caller may.
    fileprivate var mayPass: Bool {
        switch self {
        case .incorrectState, .volumeInUse, .insufficientVolumeCapacity, .concurrentSnapshotLimitExceeded,
            .snapshotCreationPerVolumeRateExceeded, .throttled, .requestExpired:
            true
        default:
            false
        }
    }
}
