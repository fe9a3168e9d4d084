import Foundation
import Testing

@testable import AWS

/// What Foundation's parser must not get to see, and what it must.
@Suite struct XMLAnswerTests {
    private struct Answer: Decodable {
        let a: String?
    }

    private func decode(_ text: String) throws -> String? {
        try XMLAnswer.decode(Answer.self, from: Array(text.utf8)).a
    }

    @Test func `an answer with a name that is not UTF-8 is an error, and not the end of the process`() throws
    {
        let mangled = try #require(
            Data(
                base64Encoded:
                    "PD94bWwgdmVyc2lvbj0iMS4wIiBlbmNvZGluZz0iVVRGLTgiPz48RGVzY3JpYmVWb2x1bWVzUv9A8N0F"
                    + "ewAAZXNwb25zZSB4bWxucz0iaHR0cDovL2VjMi5hbWF6b25hd3MuY29tL2RvYy8yMDE2LTExLTE1LyI+"
                    + "PDw/eG1scmVxdSB2ZWVzdElyc2Q+cjxp"
            )
        )
        #expect(throws: MalformedXML.self) {
            try EC2Wire.decode(EC2Wire.Volumes.self, from: Array(mangled))
        }
    }

    @Test(arguments: [
        "", "text", "<", "<>", "<r", "<r><a></r></a>", "<r><a>", "<r></r></r>", "<1r></1r>", "<r><a b='></r>",
        "<!DOCTYPE r [<!ENTITY e 'x'>]><r><a>&e;</a></r>", "<r><!-- a</r>", "<r><![CDATA[</r>", "<?xml <r/>",
        "<r <a/>>",
    ])
    func `what isn't whole or has a document type is refused`(text: String) {
        #expect(throws: MalformedXML.self) { try decode(text) }
    }

    @Test(arguments: [64, 65, 100_000])
    func `depth is bounded`(levels: Int) {
        let text = String(repeating: "<r>", count: levels) + String(repeating: "</r>", count: levels)
        let isRead = (try? XMLAnswer.check(Array(text.utf8))) != nil
        #expect(isRead == (levels <= 64))
    }

    @Test(arguments: [
        "<r><a>v</a></r>", "<?xml version='1.0' encoding=\"UTF-8\"?>\n<r x='a>b' y=\"'\"><a>v</a><b/></r>",
        "<r><!-- <x> --><a><![CDATA[v]]></a></r>", "<r><a >v</a ></r>",
    ])
    func `what is whole is read`(text: String) throws {
        #expect(try decode(text) == "v")
    }
}
