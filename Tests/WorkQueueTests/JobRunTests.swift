import Testing

@testable import WorkQueue

@Suite struct JobRunTests {
    private func ending(_ number: UInt64) -> Ending {
        Ending(topic: "x", ticket: Ticket(place: Int(number), number: number), outcome: .done)
    }

    @Test func `the first that ends tells for those that end meanwhile`() {
        let endings = Endings()
        #expect(endings.add(ending(1)))
        #expect(!endings.add(ending(2)))
        #expect(endings.takeAll().map(\.ticket.number) == [1, 2])
        #expect(endings.takeAll().isEmpty)
        #expect(endings.add(ending(3)))
    }

    @Test func `while ends are expected only every 64th tells, and none is lost when it is over`() {
        let endings = Endings()
        endings.expect(true)
        let telling = (1...130).filter { endings.add(ending(UInt64($0))) }
        #expect(telling == [64, 128])
        endings.expect(false)
        #expect(endings.takeAll().count == 130)
        #expect(endings.add(ending(131)))
    }
}
