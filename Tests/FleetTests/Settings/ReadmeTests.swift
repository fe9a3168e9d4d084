import Fleet
import Foundation
import Testing

/// The README's table of settings, held against the settings that there are.
struct ReadmeTests {
    private static let lines: [Substring] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let text = try? String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        return text?.split(separator: "\n") ?? []
    }()

    @Test("the README names every setting with its default", arguments: FleetSettings.descriptions)
    func everySettingStands(_ setting: SettingDescription) {
        let start = "| `\(setting.environmentName)` |"
        let line = Self.lines.first { $0.hasPrefix(start) }
        #expect(line != nil, "the README has no line for \(setting.environmentName)")
        guard let standard = setting.standard, !standard.isEmpty else { return }
        #expect(
            line?.contains("`\(standard)`") == true,
            "the default of \(setting.environmentName) is \(standard)"
        )
    }

    @Test("the README names no setting that isn't there")
    func noSettingIsInvented() {
        let known = Set(FleetSettings.descriptions.map(\.environmentName))
        for line in Self.lines where line.hasPrefix("| `BERTH_") {
            let name = line.dropFirst(3).prefix { $0 != "`" }
            #expect(known.contains(String(name)), "\(name) isn't a setting")
        }
        #expect(!Self.lines.isEmpty)
    }
}
