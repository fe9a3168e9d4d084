/// One page of a list; an answer that isn't a list of this kind is refused, never read as an empty one.
struct ListPage<R: KubernetesResource>: Decodable {
    let resourceVersion: String
    let continueToken: String?
    let items: [R]

    private enum Keys: String, CodingKey {
        case kind, metadata, items
    }

    private struct Metadata: Decodable {
        let resourceVersion: String
        let `continue`: String?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let kind = try container.decode(String.self, forKey: .kind)
        guard kind == R.kind + "List" else {
            throw DecodingError.dataCorruptedError(
                forKey: .kind,
                in: container,
                debugDescription: "not a list of \(R.plural)"
            )
        }
        let metadata = try container.decode(Metadata.self, forKey: .metadata)
        resourceVersion = metadata.resourceVersion
        continueToken = metadata.continue
        // Go writes an empty list as null; a missing key is no list at all.
        items = try container.decode([R]?.self, forKey: .items) ?? []
    }
}
