import Testing

@testable import Kafka

@Test func `a queue gives back what went in, in order, through compactions`() {
    var queue = FIFO<Int>()
    var expected: [Int] = []
    var taken: [Int] = []
    for number in 0..<1000 {
        queue.append(number)
        expected.append(number)
        if number % 3 == 0, let first = queue.popFirst() { taken.append(first) }
    }
    #expect(queue.count == 1000 - taken.count)
    queue.removeAll { $0 % 2 == 1 && $0 >= 500 }
    while let first = queue.popFirst() { taken.append(first) }
    #expect(taken == expected.filter { !($0 % 2 == 1 && $0 >= 500) })
    #expect(queue.first == nil)
}
