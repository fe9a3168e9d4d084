import Foundation
import Reservations

/// Open cleanups in the order in which they are due, as the real table's index keeps them.
struct DueIndex: Sendable {
    private struct Entry: Sendable {
        let dueAt: Date
        let volume: VolumeID

        static func < (one: Entry, other: Entry) -> Bool {
            (one.dueAt, one.volume) < (other.dueAt, other.volume)
        }
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }

    func first(_ limit: Int, before time: Date) -> [VolumeID] {
        entries.prefix(limit).prefix { $0.dueAt < time }.map(\.volume)
    }

    mutating func replace(_ old: Cleanup?, with new: Cleanup) {
        if let old, old.state == .open {
            let entry = Entry(dueAt: old.dueAt, volume: old.volume)
            let place = place(of: entry)
            if place < entries.count, entries[place].volume == old.volume { entries.remove(at: place) }
        }
        guard new.state == .open else { return }
        let entry = Entry(dueAt: new.dueAt, volume: new.volume)
        entries.insert(entry, at: place(of: entry))
    }

    private func place(of entry: Entry) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle] < entry { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension InMemoryLedger.State {
    mutating func put(_ cleanup: Cleanup) {
        due.replace(cleanups[cleanup.volume], with: cleanup)
        cleanups[cleanup.volume] = cleanup
    }
}
