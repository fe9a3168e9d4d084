package import Foundation

/// Something as it was seen, and when.
package struct Observed<Value: Sendable>: Sendable {
    package let value: Value
    /// Taken before the question was asked: what the answer shows may be newer, never older.
    package let at: Moment

    package init(_ value: Value, at: Moment) {
        self.value = value
        self.at = at
    }
}

/// All that a verdict rests on, each with the time at which it was seen.
package struct VolumeCase: Sendable {
    package let id: VolumeID
    /// Nil: no such volume in the answer.
    package let volume: Observed<VolumeSighting?>
    package let snapshots: Observed<[SnapshotSighting]>
    /// Of the reservation that the volume's tag names, with its intents; nil: no such row.
    package let reservation: Observed<Reservation?>
    package let disk: Observed<Disk?>
    /// Things in the cluster that bear the reservation's label.
    package let objects: Observed<[ClusterObject]>
    package let cleanup: Cleanup
    package let fleet: FleetID
    package let now: Moment
    /// The services' time, by which ages are told.
    package let serviceNow: Date?
    /// The row as it was read: ``cleanup`` has what this look adds.
    package let stored: Cleanup

    package init(
        id: VolumeID,
        volume: Observed<VolumeSighting?>,
        snapshots: Observed<[SnapshotSighting]>,
        reservation: Observed<Reservation?>,
        disk: Observed<Disk?>,
        objects: Observed<[ClusterObject]>,
        cleanup: Cleanup,
        fleet: FleetID,
        now: Moment,
        serviceNow: Date?,
        stored: Cleanup? = nil
    ) {
        self.id = id
        self.volume = volume
        self.snapshots = snapshots
        self.reservation = reservation
        self.disk = disk
        self.objects = objects
        self.cleanup = cleanup
        self.fleet = fleet
        self.now = now
        self.serviceNow = serviceNow
        self.stored = stored ?? cleanup
    }

    var row: Reservation? { reservation.value }

    /// A pod intent named it, it was ever seen attached, or neither can be ruled out.
    package var mayHoldWork: Bool {
        cleanup.wasSeenAttached || row?.podIntent?.storage.volume == id || isFromSnapshotOfPerson
            || (row == nil && volume.value != nil)
    }

    /// A person had it restored, and may have worked on it.
    private var isFromSnapshotOfPerson: Bool { volume.value?.tags[VolumeTag.restoredFrom] != nil }

    package var isSaved: Bool {
        guard let saved = cleanup.snapshot else { return false }
        return snapshots.value.contains { $0.id == saved && $0.state == .completed }
    }

    /// Whether its deletion is bounded by the rows that ended; all others count against the budget.
    ///
    /// The row is terminal, its receipt names the volume, and its snapshot became the disk's head or no pod
    /// intent ever named it.
    package var isExpected: Bool {
        guard let row, row.status.isTerminal, let receipt = row.receipt, receipt.volumes.contains(id) else {
            return false
        }
        return cleanup.becameHead || !mayHoldWork
    }

    /// Until when a person wants it kept, by the row or by the volume's tag.
    var keptUntil: Date? {
        let tag = volume.value?.tags[VolumeTag.keepUntil].flatMap(Double.init)
            .map { Date(timeIntervalSince1970: $0) }
        return [cleanup.keepUntil, tag].compactMap(\.self).max()
    }

    /// What the verdict rests on, for the record and for people.
    package var facts: [Fact] {
        var facts = [Fact(.volume, volumeText, at: volume.at.date)]
        if let report = cleanup.report {
            let text = "reservation \(report.reservation), generation \(report.generation), in phase "
            facts.append(Fact(.report, text + "\(report.phase): \(report.cause)", at: cleanup.createdAt))
        }
        facts.append(Fact(.reservation, rowText, at: reservation.at.date))
        if let row { facts.append(Fact(.podIntent, intentText(row), at: reservation.at.date)) }
        facts.append(Fact(.objects, objectsText, at: objects.at.date))
        facts.append(Fact(.snapshots, snapshotsText, at: snapshots.at.date))
        facts.append(Fact(.disk, diskText, at: disk.at.date))
        facts.append(Fact(.saving, savingText, at: now.date))
        return facts
    }

    private var volumeText: String {
        guard let volume = volume.value else { return "not in EC2's answer" }
        let made = volume.createdAt.map { ", made \($0.formatted(.iso8601))" } ?? ""
        return "\(volume.state)\(volume.isAttached ? ", attached" : ", not attached")\(made)"
    }

    private var rowText: String {
        guard let row else { return "no row under the id in the volume's tag" }
        let named = row.receipt?.volumes.contains(id) == true
        return
            "\(row.status.rawValue), version \(row.version), generation \(row.diskGeneration); its receipt "
            + (named ? "names the volume" : "doesn't name the volume")
    }

    private func intentText(_ row: Reservation) -> String {
        switch row.podIntent?.storage {
        case nil: "none was written"
        case .volume(id, _)?: "names this volume"
        case .volume(let other, _)?: "names \(other)"
        case .emptyDir(let why)?: "names no volume: \(why)"
        }
    }

    private var objectsText: String {
        objects.value.isEmpty
            ? "nothing in the cluster bears its reservation's label"
            : objects.value.map { "\($0.kind) \($0.name)" }.joined(separator: ", ")
    }

    private var snapshotsText: String {
        snapshots.value.isEmpty
            ? "none of this volume"
            : snapshots.value.map { "\($0.id) \($0.state) \($0.progress)" }.joined(separator: ", ")
    }

    private var diskText: String {
        guard let disk = disk.value else { return "no row of its disk" }
        let head = disk.head.map { "head \($0)" } ?? "no head yet"
        guard let holder = disk.holder else { return "\(head), version \(disk.headVersion), not locked" }
        return
            "\(head), version \(disk.headVersion), locked by reservation \(holder.reservation), generation "
            + "\(holder.generation)"
    }

    private var savingText: String {
        guard let snapshot = cleanup.snapshot else { return "not saved" }
        return "saved as \(snapshot), \(cleanup.becameHead ? "which became the disk's head" : "a spare")"
    }
}
