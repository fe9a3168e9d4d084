/// A service whose behaviour can be changed while it runs.
///
/// Where the real service's behaviour is unknown or varies, the local one has a setting with both outcomes.
package protocol Adjustable: LocalService {
    associatedtype Settings: Codable & Sendable

    var settings: Settings { get }
    func adopt(_ settings: Settings)
}

/// A service that can say what it holds, for audits and for `berth-dev state`.
package protocol Inspectable: LocalService {
    /// How many there are of what, such as `volumes` → 12.
    func counts() async -> [String: Int]
    /// Everything, by kind, such as `volumes` → an array of them.
    func inventory() async throws -> [String: JSONValue]
}

extension Adjustable {
    package func settingsDocument() throws -> JSONValue {
        try JSONValue(encoding: settings)
    }

    /// Lays a partial document over the settings; null takes away a limit that may be absent.
    ///
    /// - Throws: `UnknownSetting` for a name that there isn't, `DecodingError` for a value of another kind.
    package func adjust(with changes: JSONValue) throws {
        let adjusted: Settings = try settingsDocument().overlaid(with: changes).decoded()
        // What the settings don't know is lost on the way through them.
        try changes.checkNames(against: JSONValue(encoding: adjusted), at: name)
        adopt(adjusted)
    }
}

/// A setting that the service doesn't have.
package struct UnknownSetting: Error, Hashable, CustomStringConvertible {
    package var path: String
    package var known: [String]

    package var description: String {
        "there is no setting \(path); there are: \(known.sorted().joined(separator: ", "))"
    }
}

extension JSONValue {
    fileprivate func overlaid(with changes: JSONValue) -> JSONValue {
        guard case .object(var members) = self, case .object(let changed) = changes else { return changes }
        for (key, change) in changed { members[key] = members[key]?.overlaid(with: change) ?? change }
        return .object(members)
    }

    fileprivate func checkNames(against known: JSONValue, at path: String) throws {
        guard case .object(let changed) = self, case .object(let members) = known else { return }
        for (key, change) in changed where change != .null {
            guard let member = members[key] else {
                throw UnknownSetting(path: "\(path).\(key)", known: Array(members.keys))
            }
            try change.checkNames(against: member, at: "\(path).\(key)")
        }
    }
}
