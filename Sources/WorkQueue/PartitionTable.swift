/// A topic's partitions by their numbers, found without a search.
struct PartitionTable {
    /// Topics have no more partitions than this; who claims otherwise is served, but more slowly.
    private static let limit = 10_000

    private var near: [PartitionIntake?] = []
    private var far: [Int32: PartitionIntake] = [:]

    var count: Int { near.count { $0 != nil } + far.count }

    /// The numbers of those that are there.
    var numbers: [Int32] {
        near.indices.filter { near[$0] != nil }.map { Int32($0) } + far.keys
    }

    subscript(number: Int32) -> PartitionIntake? {
        _read {
            if near.indices.contains(Int(number)) { yield near[Int(number)] } else { yield far[number] }
        }
        _modify {
            if near.indices.contains(Int(number)) {
                yield &near[Int(number)]
            } else {
                yield &far[number]
            }
        }
    }

    /// Makes room, so that the partition is among those found quickly.
    mutating func insert(_ partition: PartitionIntake, at number: Int32) {
        if number >= 0, number < Self.limit, far[number] == nil {
            while near.count <= Int(number) { near.append(nil) }
        }
        self[number] = partition
    }

    func compactMapValues<Value>(_ transform: (PartitionIntake) -> Value?) -> [Int32: Value] {
        var values: [Int32: Value] = [:]
        for number in numbers { values[number] = self[number].flatMap(transform) }
        return values
    }
}
