import AWS
import Foundation
import Testing

struct CredentialChainTests {
    @Test func `the environment comes first`() async throws {
        var chain = TestChain()
        chain.environment = [
            "AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
        ]
        chain.files["/home/u/.aws/credentials"] =
            "[default]\naws_access_key_id=AKIDFILE\naws_secret_access_key=x\n"
        let found = try await chain.credentials()
        #expect(
            found
                == Credentials(
                    accessKeyID: "AKIDENV",
                    secretAccessKey: "s",
                    sessionToken: "t",
                    source: .environment
                )
        )
        #expect("\(found)" == "Credentials(AKIDENV, environment)", "no secret is printed")
    }

    static let halves: [[String: String]] = [
        ["AWS_ACCESS_KEY_ID": "a"], ["AWS_SECRET_ACCESS_KEY": "s"],
        ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": " "],
    ]

    @Test(arguments: halves)
    func `half a pair is an error, whatever comes later`(environment: [String: String]) async throws {
        var chain = TestChain()
        chain.environment = environment
        chain.files["/home/u/.aws/credentials"] =
            "[default]\naws_access_key_id=AKIDFILE\naws_secret_access_key=x\n"
        await #expect { try await chain.credentials() } throws: { ($0 as? CredentialError)?.code == .partial }
    }

    @Test func `half a pair in a file is an error too`() async throws {
        let chain = TestChain()
        chain.files["/home/u/.aws/credentials"] = "[default]\naws_access_key_id=AKIDFILE\n"
        await #expect { try await chain.credentials() } throws: { ($0 as? CredentialError)?.code == .partial }
    }

    @Test func `the credentials file beats the process, which beats the configuration file`() async throws {
        var chain = TestChain()
        chain.runner = TestRunner(
            words: ["/bin/give me", "a\"b", "c\\d"],
            output: #"{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"s","SessionToken":"t","#
                + #""Expiration":"2026-09-21T15:13:20+00:00"}"#
        )
        let keys = "aws_access_key_id = AKIDCONF\naws_secret_access_key = s\n"
        let configuration =
            #"[default]"# + "\n" + keys + #"credential_process = "/bin/give me" "a\"b" 'c\d'"# + "\n"
        chain.files["/home/u/.aws/config"] = configuration
        chain.files["/home/u/.aws/credentials"] =
            "[default]\naws_access_key_id=AKIDCRED\naws_secret_access_key=x\n"
        #expect(try await chain.credentials().accessKeyID == "AKIDCRED")
        chain.files["/home/u/.aws/credentials"] = nil
        let processed = try await chain.credentials()
        #expect(processed.accessKeyID == "AKIDPROC")
        #expect(processed.expiration == Date(timeIntervalSince1970: 1_790_003_600))
        #expect(processed.source == .process)
        chain.files["/home/u/.aws/config"] = "[default]\n" + keys
        #expect(try await chain.credentials().accessKeyID == "AKIDCONF")
    }

    static let bad = [
        "", "{}", #"{"Version":2,"AccessKeyId":"a","SecretAccessKey":"s"}"#, #"{"Version":1}"#,
        #"{"Version":1,"AccessKeyId":"a"}"#,
        #"{"Version":1,"AccessKeyId":"a","SecretAccessKey":"s","Expiration":"soon"}"#,
    ]

    @Test(arguments: bad)
    func `a process that answers no credentials is an error`(output: String) async throws {
        var chain = TestChain()
        chain.runner = TestRunner(output: output)
        chain.files["/home/u/.aws/config"] = "[default]\ncredential_process = x\n"
        await #expect(throws: CredentialError.self) { try await chain.credentials() }
    }

    @Test func `with nothing configured the error names what was looked at`() async throws {
        var chain = TestChain()
        chain.environment = ["AWS_EC2_METADATA_DISABLED": "true"]
        await #expect { try await chain.credentials() } throws: { error in
            guard let error = error as? CredentialError else { return false }
            return error.code == .none && error.message.contains("environment")
                && error.message.contains("instance metadata")
        }
        #expect(chain.transport.requests.isEmpty)
    }

    @Test func `a profile for single sign-on is refused, not skipped`() async throws {
        let chain = TestChain()
        chain.files["/home/u/.aws/config"] = "[default]\nsso_session = s\n"
        await #expect { try await chain.credentials() } throws: {
            ($0 as? CredentialError)?.code == .unsupported
        }
    }

    @Test func `a program is run, its failure and its flood are errors`() async throws {
        let time = AWSTime(
            elapsed: { .zero },
            date: { TestTime.epoch },
            sleep: { try await Task.sleep(for: $0) },
            fraction: { 0 }
        )
        let environment = ["PATH": "/usr/bin:/bin", "ANSWER": "42"]
        let runner = SystemProcessRunner()
        let limit = Duration.seconds(30)
        let output = try await runner.run(
            ["sh", "-c", "printf %s $ANSWER"],
            environment: environment,
            timeout: limit,
            time: time
        )
        #expect(output == Array("42".utf8))
        for command in ["exit 3", "yes", "sleep 100"] {
            await #expect(throws: CredentialError.self, "\(command)") {
                try await runner.run(
                    ["sh", "-c", command],
                    environment: environment,
                    timeout: command == "sleep 100" ? .milliseconds(50) : limit,
                    time: time
                )
            }
        }
    }
}
