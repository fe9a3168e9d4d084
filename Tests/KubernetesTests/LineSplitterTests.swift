import Foundation
import Testing

@testable import Kubernetes

struct LineSplitterTests {
    @Test func `a line of exactly the limit passes, one byte more is refused`() throws {
        var splitter = LineSplitter(limit: 8)
        #expect(try splitter.append(Data("12345678\n".utf8)) == [Data("12345678".utf8)])
        #expect(try splitter.append(Data("1234".utf8)).isEmpty)
        #expect(throws: LineSplitter.LineTooLong()) { try splitter.append(Data("56789".utf8)) }
    }

    @Test func `a line without an end is refused although no line end ever comes`() throws {
        var splitter = LineSplitter(limit: 1000)
        let piece = Data(repeating: 0x61, count: 300)
        for _ in 0..<3 { #expect(try splitter.append(piece).isEmpty) }
        #expect(throws: LineSplitter.LineTooLong()) { try splitter.append(piece) }
    }

    @Test func `any cut gives the same lines`() throws {
        let whole = Data("one\n\ntwo\r\n\nthree\n".utf8)
        for cut in 0...whole.count {
            var splitter = LineSplitter()
            // Slices have indices of their own, as pieces of a buffer do.
            let lines = try splitter.append(whole.prefix(cut)) + splitter.append(whole.dropFirst(cut))
            #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["one", "two\r", "three"])
            #expect(!splitter.isWithinLine)
        }
    }
}
