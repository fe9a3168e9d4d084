extension EFSError {
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
            let code = Code(fault, response)
            self.init(
                code: code,
                message: fault.message,
                requestID: fault.requestID,
                status: response.status,
                retriable: failure.retriable || code == .incorrectLifeCycleState,
                mayHaveTakenEffect: failure.mayHaveTakenEffect,
                attempts: failure.attempts
            )
        }
    }
}

extension EFSError.Code {
    private static let named: [String: EFSError.Code] = [
        "FileSystemNotFound": .fileSystemNotFound,
        "FileSystemInUse": .fileSystemInUse,
        "FileSystemLimitExceeded": .fileSystemLimitExceeded,
        "IncorrectFileSystemLifeCycleState": .incorrectLifeCycleState,
        "IncorrectMountTargetState": .incorrectLifeCycleState,
        "MountTargetConflict": .mountTargetConflict,
        "MountTargetNotFound": .mountTargetNotFound,
        "AccessPointNotFound": .accessPointNotFound,
        "AccessPointLimitExceeded": .accessPointLimitExceeded,
        "SubnetNotFound": .subnetNotFound,
        "SecurityGroupNotFound": .securityGroupNotFound,
        "NoFreeAddressesInSubnet": .noFreeAddresses,
        "BadRequest": .badRequest,
        "ValidationException": .badRequest,
        "AccessDeniedException": .accessDenied,
        "UnrecognizedClientException": .accessDenied,
        "InvalidSignatureException": .accessDenied,
        "ExpiredTokenException": .accessDenied,
        "IncompleteSignatureException": .accessDenied,
        "MissingAuthenticationTokenException": .accessDenied,
        "InternalServerError": .internalError,
        "InternalFailure": .internalError,
        "ServiceUnavailable": .internalError,
        "ServiceUnavailableException": .internalError,
    ]

    fileprivate init(_ fault: ServiceFault, _ response: AWSResponse) {
        let body = EFSFault.body(of: response)
        if fault.code == "FileSystemAlreadyExists", let id = body?.FileSystemId {
            self = .fileSystemAlreadyExists(EFS.FileSystemID(id))
        } else if fault.code == "AccessPointAlreadyExists", let id = body?.AccessPointId {
            self = .accessPointAlreadyExists(EFS.AccessPointID(id))
        } else if let code = Self.named[fault.code] {
            self = code
        } else if fault.kind == .throttled {
            self = .throttled
        } else if fault.code.isEmpty {
            self = response.status >= 500 ? .internalError : .other("HTTP \(response.status)")
        } else {
            self = .other(fault.code)
        }
    }
}
