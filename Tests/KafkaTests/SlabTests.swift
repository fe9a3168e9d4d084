import Testing

@testable import Kafka

@Suite struct SlabTests {
    private func add(_ key: [UInt8]?, _ value: [UInt8]?, to filler: inout SlabFiller) -> KafkaMessage {
        func lend<Result>(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
            bytes.map { $0.withUnsafeBytes(body) } ?? body(nil)
        }
        let lent = lend(key) { key in lend(value) { filler.add(key: key, value: $0) } }
        return KafkaMessage(
            topic: "x",
            partition: 0,
            offset: 7,
            timestampMilliseconds: nil,
            lent: lent,
            headers: []
        )
    }

    @Test(
        arguments: [
            (nil, nil), ([1, 2], nil), (nil, [3]), ([], []), ([], nil), (nil, []), ([1], [2, 3]),
            ([1], [UInt8](repeating: 9, count: Slab.size)),
        ] as [([UInt8]?, [UInt8]?)]
    )
    func `a message lent from a slab is the one with bytes of its own`(key: [UInt8]?, value: [UInt8]?) {
        var filler = SlabFiller()
        let before = add([5], [6], to: &filler)
        let lent = add(key, value, to: &filler)
        let after = add([7], nil, to: &filler)
        let own = KafkaMessage(topic: "x", partition: 0, offset: 7, key: key, value: value)
        #expect(lent == own)
        #expect(lent.key == key)
        #expect(lent.value == value)
        #expect(lent.weight == own.weight)
        #expect(lent.withKey { $0.map { Array($0) } } == key)
        #expect(own.withKey { $0.map { Array($0) } } == key)
        #expect(lent.detached == own)
        #expect(before.key == [5] && before.value == [6])
        #expect(after.key == [7] && after.value == nil)
    }

    @Test func `many messages keep their bytes across slabs`() {
        var filler = SlabFiller()
        let messages = (0..<2_000).map { number in
            add(
                [UInt8(number % 251)],
                [UInt8](repeating: UInt8(number % 13), count: number % 40),
                to: &filler
            )
        }
        for (number, message) in messages.enumerated() {
            #expect(message.key == [UInt8(number % 251)])
            #expect(message.value == [UInt8](repeating: UInt8(number % 13), count: number % 40))
        }
    }

    @Test func `a changed value leaves the key, and the slab, as they are`() {
        var filler = SlabFiller()
        let first = add([1], [2], to: &filler)
        var changed = first
        changed.value = [3, 4]
        #expect(changed.key == [1])
        #expect(changed.value == [3, 4])
        #expect(first.value == [2])
    }
}
