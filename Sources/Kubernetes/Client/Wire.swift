import Foundation

/// How objects stand in bodies.
enum Wire {
    static func encode(_ value: some Encodable) throws(KubernetesError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(value)
        } catch {
            throw KubernetesError(.invalid, message: "can't be written as JSON: \(error)")
        }
    }

    /// Reads a value.
    ///
    /// - Parameters:
    ///   - type: what is expected.
    ///   - body: the answer.
    ///   - request: what it answers; a write whose answer makes no sense may have taken effect.
    /// - Returns: the value.
    /// - Throws: `malformedAnswer`.
    static func decode<T: Decodable>(
        _ type: T.Type,
        from body: Data,
        of request: KubernetesRequest
    ) throws(KubernetesError) -> T {
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            throw KubernetesError(
                .malformedAnswer,
                message: "\(request.summary): \(explain(error))",
                mayHaveTakenEffect: !request.method.isRead
            )
        }
    }

    /// Where and why, without the value, which may be a secret's.
    static func explain(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "the answer can't be read" }
        let (what, context): (String, DecodingError.Context)
        switch error {
        case .keyNotFound(let key, let found): (what, context) = ("no \(key.stringValue)", found)
        case .typeMismatch(_, let found): (what, context) = ("another type than expected", found)
        case .valueNotFound(_, let found): (what, context) = ("null", found)
        case .dataCorrupted(let found): (what, context) = ("malformed", found)
        @unknown default: return "the answer can't be read"
        }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "the answer is \(what)" : "the answer has \(what) at \(path)"
    }
}

/// An object with its apiVersion and kind: written on the way out, demanded on the way in, so that no other answer is
/// taken for an object of which every field is optional.
struct Envelope<R: KubernetesResource>: Codable {
    let object: R

    private enum Keys: String, CodingKey {
        case apiVersion, kind
    }

    init(_ object: R) {
        self.object = object
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let kind = try container.decode(String.self, forKey: .kind)
        let apiVersion = try container.decode(String.self, forKey: .apiVersion)
        guard kind == R.kind, apiVersion == R.apiVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .kind,
                in: container,
                debugDescription: "not a \(R.kind)"
            )
        }
        object = try R(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(R.apiVersion, forKey: .apiVersion)
        try container.encode(R.kind, forKey: .kind)
        try object.encode(to: encoder)
    }
}
