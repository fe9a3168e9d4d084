/// Reads where a suspended task waits, from the chain of its asynchronous frames.
///
/// The layout is the Swift runtime's own (`Task.h`, 64 bit): of a task's job the function to resume it stands at
/// byte 56, its innermost frame at byte 64; of a frame its parent stands first, and then the parent's function.
enum AsyncStack {
    /// As many frames as tell one point from another.
    private static let depth = 6

    /// A number for the place at which a job's task waits; nil if it is no task's.
    static func fingerprint(of job: UnownedJob) -> Int? {
        let address = unsafeBitCast(job, to: UInt.self)
        guard let task = UnsafeRawPointer(bitPattern: address) else { return nil }
        let kind = task.load(fromByteOffset: 32, as: UInt32.self) & 0xFF
        guard kind == 0 else { return nil }
        var hash = task.load(fromByteOffset: 56, as: UInt.self)
        var frame = task.load(fromByteOffset: 64, as: UInt.self)
        for _ in 0..<depth {
            guard let place = UnsafeRawPointer(bitPattern: frame) else { break }
            let resume = place.load(fromByteOffset: 8, as: UInt.self)
            hash = (hash ^ resume) &* 0x100_0000_01B3
            frame = place.load(as: UInt.self)
        }
        return Int(truncatingIfNeeded: hash)
    }
}
