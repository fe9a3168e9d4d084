import LocalStack
import Testing

struct AdjustableTests {
    private let ec2: LocalEC2

    init() {
        let time = ManualTime().time()
        ec2 = LocalEC2(time: time, faults: FaultPlan(seed: 1, time: time))
    }

    @Test func `a partial document changes only what it names`() throws {
        var expected = ec2.settings
        expected.creation.volumeQuota = 3
        expected.consistency.idLag = .always(.seconds(3))
        let changes: JSONValue = [
            "creation": ["volumeQuota": .integer(3)],
            "consistency": ["idLag": ["median": .integer(3), "p99": .number(3)]],
        ]
        try ec2.adjust(with: changes)
        #expect(ec2.settings == expected)
        try ec2.adjust(with: ["creation": ["volumeQuota": .null]])
        #expect(ec2.settings.creation.volumeQuota == nil)
    }

    @Test func `a name that isn't known is refused with the names that are`() {
        let before = ec2.settings
        let error = #expect(throws: UnknownSetting.self) {
            try ec2.adjust(with: ["creation": ["volumeQuta": .integer(3)]])
        }
        #expect(error?.path == "ec2.creation.volumeQuta")
        #expect(error?.known.contains("repeatOverQuotaFails") == true)
        #expect(ec2.settings == before)
    }

    @Test func `a value of another kind is refused`() {
        #expect(throws: DecodingError.self) {
            try ec2.adjust(with: ["creation": ["storageQuotaGiB": "much"]])
        }
        #expect(throws: DecodingError.self) { try ec2.adjust(with: ["deleteInCreating": "perhaps"]) }
        #expect(throws: DecodingError.self) { try ec2.adjust(with: .array([])) }
    }
}
