import AWS
import Fleet
import Foundation
import Synchronization
import Testing

@Suite("The services' time") struct ServiceClockTests {
    private let start = Date(timeIntervalSince1970: 1_790_000_000)

    /// A clock at 100 s of monotone time, after answers that were `offset` seconds off and took a second.
    private func clock(_ seen: [(AWSService, TimeInterval)]) -> ServiceClock {
        let clock = ServiceClock { .seconds(100) }
        for (service, offset) in seen { note(clock, service, offset) }
        return clock
    }

    private func note(
        _ clock: ServiceClock,
        _ service: AWSService,
        _ offset: TimeInterval,
        took: Duration = .seconds(1)
    ) {
        let date = start.addingTimeInterval(offset)
        clock.note(date, of: service, sent: .seconds(10), received: .seconds(10) + took)
    }

    @Test func `one service is not believed`() {
        #expect(clock([]).now() == nil)
        #expect(clock([(.ec2, 0)]).now() == nil)
        #expect(clock([(.ec2, 0), (.ec2, 0)]).now() == nil)
    }

    @Test func `two that agree to a minute are, by the earlier`() {
        // 89.5 s after the middle of the exchange, in which the date stood half a second on.
        #expect(clock([(.ec2, 60), (.dynamoDB, 0)]).now() == start.addingTimeInterval(90))
        #expect(clock([(.ec2, 61), (.dynamoDB, 0)]).now() == nil)
    }

    @Test func `a third that is wrong is outvoted, two against two are not`() {
        #expect(clock([(.ec2, 0), (.dynamoDB, 10), (.efs, -9_000)]).now() == start.addingTimeInterval(90))
        #expect(clock([(.ec2, 0), (.dynamoDB, 10), (.efs, 9_000), (.sts, 9_001)]).now() == nil)
    }

    @Test func `the last answer counts, unless it took too long to tell`() {
        let clock = clock([(.ec2, 0), (.dynamoDB, 0)])
        note(clock, .ec2, 9_000, took: .seconds(21))
        #expect(clock.now() == start.addingTimeInterval(90))
        note(clock, .ec2, 9_000)
        #expect(clock.now() == nil)
    }

    @Test func `it goes on between answers`() {
        let elapsed = Mutex(Duration.seconds(100))
        let clock = ServiceClock { elapsed.withLock { $0 } }
        note(clock, .ec2, 0)
        note(clock, .dynamoDB, 0)
        elapsed.withLock { $0 += .seconds(3_600) }
        #expect(clock.now() == start.addingTimeInterval(3_690))
    }
}
