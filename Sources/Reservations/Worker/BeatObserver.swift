/// Judges by their beats which workers are dead, on the observer's own clock alone.
///
/// Time counts only while the observer's own beats are accepted, so that an outage of the ledger kills
/// nobody: see rule 3 of the design.
package struct BeatObserver: Sendable {
    private struct Sighting {
        let beat: Int
        let since: Duration
    }

    private let lease: Duration
    private var sightings: [WorkerID: Sighting] = [:]

    package init(lease: Duration) {
        self.lease = lease
    }

    /// Forgets workers that are no longer in the roster.
    package mutating func forget(allBut known: Set<WorkerID>) {
        sightings = sightings.filter { known.contains($0.key) }
    }

    /// Takes in the rows as they are now and says which workers may be declared dead, at which beat.
    ///
    /// - Parameters:
    ///   - rows: the roster, without the observer's own row.
    ///   - healthy: the observer's count of time in which its own beats were accepted.
    /// - Returns: those whose beat has stood still for a whole lease.
    package mutating func observe(_ rows: [WorkerRow], healthy: Duration) -> [(id: WorkerID, beat: Int)] {
        let alive = rows.filter { $0.state == .alive }
        var still: [(id: WorkerID, beat: Int, standing: Duration)] = []
        for row in alive {
            let sighting = sightings[row.id].flatMap { $0.beat == row.beat ? $0 : nil }
            let kept = sighting ?? Sighting(beat: row.beat, since: healthy)
            sightings[row.id] = kept
            if healthy - kept.since >= lease { still.append((row.id, row.beat, healthy - kept.since)) }
        }
        // Many at once are rather the ledger's fault than theirs: they get another lease.
        let areMany = still.count >= 2 && still.count * 2 > alive.count
        return still.filter { !areMany || $0.standing >= lease * 2 }.map { ($0.id, $0.beat) }
    }
}

/// Highest-random-weight hashing: everybody who knows the same members names the same one for a key.
package enum Rendezvous {
    package static func choose(_ members: some Sequence<WorkerID>, for key: String) -> WorkerID? {
        members.max { weight($0, key) == weight($1, key) ? $0 < $1 : weight($0, key) < weight($1, key) }
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
