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

    @Test("the operators' files set nothing that isn't a setting")
    func operatorsFilesNameSettings() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let known = FleetSettings.descriptions.map(\.environmentName)
        var seen = 0
        for folder in ["ops/kubernetes", "ops/systemd", "ops/terraform"] {
            let files = FileManager.default.enumerator(
                at: root.appending(path: folder),
                includingPropertiesForKeys: nil
            )
            while let file = files?.nextObject() as? URL {
                guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
                for match in text.matches(of: /BERTH_[A-Z_]*[A-Z]/) {
                    seen += 1
                    let name = String(match.output)
                    let isKnown = known.contains(name) || name.hasPrefix("BERTH_KAFKA_PROPERTY_")
                    #expect(isKnown, "\(name) in \(file.lastPathComponent) isn't a setting")
                }
            }
        }
        #expect(seen > 0)
    }
}
