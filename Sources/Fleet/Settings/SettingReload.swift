/// What a second reading of the settings comes to, while the process runs.
struct SettingReload: Sendable, Equatable {
    /// Taken over at once.
    static let reloadable: Set<String> = ["log.level"]

    private(set) var taken: [String] = []
    /// Differ, and are read at the start alone.
    private(set) var needRestart: [String] = []

    init(from old: [SettingState], to new: [SettingState]) {
        let before = Dictionary(old.map { ($0.description.name, $0) }) { one, _ in one }
        for state in new where before[state.description.name]?.value != state.value {
            if Self.reloadable.contains(state.description.name) {
                taken.append(state.description.name)
            } else {
                needRestart.append(state.description.name)
            }
        }
    }
}
