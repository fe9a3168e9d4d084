import AWS
import Foundation
import Testing

/// Containers' agents and instance metadata.
struct MetadataCredentialTests {
    static let document = AWSResponse.json(
        #"{"Code":"Success","AccessKeyId":"ASIAMETA","SecretAccessKey":"s","Token":"t","#
            + #""Expiration":"2026-09-21T20:13:20Z"}"#
    )

    @Test func `the relative path beats the whole URL, and the token file beats the variable`() async throws {
        var chain = TestChain()
        chain.environment = [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1?a=b",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/x",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/var/token",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "variable",
        ]
        chain.files["/var/token"] = "one\n"
        chain.transport = ScriptedTransport(Self.document, Self.document)
        let found = try await chain.credentials()
        #expect(found.source == .container)
        #expect(found.sessionToken == "t")
        chain.files["/var/token"] = "two"
        _ = try await chain.credentials()
        #expect(
            chain.transport.requests.map(\.url)
                == Array(repeating: "http://169.254.170.2/v2/credentials/1?a=b", count: 2)
        )
        #expect(chain.transport.requests.map { $0.header("authorization") } == ["one", "two"])
    }

    static let hosts: [(String, Bool)] = [
        ("http://169.254.170.23/v1/credentials", true), ("http://[fd00:ec2::23]/v1/credentials", true),
        ("http://127.0.0.5:8080/", true), ("http://localhost:1/", true), ("http://[::1]/", true),
        ("https://example.com/x", true), ("http://example.com/x", false), ("http://169.254.169.254/", false),
        ("http://127.0.0.1.example.com/", false), ("http://127.0.0.256/", false), ("ftp://127.0.0.1/", false),
        ("http://user@127.0.0.1/", false), ("nonsense", false),
    ]

    @Test(arguments: hosts)
    func `only known hosts are asked in the clear`(url: String, isAllowed: Bool) async throws {
        var chain = TestChain()
        chain.environment = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "variable",
        ]
        chain.transport = ScriptedTransport(Self.document)
        if isAllowed {
            #expect(try await chain.credentials().accessKeyID == "ASIAMETA")
            #expect(chain.transport.requests.first?.header("authorization") == "variable")
        } else {
            await #expect { try await chain.credentials() } throws: {
                ($0 as? CredentialError)?.code == .misconfigured
            }
            #expect(chain.transport.requests.isEmpty)
        }
    }

    @Test func `an agent that fails is asked three times, one that refuses once`() async throws {
        var chain = TestChain()
        chain.environment = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/"]
        chain.transport = ScriptedTransport([
            ScriptedTransport.failing(.timeout), ScriptedTransport.answering(.json("", status: 500)),
            ScriptedTransport.answering(Self.document), ScriptedTransport.answering(.json("no", status: 403)),
        ])
        #expect(try await chain.credentials().accessKeyID == "ASIAMETA")
        #expect(chain.time.sleeps == [.seconds(1), .seconds(1)])
        await #expect { try await chain.credentials() } throws: {
            ($0 as? CredentialError)?.code == .unavailable
        }
        #expect(chain.transport.requests.count == 4)
    }

    @Test func `an instance is asked for a token, its role and its credentials`() async throws {
        var chain = TestChain()
        chain.transport = ScriptedTransport(.json("tok"), .json("the-role\n"), Self.document)
        let found = try await chain.credentials()
        #expect(found.source == .instanceMetadata)
        #expect(found.expiration == Date(timeIntervalSince1970: 1_790_021_600))
        let requests = chain.transport.requests
        #expect(requests.map(\.method) == ["PUT", "GET", "GET"])
        #expect(requests[0].url == "http://169.254.169.254/latest/api/token")
        #expect(requests[0].header("x-aws-ec2-metadata-token-ttl-seconds") == "21600")
        #expect(requests[2].path == "/latest/meta-data/iam/security-credentials/the-role")
        #expect(requests[1...].allSatisfy { $0.header("x-aws-ec2-metadata-token") == "tok" })
        #expect(chain.transport.timeouts == Array(repeating: .seconds(1), count: 3))
    }

    static let broken: [([AWSResponse], CredentialError.Code)] = [
        ([.json("", status: 403)], .unavailable),
        ([.json("tok"), .json("", status: 404)], .unavailable),
        ([.json("tok"), .json("a\nb")], .malformed),
        ([.json("tok"), .json("r"), .json("<html>")], .malformed),
        ([.json("tok"), .json("r"), .json(#"{"Code":"AssumeRoleUnauthorizedAccess"}"#)], .unavailable),
        ([.json("tok"), .json("r"), .json(#"{"AccessKeyId":"a","SecretAccessKey":"s"}"#)], .malformed),
        ([.json("tok"), .json("r"), .json(#"{"AccessKeyId":"a"}"#)], .partial),
    ]

    @Test(arguments: broken)
    func `an instance that answers no credentials is an error`(
        answers: [AWSResponse],
        code: CredentialError.Code
    ) async throws {
        var chain = TestChain()
        chain.transport = ScriptedTransport(answers.map(ScriptedTransport.answering))
        await #expect { try await chain.credentials() } throws: { ($0 as? CredentialError)?.code == code }
    }

    @Test func `the instance's endpoint can be set`() async throws {
        var chain = TestChain()
        chain.environment = [
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1338/",
            "AWS_METADATA_SERVICE_TIMEOUT": "5",
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2",
        ]
        await #expect(throws: CredentialError.self) { try await chain.credentials() }
        #expect(
            chain.transport.requests.map(\.url)
                == Array(repeating: "http://127.0.0.1:1338/latest/api/token", count: 2)
        )
        #expect(chain.transport.timeouts == [.seconds(5), .seconds(5)])
    }
}
