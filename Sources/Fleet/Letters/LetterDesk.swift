import Foundation
import Kafka
package import Logging
package import Reservations
import Synchronization

/// Reads all dead letters there are, and settles them.
package struct LetterDesk: Sendable {
    private static let silenceLimit = Duration.seconds(20)

    private let kafka: KafkaAccess
    private let topics: Topics
    private let time: any Timepiece
    private let logger: Logger

    package init(_ kafka: KafkaAccess, topics: Topics, time: any Timepiece, logger: Logger) {
        self.kafka = kafka
        self.topics = topics
        self.time = time
        self.logger = logger
    }

    /// Reads the topic from its beginning to its end as of now, without a group.
    ///
    /// - Parameters:
    ///   - box: where the letters go.
    ///   - progress: told how many records have been read, and how many there are.
    /// - Returns: the box.
    /// - Throws: ``StartError`` if the topic isn't there, or can't be read to its end.
    package func read(
        into box: LetterBox,
        progress: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> LetterBox {
        do {
            let admin = try Admin(configuration: kafka.configuration, logger: logger)
            defer { admin.close() }
            let reader = try TopicReader(
                configuration: kafka.configuration,
                topic: topics.dead.name,
                messagesReadAhead: 1000,
                logger: logger
            )
            defer { reader.close() }
            let starts = try await reader.start(from: .beginning, within: .seconds(15))
            let ends = try await admin.endOffsets(of: [topics.dead.name])
            let course = LetterCourse(from: starts, to: ends)
            return try await read(reader, course, into: box, progress)
        } catch let error as StartError {
            throw error
        } catch {
            throw KafkaAccess.startError(error)
        }
    }

    private func read(
        _ reader: TopicReader,
        _ course: LetterCourse,
        into box: LetterBox,
        _ progress: @escaping @Sendable (Int64, Int64) -> Void
    ) async throws -> LetterBox {
        guard !course.isOver else { return box }
        let heard = Heard()
        let name = topics.dead.name
        return try await withThrowingTaskGroup(of: LetterBox?.self) { group in
            group.addTask {
                var (box, course) = (box, course)
                for try await message in reader.messages {
                    heard.count.wrappingAdd(1, ordering: .relaxed)
                    if course.take(message.topicPartition, message.offset) { box.take(message) }
                    progress(course.done, course.total)
                    if course.isOver { return box }
                }
                throw StartError(.unavailable, "\(name) can't be read to its end")
            }
            group.addTask {
                var last: Int64 = -1
                while true {
                    let count = heard.count.load(ordering: .relaxed)
                    guard count != last else {
                        throw StartError(.unavailable, "\(name) can't be read to its end: no broker answers")
                    }
                    last = count
                    try await time.sleep(for: Self.silenceLimit)
                }
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let box = first else { throw CancellationError() }
            return box
        }
    }
}

/// How many records were heard, so that silence is noticed.
private final class Heard: Sendable {
    let count = Atomic<Int64>(0)
}

/// How far a reader has come on its way to the end, in each partition.
struct LetterCourse: Sendable {
    private var ahead: [TopicPartition: (next: Int64, end: Int64)] = [:]
    let total: Int64
    private(set) var done: Int64 = 0

    init(from starts: [TopicPartition: Int64], to ends: [TopicPartition: Int64]) {
        for (partition, start) in starts {
            guard let end = ends[partition], start < end else { continue }
            ahead[partition] = (start, end)
        }
        total = ahead.values.reduce(0) { $0 + $1.end - $1.next }
    }

    var isOver: Bool { ahead.isEmpty }

    /// Whether the record at that offset belongs to what there was at the start.
    mutating func take(_ partition: TopicPartition, _ offset: Int64) -> Bool {
        guard let (next, end) = ahead[partition] else { return false }
        done += min(offset + 1, end) - next
        // Records may be missing in between, never out of order.
        ahead[partition] = offset + 1 >= end ? nil : (offset + 1, end)
        return offset < end
    }
}
