import Foundation

/// One line of a watch.
enum WatchLine<R: KubernetesResource>: Sendable {
    case changed(R)
    case deleted(R)
    /// Only a version, newer than all before it.
    case bookmark(version: String)
    case error(KubernetesError)

    /// The version that the line stands for.
    var version: String? {
        switch self {
        case .changed(let object), .deleted(let object): object.metadata.resourceVersion
        case .bookmark(let version): version
        case .error: nil
        }
    }
}

extension WatchLine: Decodable {
    private enum Keys: String, CodingKey {
        case type, object
    }

    private struct Bookmark: Decodable {
        struct Metadata: Decodable {
            let resourceVersion: String
        }
        let metadata: Metadata
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let type = try container.decode(String.self, forKey: .type)
        switch type {
        case "ADDED", "MODIFIED":
            self = .changed(try container.decode(Envelope<R>.self, forKey: .object).object)
        case "DELETED":
            self = .deleted(try container.decode(Envelope<R>.self, forKey: .object).object)
        case "BOOKMARK":
            let bookmark = try container.decode(Bookmark.self, forKey: .object)
            self = .bookmark(version: bookmark.metadata.resourceVersion)
        case "ERROR":
            self = .error(KubernetesError(event: try container.decode(StatusObject.self, forKey: .object)))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .type,
                in: container,
                debugDescription: "an unknown type of event"
            )
        }
    }
}
