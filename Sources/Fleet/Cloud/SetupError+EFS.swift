import AWS
import Reservations

extension SetupError {
    /// What a failed call to EFS means for whoever needs a file system.
    ///
    /// A code that this program doesn't know passes unless the service says that the request is at fault.
    init(_ error: EFSError, _ doing: String) {
        let name =
            switch error.code {
            case .fileSystemAlreadyExists(let id): "file system \(id) exists already"
            default: "\(error.code)"
            }
        self.init(
            error.message.isEmpty ? "\(doing): \(name)" : "\(doing): \(name): \(error.message)",
            isPassing: error.mayPass
        )
    }
}

extension EFSError {
    fileprivate var mayPass: Bool {
        switch code {
        case .throttled, .internalError, .incorrectLifeCycleState, .mountTargetConflict, .fileSystemNotFound,
            .fileSystemAlreadyExists, .fileSystemInUse, .mountTargetNotFound, .fileSystemLimitExceeded,
            .noFreeAddresses:
            true
        case .accessPointAlreadyExists, .accessPointNotFound, .accessPointLimitExceeded, .subnetNotFound,
            .securityGroupNotFound, .badRequest, .accessDenied:
            false
        case .call(.invalidRequest): false
        case .call(.credentials(let reason)): reason.retriable
        case .call: true
        case .other: retriable || !(400..<500).contains(status ?? 0)
        }
    }
}
