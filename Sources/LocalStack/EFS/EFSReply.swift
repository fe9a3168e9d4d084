import Foundation

/// What an operation answers.
enum EFSReply {
    case document(status: Int, any Encodable & Sendable)
    case noContent

    static func ok(_ document: any Encodable & Sendable) -> EFSReply { .document(status: 200, document) }

    var response: LocalResponse {
        switch self {
        case .document(let status, let document): .json(status: status, Self.encoded(document))
        case .noContent: LocalResponse(status: 204)
        }
    }

    /// The documents here hold texts, finite numbers and dates: they always encode.
    static func encoded(_ document: any Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(document)) ?? Data("{}".utf8)
    }
}
