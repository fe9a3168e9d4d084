import Fleet
import Foundation
import Kafka
import Reservations

/// What the commands about letters start with.
struct LetterSession {
    let session: Session
    let kafka: KafkaAccess
    let topics: Topics
    private let desk: LetterDesk

    init() throws {
        session = try Session()
        kafka = try KafkaAccess(session.settings, clientID: "berth-\(UUID())", logger: session.logger)
        topics = session.settings.topics
        desk = LetterDesk(kafka, topics: topics, time: SystemTime(), logger: session.logger)
    }

    /// The letters that fit; settled ones only if they are asked for.
    func read(_ filter: LetterFilter, keepsSettled: Bool) async throws -> LetterBox {
        let progress = LongProgress("read", of: "records of \(topics.dead.name)")
        let box = try await desk.read(into: LetterBox(filter, keepsSettled: keepsSettled)) { done, total in
            progress.tell(done, of: total)
        }
        if box.left > 0 {
            Printing.toStandardError(
                "\(box.left) more letters fit than can be kept at once; these are the oldest: narrow it down"
            )
        }
        return box
    }

    /// Who is at it, for those who look later.
    static var who: String {
        "\(ProcessMain.environment["USER"] ?? "somebody")@\(ProcessInfo.processInfo.hostName)"
    }
}
