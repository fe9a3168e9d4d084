import Testing

@testable import WorkQueue

@Suite struct WatermarkTests {
    @Test func `nothing above an unfinished offset may be committed`() {
        var watermark = Watermark()
        for offset: Int64 in 10..<14 { #expect(watermark.admit(offset) == true) }
        watermark.finish(11)
        watermark.finish(13)
        #expect(watermark.uncommitted == nil)
        watermark.finish(10)
        #expect(watermark.uncommitted == 12)
        watermark.commit(12)
        #expect(watermark.uncommitted == nil)
        watermark.finish(12)
        #expect(watermark.uncommitted == 14)
        #expect(watermark.tracked == 0)
    }

    @Test func `an offset is taken once, and a step back is refused`() {
        var watermark = Watermark()
        #expect(watermark.admit(5) == true)
        #expect(watermark.admit(5) == false)
        #expect(watermark.admit(4) == false)
        #expect(watermark.admit(9) == true)
        watermark.finish(5)
        watermark.finish(5)
        watermark.finish(7)
        #expect(watermark.uncommitted == 9)
    }

    @Test func `a step back is told to the group at once, and what is open below stays open`() {
        var watermark = Watermark()
        for offset: Int64 in 10..<14 { #expect(watermark.admit(offset) == true) }
        for offset: Int64 in 10..<13 { watermark.finish(offset) }
        watermark.commit(13)
        #expect(watermark.isBehind(11) == true)
        #expect(watermark.isBehind(14) == false)
        #expect(watermark.stepBack(to: 11) == 1)
        #expect(watermark.admit(11) == true)
        #expect(watermark.uncommitted == 11)
        #expect(watermark.stepBack(to: 14) == 0)
        #expect(watermark.admit(14) == true)
        watermark.finish(14)
        #expect(watermark.uncommitted == 11)
        watermark.finish(11)
        #expect(watermark.uncommitted == 15)
    }

    @Test(arguments: [Int64.min, -1001, -1, .max])
    func `an offset that can't be is refused and harms nothing`(offset: Int64) {
        var watermark = Watermark()
        #expect(watermark.admit(offset) == false)
        watermark.finish(offset)
        #expect(watermark.uncommitted == nil)
    }

    @Test(arguments: 0..<50)
    func `it agrees with the plain definition on every schedule`(seed: UInt64) {
        var chance = Chance(seed: seed + 1)
        var watermark = Watermark()
        var taken: [Int64] = []
        var open: Set<Int64> = []
        var next = Int64.random(in: 0..<100, using: &chance)
        let base = next
        for _ in 0..<400 {
            if Bool.random(using: &chance) {
                // Logs have gaps: compaction, aborted transactions.
                next += Int64.random(in: 1..<4, using: &chance)
                #expect(watermark.admit(next) == true)
                taken.append(next)
                open.insert(next)
            } else if let offset = open.randomElement(using: &chance) {
                watermark.finish(offset)
                open.remove(offset)
            }
            let safe = open.min() ?? taken.last.map { $0 + 1 } ?? base
            let start = taken.first ?? base
            #expect(watermark.uncommitted == (taken.isEmpty || safe <= start ? nil : safe))
            #expect(watermark.unfinished == open.count)
        }
    }
}
