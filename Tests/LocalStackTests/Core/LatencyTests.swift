import Foundation
import LocalStack
import Testing

struct LatencyTests {
    @Test func `half takes longer than the median and a hundredth longer than the 99th percentile`() {
        let latency = Latency(median: .milliseconds(1_500), p99: .seconds(4))
        var generator = SeededGenerator(seed: 7)
        let drawn = (0..<20_000).map { _ in latency.draw(using: &generator) }
        let overMedian = Double(drawn.count { $0 > .milliseconds(1_500) }) / 20_000
        let overHigh = Double(drawn.count { $0 > .seconds(4) }) / 20_000
        #expect((0.48...0.52).contains(overMedian))
        #expect((0.006...0.014).contains(overHigh))
        #expect(drawn.allSatisfy { $0 > .zero && $0 <= .seconds(8) })
    }

    @Test func `a fixed latency is always the same`() {
        var generator = SeededGenerator(seed: 7)
        #expect(Latency.always(.seconds(2)).draw(using: &generator) == .seconds(2))
        #expect(Latency.none.draw(using: &generator) == .zero)
    }

    @Test(arguments: ["-1", "1e400", "1e12", "\"1\""])
    func `a number of seconds that can't be is refused`(_ text: String) {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(Seconds.self, from: Data(text.utf8)) }
    }
}
