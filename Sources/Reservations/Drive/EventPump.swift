/// Progress for those who watch: told when the broker is there, and never waited for by the pipeline.
package struct EventPump: Sendable {
    /// Progress that nobody could hear is dropped beyond this, oldest first; what must be heard is in the row.
    static let bufferLimit = 1_000

    private let sink: any EventSink
    private let journal: any Journal
    private enum News: Sendable {
        case progress(ReservationEvent)
        case death(WorkerID)
    }

    private let news: AsyncStream<News>
    private let continuation: AsyncStream<News>.Continuation

    package init(sink: any EventSink, journal: any Journal) {
        self.sink = sink
        self.journal = journal
        (news, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.bufferLimit))
    }

    package func tell(_ event: ReservationEvent) {
        continuation.yield(.progress(event))
    }

    /// Tells the others of a death, so that they needn't find out by themselves.
    func tellDeath(of worker: WorkerID) {
        continuation.yield(.death(worker))
    }

    package func run() async {
        for await one in news {
            do {
                switch one {
                case .progress(let event): try await sink.publish(event)
                case .death(let worker): try await sink.hintDeath(of: worker)
                }
            } catch {
                journal.warn("progress not published", ["reason": error.reason])
            }
        }
    }
}
