/// Highest-random-weight hashing: everybody who knows the same members names the same one for a key.
package enum Rendezvous {
    package static func choose(_ members: some Sequence<WorkerID>, for key: String) -> WorkerID? {
        members.max { weight($0, key) == weight($1, key) ? $0 < $1 : weight($0, key) < weight($1, key) }
    }

    /// The members in the order in which it names them, as many as asked for.
    package static func rank(_ members: some Sequence<WorkerID>, for key: String, first count: Int)
        -> [WorkerID]
    {
        let weighed = members.map { (id: $0, weight: weight($0, key)) }
        return weighed.sorted { $0.weight == $1.weight ? $0.id > $1.id : $0.weight > $1.weight }
            .prefix(count).map(\.id)
    }

    // FNV-1a with a finalizer: the same on every machine, as Swift's own Hasher is not.
    private static func weight(_ member: WorkerID, _ key: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in member.rawValue.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}
