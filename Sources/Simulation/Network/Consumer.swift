import Foundation
import Reservations

/// A worker's reading: records of its partitions, in order, committed once the row is written.
struct Consumer: Sendable {
    let name: String
    let worker: Worker
    let broker: Broker
    let network: Network
    let machine: Machine
    let heard: @Sendable (Broker.Record, IntakeOutcome) -> Void

    func run() async {
        while !Task.isCancelled {
            let assignment: Broker.Assignment
            do throws(SinkError) {
                assignment = try await call { [broker, name] in broker.poll(name) }
            } catch {
                _ = try? await network.time.sleep(for: .milliseconds(500))
                continue
            }
            await withTaskGroup(of: Void.self) { group in
                for partition in assignment.partitions {
                    group.addTask { await work(on: partition, of: assignment) }
                }
            }
            _ = try? await network.time.sleep(for: .milliseconds(300 + network.below(700)))
        }
    }

    private func work(on partition: Broker.Partition, of assignment: Broker.Assignment) async {
        let records = broker.fetch(partition, atMost: 3)
        guard let last = records.last else { return }
        for record in records {
            guard await handle(record) else { return }
        }
        do throws(SinkError) {
            let isIn = try await call { [broker] in
                broker.commit(last.offset + 1, of: partition, in: assignment.round)
            }
            if !isIn { network.chronicle.add("\(name): a commit is refused, the group was shared anew") }
        } catch {
            // They come again.
        }
    }

    /// False: to be read again.
    private func handle(_ record: Broker.Record) async -> Bool {
        for _ in 0..<20 {
            let message = IncomingMessage(body: record.body, publishedAt: record.publishedAt)
            let outcome = await worker.intake.handle(message)
            heard(record, outcome)
            guard case .againSoon = outcome else { return true }
            guard (try? await network.time.sleep(for: .milliseconds(500))) != nil else { return false }
        }
        return false
    }

    private func call<Value: Sendable>(
        _ deed: @escaping @Sendable () -> Value
    ) async throws(SinkError) -> Value {
        try await network.send(
            Call(service: .broker, deed: "look: group", machine: machine),
            orFail: { reason, _ in SinkError(reason) },
            { () throws(SinkError) in deed() }
        )
    }
}
