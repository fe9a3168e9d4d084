import Foundation

/// An error as EFS answers it: REST-JSON, the type in a header, sometimes with the id of what stands in the way.
package struct EFSError: Error, Hashable, Sendable, CustomStringConvertible {
    package var code: String
    package var status: Int
    package var message: String
    package var fileSystemID: String?
    package var accessPointID: String?

    package init(
        _ code: String,
        status: Int,
        _ message: String,
        fileSystemID: String? = nil,
        accessPointID: String? = nil
    ) {
        self.code = code
        self.status = status
        self.message = message
        self.fileSystemID = fileSystemID
        self.accessPointID = accessPointID
    }

    package var description: String { "\(code): \(message)" }

    static func badRequest(_ message: String) -> EFSError { EFSError("BadRequest", status: 400, message) }

    static func fileSystemNotFound(_ id: String) -> EFSError {
        EFSError("FileSystemNotFound", status: 404, "File system '\(id)' does not exist.")
    }

    static func mountTargetNotFound(_ id: String) -> EFSError {
        EFSError("MountTargetNotFound", status: 404, "Mount target '\(id)' does not exist.")
    }

    static func accessPointNotFound(_ id: String) -> EFSError {
        EFSError("AccessPointNotFound", status: 404, "Access point '\(id)' does not exist.")
    }

    static func wrongState(_ id: String, _ state: EFSState.LifeCycle) -> EFSError {
        EFSError(
            "IncorrectFileSystemLifeCycleState",
            status: 409,
            "File system '\(id)' is '\(state.rawValue)'; it must be 'available'."
        )
    }

    var response: LocalResponse {
        struct Document: Encodable {
            let ErrorCode: String
            let Message: String
            let FileSystemId: String?
            let AccessPointId: String?
        }
        let document = Document(
            ErrorCode: code,
            Message: message,
            FileSystemId: fileSystemID,
            AccessPointId: accessPointID
        )
        var response = LocalResponse.json(status: status, EFSReply.encoded(document))
        response.headers.append(("x-amzn-ErrorType", code))
        return response
    }
}
