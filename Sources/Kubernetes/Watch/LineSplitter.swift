import Foundation

/// Cuts a stream of bytes into lines, however its pieces fall.
struct LineSplitter {
    struct LineTooLong: Error, Equatable {}

    /// A line that grows longer is refused: an object in etcd has 1.5 MB at most.
    static let mostBytes = 4 << 20

    private let limit: Int
    private var rest = Data()

    init(limit: Int = LineSplitter.mostBytes) {
        self.limit = limit
    }

    /// Whether a line has begun and not ended.
    var isWithinLine: Bool { !rest.isEmpty }

    /// Takes a piece.
    ///
    /// - Returns: the lines that it completes, without empty ones.
    mutating func append(_ piece: Data) throws(LineTooLong) -> [Data] {
        var lines: [Data] = []
        var start = piece.startIndex
        while let end = piece[start...].firstIndex(of: 0x0A) {
            try take(piece[start..<end])
            if !rest.isEmpty { lines.append(rest) }
            rest = Data()
            start = piece.index(after: end)
        }
        try take(piece[start...])
        return lines
    }

    private mutating func take(_ part: Data) throws(LineTooLong) {
        guard rest.count + part.count <= limit else { throw LineTooLong() }
        rest.append(part)
    }
}
