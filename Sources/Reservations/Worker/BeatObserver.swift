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
    /// Whether any of those seen last missed a beat or two: reason to look at all of them.
    private(set) var isAlarmed = false

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
    /// - Returns: those whose beat has stood still for a whole lease, or for two if most of the fleet seem dead.
    package mutating func observe(_ rows: [WorkerRow], healthy: Duration) -> [(id: WorkerID, beat: Int)] {
        let alive = rows.filter { $0.state == .alive }
        for row in rows where row.state == .dead { sightings[row.id] = nil }
        var still: [(id: WorkerID, beat: Int, standing: Duration)] = []
        for row in alive {
            let sighting = sightings[row.id].flatMap { $0.beat == row.beat ? $0 : nil }
            let kept = sighting ?? Sighting(beat: row.beat, since: healthy)
            sightings[row.id] = kept
            still.append((row.id, row.beat, healthy - kept.since))
        }
        isAlarmed = still.contains { $0.standing >= lease / 4 }
        // Many at once are rather the ledger's fault than theirs: they get another lease. Counted from half a
        // lease on, since not all are seen to stand still at the same moment; the observer itself is alive.
        let suspects = still.count { $0.standing >= lease / 2 }
        let areMany = suspects >= 2 && suspects * 2 > alive.count + 1
        return still.filter { $0.standing >= (areMany ? lease * 2 : lease) }.map { ($0.id, $0.beat) }
    }
}
