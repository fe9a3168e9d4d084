import AWS
import Foundation
import Testing

/// Against the published test suite of Signature Version 4 and the example of the IAM user guide.
struct SigV4Tests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        var method = "GET"
        var url = "https://example.amazonaws.com/"
        var headers: [AWSRequest.HeaderField] = []
        var token: String?
        var service = "service"
        let signed: String
        let signature: String

        var testDescription: String { name }
    }

    static let sessionToken =
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTf"
        + "lfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HF"
        + "vlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr"
        + "4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

    static let vectors = [
        Vector(
            name: "get-vanilla",
            signed: "host;x-amz-date",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        ),
        Vector(
            name: "post-vanilla",
            method: "POST",
            signed: "host;x-amz-date",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        ),
        Vector(
            name: "get-vanilla-query-order-key-case",
            url: "https://example.amazonaws.com/?Param2=value2&Param1=value1",
            signed: "host;x-amz-date",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ),
        Vector(
            name: "post-header-value-case",
            method: "POST",
            headers: [.init("My-Header1", "VALUE1")],
            signed: "host;my-header1;x-amz-date",
            signature: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"
        ),
        Vector(
            name: "post-sts-header-before",
            method: "POST",
            token: sessionToken,
            signed: "host;x-amz-date;x-amz-security-token",
            signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"
        ),
        Vector(
            name: "the guide's ListUsers",
            url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
            headers: [.init("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
            service: "iam",
            signed: "content-type;host;x-amz-date",
            signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        ),
    ]

    static let date = Date(timeIntervalSince1970: 1_440_938_160)

    @Test(arguments: vectors)
    func `a published vector has its published signature`(vector: Vector) throws {
        var request = try #require(AWSRequest(getting: vector.url))
        request.method = vector.method
        request.headers = vector.headers
        let signed = SigV4(region: "us-east-1", service: vector.service)
            .sign(request, with: Self.credentials(vector.token), at: Self.date)
        #expect(
            signed.header("authorization")
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/\(vector.service)/aws4_request, "
                + "SignedHeaders=\(vector.signed), Signature=\(vector.signature)"
        )
        #expect(signed.header("x-amz-date") == "20150830T123600Z")
        #expect(signed.header("x-amz-security-token") == vector.token)
    }

    @Test func `headers that are changed on the way are not signed`() throws {
        var request = try #require(AWSRequest(getting: "https://example.amazonaws.com/"))
        request.headers = ["Connection", "User-Agent", "Transfer-Encoding", "Expect", "Authorization"]
            .map { .init($0, "anything") }
        let signed = SigV4(region: "us-east-1", service: "service")
            .sign(request, with: Self.credentials(nil), at: Self.date)
        #expect(
            signed.header("authorization")?.hasSuffix(
                "SignedHeaders=host;x-amz-date, "
                    + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
            ) == true
        )
        #expect(signed.header("user-agent") == "anything")
    }

    @Test func `a port that isn't the scheme's own stands in the signed host`() throws {
        let request = try #require(AWSRequest(getting: "http://127.0.0.1:4566/"))
        let signed = SigV4(region: "us-east-1", service: "ec2")
            .sign(request, with: Self.credentials(nil), at: Self.date)
        #expect(signed.header("host") == "127.0.0.1:4566")
        #expect(signed.url == "http://127.0.0.1:4566/")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, -1, 1e300])
    func `a date outside the calendar is clamped, not fatal`(seconds: Double) throws {
        let request = try #require(AWSRequest(getting: "https://example.amazonaws.com/"))
        let date = Date(timeIntervalSince1970: seconds)
        let signed = SigV4(region: "r", service: "s").sign(request, with: Self.credentials(nil), at: date)
        #expect(signed.header("x-amz-date")?.count == 16)
    }

    static func credentials(_ token: String?) -> Credentials {
        Credentials(
            accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            sessionToken: token
        )
    }
}
