import Configuration
package import Foundation

/// Where settings come from: flags go before the environment, the environment before the file.
package struct SettingSources: Sendable {
    /// Names the file; a variable of the environment alone.
    package static let fileVariable = "BERTH_CONFIG_FILE"
    private static let mostBytes = 1 << 20
    /// Variables of Berth's that are no settings: a debug build's, and those of its tests and its local stack.
    private static let otherPrefixes = ["BERTH_TEST_", "BERTH_DEV_", "BERTH_BENCH_"]
    private static let others: Set<String> = [
        fileVariable, "BERTH_KILL_AT", "BERTH_STOP_AT", "BERTH_CHECKPOINT_MARK",
    ]

    /// Text by name, as written by the file's nesting: `lease.length`.
    let flags: [String: String]
    let environment: [String: String]
    let file: [String: String]
    let fileName: String?

    /// Takes what is given and reads no file.
    package init(flags: [String: String] = [:], environment: [String: String]) {
        self.flags = flags
        self.environment = environment
        file = [:]
        fileName = nil
    }

    /// Takes flags, and environment and file without their surroundings.
    ///
    /// - Parameters:
    ///   - flags: text by a setting's name with dots.
    ///   - environment: the process's variables.
    ///   - json: what the file holds.
    ///   - name: the file's, for messages.
    /// - Throws: if the file isn't an object of texts, numbers, booleans and lists of them.
    package init(
        flags: [String: String] = [:],
        environment: [String: String],
        json: Data,
        named name: String
    ) throws(SettingError) {
        self.flags = flags
        self.environment = environment
        file = try SettingFile.flattened(json, named: name)
        fileName = name
    }

    /// Reads the file that ``fileVariable`` names, if it names one.
    package static func load(
        flags: [String: String] = [:],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingError) -> SettingSources {
        guard let name = environment[fileVariable], !name.isEmpty else {
            return SettingSources(flags: flags, environment: environment)
        }
        guard let handle = FileHandle(forReadingAtPath: name) else {
            throw SettingError(fileVariable, "names a file that can't be read: \(name)")
        }
        let data: Data
        do {
            data = try handle.read(upToCount: mostBytes + 1) ?? Data()
        } catch {
            throw SettingError(fileVariable, "names a file that can't be read: \(name)")
        }
        guard data.count <= mostBytes else {
            throw SettingError(fileVariable, "names a file of over \(mostBytes) bytes: \(name)")
        }
        return try SettingSources(flags: flags, environment: environment, json: data, named: name)
    }

    /// All of them behind one reader, the strongest first.
    var reader: ConfigReader {
        ConfigReader(providers: [
            Self.provider("flags", flags),
            EnvironmentVariablesProvider(environmentVariables: environment),
            Self.provider("file", file),
        ])
    }

    /// The variables that claim to be Berth's settings.
    var claimed: [String] {
        environment.keys.filter { key in
            key.hasPrefix(SettingName.prefix) && !Self.others.contains(key)
                && !Self.otherPrefixes.contains { key.hasPrefix($0) }
        }.sorted()
    }

    func source(of name: String) -> SettingState.Source {
        if flags[name] != nil { return .flag }
        if environment[SettingName.environmentName(of: name)] != nil { return .environment }
        return file[name] == nil ? .standard : .file
    }

    /// The key as the user wrote it, for messages.
    func written(_ name: String) -> String {
        switch source(of: name) {
        case .flag: "--\(name.replacing(".", with: "-").replacing("_", with: "-"))"
        case .environment, .standard: SettingName.environmentName(of: name)
        case .file: "\(name) in \(fileName ?? "the file")"
        }
    }

    private static func provider(_ name: String, _ values: [String: String]) -> InMemoryProvider {
        var keyed: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, value) in values {
            let path = ["berth"] + key.split(separator: ".").map(String.init)
            keyed[AbsoluteConfigKey(path)] = ConfigValue(.string(value), isSecret: false)
        }
        return InMemoryProvider(name: name, values: keyed)
    }
}
