/// Faults as a file or a request has them: one, several, or several with the seed that decides about chances.
package struct FaultList: Codable, Sendable, Hashable {
    package var seed: UInt64?
    package var faults: [Fault]

    package init(seed: UInt64? = nil, faults: [Fault]) {
        self.seed = seed
        self.faults = faults
    }

    private enum CodingKeys: String, CodingKey {
        case seed, faults
    }

    package init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            var faults: [Fault] = []
            while !list.isAtEnd { faults.append(try list.decode(Fault.self)) }
            self.init(faults: faults)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard container.contains(.faults) else {
            self.init(faults: [try Fault(from: decoder)])
            return
        }
        self.init(
            seed: try container.decodeIfPresent(UInt64.self, forKey: .seed),
            faults: try container.decode([Fault].self, forKey: .faults)
        )
    }
}
