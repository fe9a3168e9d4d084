/// A profile's `credential_process`: a program that prints credentials in JSON.
///
/// Source: SDK reference guide, "Process credential provider".
struct ProcessCredentials: CredentialSource {
    let name = "credential process"
    let surroundings: CredentialSurroundings

    private static let timeout = Duration.seconds(60)

    func load() async throws(CredentialError) -> Credentials? {
        guard let profile = surroundings.settings.profile else { return nil }
        return try await load(profile, name: surroundings.settings.profileName)
    }

    func load(_ profile: Profiles.Profile, name: String) async throws(CredentialError) -> Credentials? {
        guard let command = profile["credential_process"] else { return nil }
        let place = "credential_process of profile \(name)"
        guard let words = ShellWords.split(command), !words.isEmpty else {
            throw CredentialError(.misconfigured, "\(place) is not a command")
        }
        let output = try await surroundings.runner.run(
            words,
            environment: surroundings.environment,
            timeout: Self.timeout,
            time: surroundings.time
        )
        let document = try CredentialDocument.parse(output, from: place)
        guard document.Version == 1 else {
            throw CredentialError(.malformed, "\(place) did not answer Version 1")
        }
        return try document.credentials(from: place, source: .process, mustExpire: false)
    }
}

/// A command line as its words, by the rules of a POSIX shell for quotes and backslashes, and no others.
enum ShellWords {
    /// Nil if a quote or a backslash has no end.
    static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = line[...]
        while let character = rest.popFirst() {
            switch (quote, character) {
            case (let open?, _) where character == open:
                quote = nil
            case ("'", _):
                word?.append(character)
            case (_, "\\"):
                guard let next = rest.popFirst() else { return nil }
                // Inside double quotes a backslash stands for itself before most characters.
                if quote != nil, next != "\"", next != "\\" { word = (word ?? "") + "\\" }
                word = (word ?? "") + String(next)
            case (nil, "'"), (nil, "\""):
                quote = character
                word = word ?? ""
            case (nil, _) where character.isWhitespace:
                if let whole = word { words.append(whole) }
                word = nil
            default:
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { return nil }
        if let word { words.append(word) }
        return words
    }
}
