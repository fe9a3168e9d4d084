/// Room for the bytes of neighbouring messages, so that each costs a copy and no allocation of its own.
///
/// It lives as long as any of its messages: one that is kept keeps at most `size` bytes, or its own if it is
/// larger.
final class Slab: @unchecked Sendable {
    // Sendable: a part is written by the thread that fills the slab before anybody is told of it, and never
    // again.

    /// Small enough that a few messages kept for long keep little else.
    static let size = 16 << 10

    let capacity: Int
    private let memory: UnsafeMutableRawPointer

    init(capacity: Int) {
        self.capacity = capacity
        memory = .allocate(byteCount: capacity, alignment: 1)
    }

    deinit {
        memory.deallocate()
    }

    fileprivate func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        UnsafeMutableRawBufferPointer(start: memory + offset, count: capacity - offset).copyMemory(
            from: bytes
        )
    }

    func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: memory + range.lowerBound, count: range.count))
    }
}

/// Copies messages' bytes into slabs, one after the other.
struct SlabFiller {
    private var slab: Slab?
    private var used = 0

    /// Copies a key and a value, either of which may be none.
    mutating func add(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?) -> LentBytes? {
        guard key != nil || value != nil else { return nil }
        let count = (key?.count ?? 0) + (value?.count ?? 0)
        let slab = room(for: count)
        var lent = LentBytes(slab: slab, start: Int32(clamping: used))
        if let key {
            slab.write(key, at: used)
            used += key.count
            lent.keyCount = Int32(clamping: key.count)
        }
        if let value {
            slab.write(value, at: used)
            used += value.count
            lent.valueCount = Int32(clamping: value.count)
        }
        return lent
    }

    private mutating func room(for count: Int) -> Slab {
        if let slab, slab.capacity - used >= count { return slab }
        let fresh = Slab(capacity: max(count, Slab.size))
        (slab, used) = (fresh, 0)
        return fresh
    }
}

/// A message's part of a slab: the key, then the value.
///
/// Small, since there is one in each message; none is larger than the library's limit of 1,000,000,000 bytes.
struct LentBytes: Sendable {
    private static let none: Int32 = -1

    let slab: Slab
    let start: Int32
    /// Below zero for no key, and no value.
    fileprivate(set) var keyCount = none
    fileprivate(set) var valueCount = none

    var weight: Int { Int(max(0, keyCount)) + Int(max(0, valueCount)) }

    var key: Range<Int>? {
        keyCount < 0 ? nil : Int(start)..<Int(start) + Int(keyCount)
    }

    var value: Range<Int>? {
        let start = Int(start) + Int(max(0, keyCount))
        return valueCount < 0 ? nil : start..<start + Int(valueCount)
    }
}
