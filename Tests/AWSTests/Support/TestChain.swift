import AWS
import Foundation
import Logging

/// The chain over an environment, files and a scripted network.
struct TestChain {
    var environment: [String: String] = [:]
    var files = TestFiles()
    var transport = ScriptedTransport()
    var runner = TestRunner(output: "")
    var time = TestTime()

    func surroundings() throws -> CredentialSurroundings {
        var environment = environment
        environment["HOME"] = "/home/u"
        return CredentialSurroundings(
            settings: try AWSSettings(environment: environment, files: files.access),
            region: try requireRegion("eu-central-1"),
            transport: transport,
            files: files.access,
            runner: runner,
            time: time.time,
            logger: Logger(label: "test")
        )
    }

    func credentials() async throws -> Credentials {
        try await CredentialChain(surroundings()).credentials()
    }
}

struct TestRunner: ProcessRunner {
    var words: [String]?
    var output: String

    func run(
        _ words: [String],
        environment: [String: String],
        timeout: Duration,
        time: AWSTime
    ) async throws(CredentialError) -> [UInt8] {
        if let expected = self.words, expected != words {
            throw CredentialError(.unavailable, "unexpected words: \(words)")
        }
        return Array(output.utf8)
    }
}

extension AWSResponse {
    static func sts(_ action: String, key: String = "ASIA1") -> AWSResponse {
        xml(
            """
            <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result>
            <AssumedRoleUser><Arn>a</Arn></AssumedRoleUser><Credentials><AccessKeyId>\(key)</AccessKeyId>
            <SecretAccessKey>sec/ret</SecretAccessKey><SessionToken>to+ken==</SessionToken>
            <Expiration>2026-09-21T15:13:20Z</Expiration></Credentials></\(action)Result>
            <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></\(action)Response>
            """
        )
    }

    static func stsError(_ code: String, status: Int = 400) -> AWSResponse {
        xml(
            "<ErrorResponse><Error><Code>\(code)</Code><Message>m</Message></Error></ErrorResponse>",
            status: status
        )
    }
}
