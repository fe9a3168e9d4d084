import Foundation

/// Everything that the local DynamoDB holds.
struct DynamoStore {
    var settings: DynamoSettings
    var tables: [String: DynamoTable] = [:]
    var tokens = DynamoTokens()
    var tally = DynamoTally()

    init(settings: DynamoSettings) {
        self.settings = settings
    }

    /// A table that takes reads and writes.
    ///
    /// Throws: `DynamoError` if it doesn't exist or is still being made.
    func table(_ name: String, now: DynamoMoment) throws -> DynamoTable {
        guard let table = tables[name], table.activeAt <= now.elapsed else { throw DynamoError.tableNotFound }
        return table
    }

    /// A table in any state.
    func described(_ name: String) throws -> DynamoTable {
        guard let table = tables[name] else { throw DynamoError.tableNotFound(name) }
        return table
    }

    func sweepExpired(now: DynamoMoment) {
        for table in tables.values { table.sweepExpired(now: now, settings: settings) }
    }

    mutating func commit(_ write: DynamoWrite, now: DynamoMoment) {
        tally.note(write, at: now)
        guard write.isChange else { return }
        let change = DynamoChange(key: write.key, old: write.old, new: write.new)
        write.table.apply(change, now: now, settings: settings)
    }

    /// Whether the table's rate allows that many writes now.
    func allows(_ count: Int, on table: DynamoTable, now: DynamoMoment) -> Bool {
        table.throttle.take(count, rate: settings.writesPerSecond, now: now)
    }
}
