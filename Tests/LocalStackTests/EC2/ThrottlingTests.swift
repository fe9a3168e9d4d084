import LocalStack
import Testing

struct ThrottlingTests {
    private static func bench(scale: Double = 1, _ buckets: EC2ThrottlingSettings.Buckets = .perOperation)
        -> EC2Bench
    {
        EC2Bench(scale: scale) {
            $0.throttling.isOn = true
            $0.throttling.buckets = buckets
        }
    }

    /// How many of so many calls are admitted.
    private static func admitted(
        _ bench: EC2Bench,
        _ action: String,
        _ calls: Int,
        _ with: [String: String] = [:]
    ) async -> Int {
        var admitted = 0
        for _ in 0..<calls where await bench.call(action, with).code != "RequestLimitExceeded" {
            admitted += 1
        }
        return admitted
    }

    @Test(arguments: [
        ("DescribeVolumes", [:], 50, 10),
        ("DescribeVolumes", ["MaxResults": "5"], 100, 20),
        ("DescribeSnapshots", ["Filter.1.Name": "status", "Filter.1.Value.1": "pending"], 100, 20),
        ("CreateVolume", [:], 100, 5),
        ("DeleteSnapshot", [:], 100, 5),
        ("CreateTags", [:], 100, 10),
        ("AttachVolume", [:], 50, 5),
    ])
    func `a bucket has its published size and rate`(
        _ action: String,
        _ parameters: [String: String],
        _ size: Int,
        _ rate: Int
    ) async {
        let bench = Self.bench()
        #expect(await Self.admitted(bench, action, size + 10, parameters) == size)
        bench.clock.advance(by: .seconds(1))
        #expect(await Self.admitted(bench, action, rate + 10, parameters) == rate)
    }

    @Test func `being throttled is a 503`() async {
        let bench = Self.bench()
        _ = await Self.admitted(bench, "DescribeVolumes", 50)
        #expect(await bench.call("DescribeVolumes").status == 503)
    }

    @Test func `operations have buckets of their own, or share them by a setting`() async {
        let own = Self.bench()
        _ = await Self.admitted(own, "CreateVolume", 100)
        #expect(await Self.admitted(own, "DeleteVolume", 1) == 1)
        let shared = Self.bench(.perCategory)
        _ = await Self.admitted(shared, "CreateVolume", 100)
        #expect(await Self.admitted(shared, "DeleteVolume", 1) == 0)
    }

    @Test func `a faster stack refills faster and one without time never throttles`() async {
        let fast = Self.bench(scale: 0.1)
        _ = await Self.admitted(fast, "CreateVolume", 100)
        fast.clock.advance(by: .seconds(1))
        #expect(await Self.admitted(fast, "CreateVolume", 100) == 50)
        #expect(await Self.admitted(Self.bench(scale: 0), "CreateVolume", 300) == 300)
    }
}
