import Foundation

/// A table: its items, its indexes, and what it was told about them.
final class DynamoTable {
    let name: String
    let keys: DynamoKeySchema
    let id = UUID()
    let created: Date
    /// Until then the table is `CREATING`.
    let activeAt: Duration
    /// All attributes that keys are made of.
    var attributes: [String: DynamoValue.Kind]
    var isOnDemand: Bool
    private(set) var rows = DynamoRows()
    private(set) var acceptedWrites = 0
    private var replica: DynamoView?
    var indexes: [String: DynamoView] = [:]
    /// The attribute that holds the time of expiry, in seconds since 1970.
    var timeToLive: String?
    var nextSweep: Duration = .zero
    var throttle = DynamoThrottle()

    init(
        name: String,
        keys: DynamoKeySchema,
        attributes: [String: DynamoValue.Kind],
        isOnDemand: Bool,
        now: DynamoMoment,
        activeAt: Duration
    ) {
        self.name = name
        self.keys = keys
        self.attributes = attributes
        self.isOnDemand = isOnDemand
        created = now.date
        self.activeAt = activeAt
    }

    subscript(key: DynamoKey) -> DynamoRow? {
        rows[DynamoPosition(key: key)]
    }

    /// Puts `new` in the place of `old`, at once for consistent reads, later for the others.
    func apply(_ change: DynamoChange, now: DynamoMoment, settings: DynamoSettings) {
        acceptedWrites += 1
        if replica == nil, settings.replicaLag > .zero {
            replica = DynamoView(replicaOf: keys, rows: rows)
        }
        let position = DynamoPosition(key: change.key)
        if let new = change.new {
            rows.put(DynamoRow(position: position, item: new))
        } else if change.old != nil {
            rows.remove(position)
        }
        settle(now: now)
        replica?.accept(change, visibleAt: now.after(settings.replicaLag))
        for index in indexes.values { index.accept(change, visibleAt: now.after(settings.indexLag)) }
    }

    func settle(now: DynamoMoment) {
        replica?.settle(now: now.elapsed)
        for index in indexes.values { index.settle(now: now.elapsed) }
    }

    /// The rows that a read sees.
    func rows(isConsistent: Bool, now: DynamoMoment) -> DynamoRows {
        guard !isConsistent, let replica else { return rows }
        replica.settle(now: now.elapsed)
        return replica.rows
    }

    /// Removes what has expired, if a sweep is due.
    func sweepExpired(now: DynamoMoment, settings: DynamoSettings) {
        guard let timeToLive, now.elapsed >= nextSweep else { return }
        nextSweep = now.after(settings.expirySweep)
        let seconds = Int(now.date.timeIntervalSince1970)
        for row in rows.rows {
            // What expired over five years ago is taken for a mistake (Developer Guide, "Time to Live").
            guard case .number(let number)? = row.item[timeToLive], let expiry = number.integer,
                expiry <= seconds, expiry > seconds - 5 * 365 * 86400
            else { continue }
            apply(DynamoChange(key: row.position.key, old: row.item, new: nil), now: now, settings: settings)
        }
    }
}
