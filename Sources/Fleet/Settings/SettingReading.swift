import Configuration

/// Reads one setting after another, remembers what each is, and keeps the first mistake.
///
/// Reading over empty sources therefore describes all settings: each is declared once, where it is read.
struct SettingReading {
    private let sources: SettingSources
    private let reader: ConfigReader
    private(set) var states: [SettingState] = []
    private(set) var mistake: SettingError?

    init(_ sources: SettingSources) {
        self.sources = sources
        reader = sources.reader.scoped(to: "berth")
    }

    mutating func read<Value>(
        _ name: String,
        _ standard: Value,
        _ form: SettingForm<Value>,
        _ summary: String
    ) -> Value {
        value(name, form, summary, standard: form.write(standard)) ?? standard
    }

    /// A setting that may be unset.
    mutating func readOptional<Value>(
        _ name: String,
        _ form: SettingForm<Value>,
        isSecret: Bool = false,
        _ summary: String
    ) -> Value? {
        value(name, form, isSecret: isSecret, summary, standard: nil)
    }

    /// Everything under a name, such as properties that another library defines.
    mutating func readFamily(_ name: String, member: String, _ summary: String, isSecret: (String) -> Bool)
        -> [String: String]
    {
        let description = SettingDescription(
            name: "\(name).\(member)",
            summary: summary,
            rule: "text",
            standard: nil,
            isSecret: false
        )
        let prefix = SettingName.environmentName(of: name) + "_"
        var found: [String: String] = [:]
        var origin: [String: SettingState.Source] = [:]
        func take(_ key: String, _ value: String, _ source: SettingState.Source) {
            found[key] = value
            origin[key] = source
        }
        for (key, value) in sources.file where key.hasPrefix(name + ".") {
            take(String(key.dropFirst(name.count + 1)), value, .file)
        }
        for (key, value) in sources.environment where key.hasPrefix(prefix) && key.count > prefix.count {
            let property = key.dropFirst(prefix.count).lowercased().replacing("_", with: ".")
            take(property, value, .environment)
        }
        for (key, value) in sources.flags where key.hasPrefix(name + ".") {
            take(String(key.dropFirst(name.count + 1)), value, .flag)
        }
        families.append(name)
        states.append(SettingState(description: description, value: nil, source: .standard))
        for (key, value) in found.sorted(by: { $0.key < $1.key }) {
            let item = SettingDescription(
                name: "\(name).\(key)",
                summary: summary,
                rule: "text",
                standard: nil,
                isSecret: isSecret(key)
            )
            states.append(
                SettingState(
                    description: item,
                    value: isSecret(key) ? "***" : value,
                    source: origin[key] ?? .standard
                )
            )
        }
        return found
    }

    private var families: [String] = []

    private mutating func value<Value>(
        _ name: String,
        _ form: SettingForm<Value>,
        isSecret: Bool = false,
        _ summary: String,
        standard: String?
    ) -> Value? {
        let description = SettingDescription(
            name: name,
            summary: summary,
            rule: form.rule,
            standard: standard,
            isSecret: isSecret
        )
        let text = reader.string(forKey: ConfigKey(name), isSecret: isSecret)
        var value: Value?
        if let text {
            value = form.read(text)
            if value == nil {
                let shown = isSecret ? "" : ", not \"\(text.prefix(80))\""
                fail(SettingError(sources.written(name), "must be \(form.rule)\(shown)"))
            }
        }
        let shown = value.map(form.write) ?? standard
        states.append(
            SettingState(
                description: description,
                value: isSecret && shown != nil ? "***" : shown,
                source: text == nil ? .standard : sources.source(of: name)
            )
        )
        return value
    }

    mutating func fail(_ error: SettingError) {
        if mistake == nil { mistake = error }
    }

    /// To be called once all settings have been read.
    ///
    /// - Throws: the first mistake: a key that nobody knows, a malformed value, a pair that doesn't go together.
    mutating func finish() throws(SettingError) {
        let names = Set(states.map(\.description.name))
        let variables = Set(states.map(\.description.environmentName))
        for variable in sources.claimed where !variables.contains(variable) {
            let prefixes = families.map { SettingName.environmentName(of: $0) + "_" }
            guard !prefixes.contains(where: variable.hasPrefix) else { continue }
            throw unknown(variable, among: variables)
        }
        for name in sources.file.keys.sorted() where !names.contains(name) {
            var error = unknown(name, among: names)
            error = SettingError("\(name) in \(sources.fileName ?? "the file")", error.problem)
            throw error
        }
        for name in sources.flags.keys.sorted() where !names.contains(name) {
            throw unknown(name, among: names)
        }
        if let mistake { throw mistake }
    }

    private func unknown(_ key: String, among known: Set<String>) -> SettingError {
        let nearest = known.min { left, right in
            let (first, second) = (Spelling.distance(key, left), Spelling.distance(key, right))
            return first == second ? left < right : first < second
        }
        guard let nearest, Spelling.distance(key, nearest) <= max(3, key.count / 5) else {
            return SettingError(key, "is no setting that this version knows")
        }
        return SettingError(key, "is no setting that this version knows; did you mean \(nearest)?")
    }
}
