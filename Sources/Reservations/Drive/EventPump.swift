/// Progress for those who watch: told when the broker is there, and never waited for by the pipeline.
package struct EventPump: Sendable {
    /// Progress that nobody could hear is dropped beyond this, oldest first; what must be heard is in the row.
    static let bufferLimit = 1_000

    private let sink: any EventSink
    private let journal: any Journal
    private let events: AsyncStream<ReservationEvent>
    private let continuation: AsyncStream<ReservationEvent>.Continuation

    package init(sink: any EventSink, journal: any Journal) {
        self.sink = sink
        self.journal = journal
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.bufferLimit))
    }

    package func tell(_ event: ReservationEvent) {
        continuation.yield(event)
    }

    package func run() async {
        for await event in events {
            do {
                try await sink.publish(event)
            } catch {
                journal.warn("progress not published", ["reason": error.reason])
            }
        }
    }
}
