import Foundation
import XMLCoder

/// Reads answers in XML, once their outline was found to be sound.
///
/// Foundation's parser ends the process over a name that isn't UTF-8, and it and XMLCoder descend once for each
/// level of elements. AWS's answers are elements and text, a few levels deep, and have no document type.
enum XMLAnswer {
    static func decode<Answer: Decodable>(
        _ answer: Answer.Type,
        from body: [UInt8],
        with decoder: XMLDecoder = XMLDecoder()
    ) throws -> Answer {
        try check(body)
        return try decoder.decode(answer, from: Data(body))
    }

    /// Whether the bytes are UTF-8, and their elements named plainly, closed in order and not too deep.
    static func check(_ body: [UInt8]) throws(MalformedXML) {
        guard String(validating: body, as: UTF8.self) != nil else { throw MalformedXML("it is not UTF-8") }
        var outline = XMLOutline(body)
        try outline.walk()
    }
}

/// Why an answer isn't read.
struct MalformedXML: Error, CustomStringConvertible {
    let reason: String
    var description: String { "the answer is no XML that can be read: \(reason)" }

    init(_ reason: String) { self.reason = reason }
}

/// The elements of a document, without what is in them.
private struct XMLOutline {
    private static let mostLevels = 64

    private let bytes: [UInt8]
    private var place = 0
    /// Where the names of the elements stand that are open.
    private var open: [Range<Int>] = []
    private var elements = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func walk() throws(MalformedXML) {
        while let tag = bytes[place...].firstIndex(of: UInt8(ascii: "<")) {
            place = tag
            if follows("<?") {
                try skip(past: "?>")
            } else if follows("<!--") {
                try skip(past: "-->")
            } else if follows("<![CDATA[") {
                try skip(past: "]]>")
            } else if follows("<!") {
                throw MalformedXML("it declares a document type")
            } else if follows("</") {
                try close()
            } else {
                try begin()
            }
        }
        guard open.isEmpty else { throw MalformedXML("it ends within an element") }
        guard elements > 0 else { throw MalformedXML("it has no elements") }
    }

    private func follows(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[place...].starts(with: $0) }
    }

    private mutating func skip(past end: StaticString) throws(MalformedXML) {
        while place < bytes.count {
            if follows(end) {
                place += end.utf8CodeUnitCount
                return
            }
            place += 1
        }
        throw MalformedXML("something is begun and not ended")
    }

    private mutating func begin() throws(MalformedXML) {
        place += 1
        let name = try name()
        guard let end = endOfTag() else { throw MalformedXML("a tag is begun and not ended") }
        let isEmpty = bytes[end - 1] == UInt8(ascii: "/")
        place = end + 1
        elements += 1
        guard !isEmpty else { return }
        open.append(name)
        guard open.count <= Self.mostLevels else {
            throw MalformedXML("it is more than \(Self.mostLevels) levels deep")
        }
    }

    private mutating func close() throws(MalformedXML) {
        place += 2
        let name = try name()
        guard let end = endOfTag() else { throw MalformedXML("a tag is begun and not ended") }
        guard let opened = open.popLast(), bytes[opened] == bytes[name] else {
            throw MalformedXML("an element is closed that isn't open")
        }
        place = end + 1
    }

    private mutating func name() throws(MalformedXML) -> Range<Int> {
        let start = place
        while place < bytes.count, Self.isOfName(bytes[place]) { place += 1 }
        guard start < place, !(UInt8(ascii: "-")...UInt8(ascii: ":")).contains(bytes[start]) else {
            throw MalformedXML("an element has no plain name")
        }
        return start..<place
    }

    /// The tag's `>`, which may stand in an attribute's value too.
    private func endOfTag() -> Int? {
        var quote: UInt8?
        for index in place..<bytes.count {
            switch (bytes[index], quote) {
            case (let byte, let open?): if byte == open { quote = nil }
            case (UInt8(ascii: "\""), nil), (UInt8(ascii: "'"), nil): quote = bytes[index]
            case (UInt8(ascii: ">"), nil): return index
            case (UInt8(ascii: "<"), nil): return nil
            default: break
            }
        }
        return nil
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: ":")
        }
    }
}
