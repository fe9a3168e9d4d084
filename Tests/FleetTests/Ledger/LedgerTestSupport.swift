import AWS
import Fleet
import Foundation
import LocalStack
import Logging
import Reservations
import Synchronization

/// Carries requests to a local service in this process.
struct InProcessAWS: AWSTransport {
    let service: any LocalService
    /// Runs before each request, so that a test can do something between two attempts.
    var onRequest: @Sendable (AWSRequest) async -> Void = { _ in }

    func send(
        _ request: AWSRequest,
        timeout: Duration,
        bodyLimit: Int
    ) async throws(TransportError) -> AWSResponse {
        await onRequest(request)
        var headers: [String: String] = [:]
        for header in request.headers { headers[header.name.lowercased()] = header.value }
        let local = LocalRequest(
            method: request.method,
            path: request.fullPath,
            query: request.query.map { ($0.name, $0.value) },
            headers: headers,
            body: Data(request.body)
        )
        let response = await service.handle(local)
        guard case .data(let body) = response.body else {
            throw TransportError(.connectionLost, "the connection broke")
        }
        return AWSResponse(
            status: response.status,
            headers: response.headers.map { .init($0.name, $0.value) },
            body: Array(body)
        )
    }
}

/// Bytes that never repeat and are the same in each run.
final class CountingChance: Chance {
    private let count = Mutex<UInt64>(0)

    func bytes(_ count: Int) -> [UInt8] {
        let number = self.count.withLock { number in
            number += 1
            return number
        }
        let digits = withUnsafeBytes(of: number.bigEndian) { Array($0) }
        return Array((Array(repeating: 0, count: count) + digits).suffix(count))
    }

    func fraction() -> Double { 0 }
}

/// Time in which every sleep is over at once, and has lasted as long as was asked.
final class LeapingTime: Timepiece {
    private let elapsed = Mutex(Duration.zero)
    let start = Date(timeIntervalSince1970: 1_790_000_000)

    func monotonic() -> Duration { elapsed.withLock { $0 } }
    func now() -> Date { start.addingTimeInterval(monotonic() / .seconds(1)) }
    func serviceNow() -> Date? { now() }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        elapsed.withLock { $0 += duration }
    }
}

extension AWSClient {
    /// A client without waits over a transport.
    static func test(_ transport: any AWSTransport, time: LeapingTime = LeapingTime()) throws -> AWSClient {
        guard let region = Region("eu-central-1") else { throw TestFailure("no region") }
        return AWSClient(
            region: region,
            credentials: FixedCredentials(Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")),
            transport: transport,
            time: AWSTime(
                elapsed: { time.monotonic() },
                date: { time.now() },
                sleep: { try await time.sleep(for: $0) },
                fraction: { 0 }
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A ledger on tables of its own in a DynamoDB in this process.
struct LedgerBench: Sendable {
    let local: LocalDynamoDB
    let faults: FaultPlan
    let database: DynamoDB
    let ledger: DynamoLedger
    let tables: FleetTables
    let fleet: FleetID
    let names: TableNames

    init(
        settings: DynamoSettings = DynamoSettings(indexLag: .zero),
        onRequest: @escaping @Sendable (AWSRequest) async -> Void = { _ in }
    ) async throws {
        let time = ManualTime().time()
        faults = FaultPlan(seed: 1, time: time)
        local = LocalDynamoDB(time: time, faults: faults, settings: settings)
        database = DynamoDB(try .test(InProcessAWS(service: local, onRequest: onRequest)))
        names = TableNames(prefix: "test")
        let chance = CountingChance()
        ledger = DynamoLedger(database, names: names, chance: chance)
        tables = FleetTables(database, names: names, time: LeapingTime(), chance: chance)
        fleet = try await tables.create()
    }

    /// The connection breaks after the next operation of that name was done.
    func loseAnswer(of operation: String, times: Int = 1) {
        faults.arm(
            Fault(service: "dynamodb", operation: operation, effect: .drop, moment: .after, times: times)
        )
    }

    /// Why a decision isn't written; nil if it is.
    func refusal(of decision: Decision) async -> LedgerError.Code? {
        do {
            try await ledger.commit(decision)
            return nil
        } catch {
            return error.code
        }
    }

    /// The row as DynamoDB holds it.
    func item(of row: Reservation) throws -> DynamoItem {
        let items = local.items(of: names.reservations) ?? []
        guard let item = items.first(where: { $0["reservation_id"]?.stringValue == row.id.rawValue }) else {
            throw TestFailure("no row of \(row.id)")
        }
        return item
    }

    /// Sets an attribute past the ledger, as a newer version would.
    func set(_ name: String, _ value: AttributeValue, of row: Reservation) async throws {
        try await database.updateItem(
            DynamoDB.UpdateItem(
                table: names.reservations,
                key: ["reservation_id": .s(row.id.rawValue)],
                update: "SET #n = :v",
                placeholders: .init(names: ["#n": name], values: [":v": value])
            )
        )
    }
}
