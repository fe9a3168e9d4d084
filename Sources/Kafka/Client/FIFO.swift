/// First in, first out, without moving the rest at each step.
struct FIFO<Element> {
    private static var compactAfter: Int { 64 }

    private var items: [Element?] = []
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : items[head] }

    /// What waits, the oldest first.
    var elements: some Sequence<Element> { items[head...].lazy.compactMap { $0 } }

    mutating func append(_ element: Element) {
        items.append(element)
    }

    mutating func popFirst() -> Element? {
        guard let element = first else { return nil }
        items[head] = nil
        head += 1
        if head >= Self.compactAfter, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Makes an element that was taken the first again.
    mutating func putBack(_ element: Element) {
        if head > 0 {
            head -= 1
            items[head] = element
        } else {
            items.insert(element, at: 0)
        }
    }

    mutating func removeAll(where matches: (Element) -> Bool) {
        items = items[head...].filter { item in item.map { !matches($0) } ?? false }
        head = 0
    }
}
