import Foundation

/// One measured figure beside its goal.
struct Figure: Codable, Sendable {
    let name: String
    let value: Double
    let unit: String
    /// Nil: measured for the record, without a goal.
    let goal: String?
    let holds: Bool?

    init(_ name: String, _ value: Double, unit: String) {
        self.name = name
        self.value = value
        self.unit = unit
        goal = nil
        holds = nil
    }

    init(_ name: String, _ value: Double, unit: String, atMost limit: Double) {
        self.name = name
        self.value = value
        self.unit = unit
        goal = "<= \(limit)"
        holds = value <= limit
    }

    init(_ name: String, _ value: Double, unit: String, atLeast limit: Double) {
        self.name = name
        self.value = value
        self.unit = unit
        goal = ">= \(limit)"
        holds = value >= limit
    }

    init(_ name: String, _ value: Double, unit: String, from low: Double, to high: Double) {
        self.name = name
        self.value = value
        self.unit = unit
        goal = "\(low) to \(high)"
        holds = (low...high).contains(value)
    }

    enum CodingKeys: String, CodingKey {
        case name, value, unit, goal, holds
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(value, forKey: .value)
        try container.encode(unit, forKey: .unit)
        try container.encode(goal, forKey: .goal)
        try container.encode(holds, forKey: .holds)
    }

    /// Prints figures for people and, where a file is named, writes them as JSON.
    static func report(_ figures: [Figure], to file: String?) throws {
        for figure in figures {
            let verdict = figure.holds.map {
                $0 ? "  holds (\(figure.goal ?? ""))" : "  MISSED (\(figure.goal ?? ""))"
            }
            print("\(figure.name) = \(String(format: "%.4g", figure.value)) \(figure.unit)\(verdict ?? "")")
        }
        guard let file else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(figures).write(to: URL(filePath: file))
    }

    /// The value below which a part of the samples lies, by the nearest rank.
    static func percentile(_ part: Double, of samples: [Double]) -> Double {
        let sorted = samples.sorted()
        guard !sorted.isEmpty else { return .nan }
        let rank = Int((part * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }
}
