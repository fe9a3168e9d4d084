/// The dispatches that aren't over, each in a slot that its reports name.
///
/// Bounded by the tasks that send: each is suspended.
struct DispatchTable {
    private var slots: [Dispatch?] = []
    private var free: [Int] = []
    private(set) var lastNumber: UInt = 0

    var count: Int { slots.count - free.count }
    var live: [Dispatch] { slots.compactMap { $0 } }

    /// Whether nothing has left for the library without a report.
    var isQuiet: Bool { !slots.contains { $0.map { $0.underWay > 0 } ?? false } }

    mutating func insert(_ dispatch: Dispatch) {
        lastNumber += 1
        dispatch.number = lastNumber
        if let slot = free.popLast() {
            slots[slot] = dispatch
            dispatch.slot = slot
        } else {
            dispatch.slot = slots.count
            slots.append(dispatch)
        }
    }

    mutating func remove(_ dispatch: Dispatch) {
        guard let slot = dispatch.slot else { return }
        dispatch.slot = nil
        slots[slot] = nil
        free.append(slot)
    }

    subscript(ticket: Ticket) -> Dispatch? {
        slots.indices.contains(ticket.slot) ? slots[ticket.slot] : nil
    }
}

/// What the library carries along with a record: a number, not a reference, so that it retains nothing.
struct Ticket {
    let slot: Int
    /// The record's place in its dispatch.
    let index: Int

    private static let indexBits: UInt = 32

    init(slot: Int, index: Int) {
        self.slot = slot
        self.index = index
    }

    init(_ opaque: UnsafeMutableRawPointer?) {
        let bits = UInt(bitPattern: opaque)
        slot = Int(bits >> Self.indexBits)
        index = Int(bits & (1 << Self.indexBits - 1))
    }

    var opaque: UnsafeMutableRawPointer? {
        UnsafeMutableRawPointer(bitPattern: UInt(slot) << Self.indexBits | UInt(index))
    }
}
