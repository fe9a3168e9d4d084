import Foundation
import Synchronization

/// DynamoDB in memory: the operations, conditions and errors of the real one that a client can depend on.
///
/// Every operation is atomic; what the real service does late (indexes, replicas, expiry) is late by settings.
/// Source of the rules: Amazon DynamoDB Developer Guide and API Reference, 2012-08-10.
package final class LocalDynamoDB: LocalService {
    package let name = "dynamodb"
    private let time: StackTime
    private let faults: FaultPlan
    private let state: Mutex<DynamoStore>

    package init(time: StackTime, faults: FaultPlan, settings: DynamoSettings = DynamoSettings()) {
        self.time = time
        self.faults = faults
        state = Mutex(DynamoStore(settings: settings))
    }

    package func handle(_ request: LocalRequest) async -> LocalResponse {
        guard request.method == "POST" else {
            return DynamoAnswer.healthy(at: time.date())
        }
        guard let operation = DynamoOperation(target: request.headers["x-amz-target"]) else {
            return DynamoAnswer.failure(.unknownOperation, at: time.date())
        }
        return await faults.strike(
            service: name,
            operation: operation.rawValue,
            request: request,
            render: { code, status, message in
                let injected = DynamoError.injected(code: code, status: status, message: message)
                return DynamoAnswer.failure(injected, at: self.time.date())
            },
            effect: { await self.perform(operation, body: request.body) }
        )
    }

    /// Removes expired items at each sweep, until cancelled.
    package func run() async throws {
        while true {
            let interval = time.scaled(settings.expirySweep)
            try await time.sleep(for: max(interval, Self.shortestSweep))
            state.withLock { $0.sweepExpired(now: moment) }
        }
    }

    private func perform(_ operation: DynamoOperation, body: Data) async -> LocalResponse {
        do {
            try await time.sleep(for: time.scaled(settings.latency))
            let call = DynamoCall(try DynamoJSON.parse(body))
            let moment = moment
            let answer = try state.withLock { store in
                store.sweepExpired(now: moment)
                return try store.perform(operation, call, now: moment)
            }
            return DynamoAnswer.success(answer, at: time.date())
        } catch let error as DynamoError {
            return DynamoAnswer.failure(error, at: time.date())
        } catch is CancellationError {
            return .dropped
        } catch {
            return DynamoAnswer.failure(.internalError("\(error)"), at: time.date())
        }
    }

    private var moment: DynamoMoment { DynamoMoment(time) }

    /// Keeps a sweep interval of zero from becoming a busy loop.
    private static let shortestSweep = Duration.milliseconds(100)
}

/// What audits and tests see, past lags, limits and faults.
extension LocalDynamoDB {
    package var settings: DynamoSettings { state.withLock { $0.settings } }

    /// Changes the settings from now on; writes already under way to an index keep the lag that they had.
    package func adjust(_ change: (inout DynamoSettings) -> Void) {
        state.withLock { change(&$0.settings) }
    }

    package var tableNames: [String] { state.withLock { $0.tables.keys.sorted() } }

    /// All items of a table as the last accepted write left them, or nil if there is no such table.
    package func items(of table: String) -> [DynamoItem]? {
        state.withLock { $0.tables[table]?.rows.items }
    }

    /// The items of an index as its readers see them now, or nil if there is no such table or index.
    package func items(of table: String, index: String) -> [DynamoItem]? {
        let moment = moment
        return state.withLock { store in
            guard let table = store.tables[table], let index = table.indexes[index] else { return nil }
            table.settle(now: moment)
            return index.rows.items
        }
    }

    /// What the requests that write have done since the stack began, the most frequent form first.
    package var writes: [DynamoWriteCount] { state.withLock { $0.tally.counts } }

    /// The items that came to be, in their order; of very many only the newest.
    package var births: [DynamoBirth] { state.withLock { $0.tally.births } }

    /// How many writes each table has accepted since it was made.
    package func acceptedWrites(of table: String) -> Int? {
        state.withLock { $0.tables[table]?.acceptedWrites }
    }
}
