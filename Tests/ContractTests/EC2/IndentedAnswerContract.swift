import AWS
import Foundation
import LocalStack
import Testing

/// EC2 has answered in indented XML: it means what the compact kind means.
@Suite("EC2: indented answers", .timeLimit(.minutes(1))) struct IndentedAnswerContract {
    /// Puts line breaks and blanks between tags, and into sets without elements, as a pretty-printer would.
    private struct Indented: LocalService {
        let name = "indented"
        let inner: any LocalService

        func handle(_ request: LocalRequest) async -> LocalResponse {
            var response = await inner.handle(request)
            guard case .data(let body) = response.body else { return response }
            var text = String(decoding: body, as: UTF8.self)
            text = text.replacing(/<(\w+Set)><\/\1>|<(\w+Set)\/>/) { match in
                let name = match.1 ?? match.2 ?? ""
                return "<\(name)>\n  </\(name)>"
            }
            text = text.replacing(/>(<\w)/) { ">\n    \($0.1)" }
            text = text.replacing(/(<\/\w+>|\/>)(<\/)/) { "\($0.1)\n  \($0.2)" }
            response.body = .data(Data(text.utf8))
            return response
        }

        func run() async throws { try await inner.run() }
    }

    @Test func `an indented answer is read as the compact one`() async throws {
        try await withLocalAWS({ Indented(inner: $0) }) { bench, local in
            let none = try await bench.ec2.describeVolumes(filters: [])
            #expect(none == [])
            let tags = ["mark": " a & b ", "blank": " ", "empty": ""]
            _ = local.ec2.plant(volumeIn: "us-east-2a", sizeGiB: 3, tags: tags)
            let bare = local.ec2.plant(volumeIn: "us-east-2b", sizeGiB: 4)
            let found = try await bench.ec2.describeVolumes(filters: [.tag("mark", " a & b ")])
            #expect(found.map(\.tags) == [tags])
            #expect(found.map(\.sizeGiB) == [3])
            let other = try await bench.ec2.describeVolumes(ids: [EC2.VolumeID(bare)])
            #expect(other.map(\.tags) == [[:]])
            #expect(other.map(\.attachments) == [[]])
            let error = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.deleteVolume(EC2.VolumeID("vol-0123456789abcdef0"))
            }
            #expect(error.code == .volumeNotFound)
            #expect(error.unknownIDs == ["vol-0123456789abcdef0"])
            #expect(error.requestID?.isEmpty == false)
        }
    }
}
