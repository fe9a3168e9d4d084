import AWS
import Foundation
import Logging
import Testing

struct SettingsTests {
    static let configuration = """
        # a comment
        [default]
        region = eu-west-1
        endpoint_url = http://default:1

        [profile "two words"]
        region=ap-south-1
        s3 =
          max_concurrent_requests = 20
          region = nested
        max_attempts = 7
        services = local
        endpoint_url = http://profile:2
        ca_bundle = /etc/ca.pem

        [services local]
        dynamodb =
          endpoint_url = http://services:3
        ; another
        """

    private func settings(_ environment: [String: String], _ text: String = configuration) throws
        -> AWSSettings
    {
        let files = TestFiles(["/c": text])
        let all = environment.merging(["AWS_CONFIG_FILE": "/c"]) { $1 }
        return try AWSSettings(environment: all, files: files.access)
    }

    static let regions: [([String: String], String)] = [
        (["AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"], "us-east-1"),
        (["AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-2"], "us-east-2"),
        ([:], "eu-west-1"),
        (["AWS_PROFILE": "two words"], "ap-south-1"),
        (["AWS_DEFAULT_PROFILE": "two words"], "ap-south-1"),
    ]

    @Test(arguments: regions)
    func `the region is the variable's, then the profile's`(environment: [String: String], region: String)
        throws
    {
        #expect(try settings(environment).region?.code == region)
    }

    @Test func `a profile sets attempts and certificates, and variables beat it`() throws {
        let profile = try settings(["AWS_PROFILE": "two words"])
        #expect(profile.retries.maxAttempts == 7)
        #expect(profile.caBundle == "/etc/ca.pem")
        let variables = ["AWS_PROFILE": "two words", "AWS_MAX_ATTEMPTS": "2", "AWS_CA_BUNDLE": "/x"]
        let environment = try settings(variables)
        #expect(environment.retries.maxAttempts == 2)
        #expect(environment.caBundle == "/x")
        #expect(try settings([:]).retries == RetryPolicy())
    }

    static let endpoints: [([String: String], String, String)] = [
        ([:], "http://default:1", "http://default:1"),
        (["AWS_ENDPOINT_URL": "http://all:4/"], "http://all:4", "http://all:4"),
        (
            ["AWS_ENDPOINT_URL": "http://all:4", "AWS_ENDPOINT_URL_DYNAMODB": "https://d"], "https://d",
            "http://all:4"
        ),
        (["AWS_PROFILE": "two words"], "http://services:3", "http://profile:2"),
        (["AWS_PROFILE": "two words", "AWS_ENDPOINT_URL": "http://all:4"], "http://all:4", "http://all:4"),
        (
            ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_ENDPOINT_URL": "http://all:4"],
            "https://dynamodb.us-east-1.amazonaws.com", "https://ec2.us-east-1.amazonaws.com"
        ),
    ]

    @Test(arguments: endpoints)
    func `an endpoint is the service's own, then that for all, then the profile's`(
        environment: [String: String],
        dynamoDB: String,
        ec2: String
    ) throws {
        let endpoints = try settings(environment).endpoints
        let region = try requireRegion("us-east-1")
        #expect(endpoints.endpoint(of: .dynamoDB, in: region).description == dynamoDB)
        #expect(endpoints.endpoint(of: .ec2, in: region).description == ec2)
    }

    static let mistakes: [([String: String], String)] = [
        (["AWS_PROFILE": "nobody"], "AWS_PROFILE"),
        (["AWS_REGION": "us east"], "AWS_REGION"),
        (["AWS_REGION": "a.evil.example/"], "AWS_REGION"),
        (["AWS_MAX_ATTEMPTS": "many"], "AWS_MAX_ATTEMPTS"),
        (["AWS_MAX_ATTEMPTS": "0"], "AWS_MAX_ATTEMPTS"),
        (["AWS_RETRY_MODE": "bold"], "AWS_RETRY_MODE"),
        (["AWS_EC2_METADATA_DISABLED": "yes"], "AWS_EC2_METADATA_DISABLED"),
        (["AWS_ENDPOINT_URL_EC2": "127.0.0.1:4566"], "AWS_ENDPOINT_URL_EC2"),
        (["AWS_ENDPOINT_URL": "http://h:99999"], "AWS_ENDPOINT_URL"),
    ]

    @Test(arguments: mistakes)
    func `a malformed setting is refused by name`(environment: [String: String], key: String) {
        let error = #expect(throws: AWSSettingsError.self) { try settings(environment) }
        #expect(error?.key == key)
    }

    @Test(arguments: ["a = b", "[default", "[default]\nnonsense"])
    func `a malformed file is refused with its line`(text: String) {
        let error = #expect(throws: AWSSettingsError.self) { try settings([:], text) }
        #expect(error?.key == "/c")
        #expect(error?.reason.hasPrefix("line ") == true)
    }

    @Test func `the files are in the home directory, and none is no error`() throws {
        let files = TestFiles(["/h/.aws/config": "[default]\nregion=a-1"])
        #expect(try AWSSettings(environment: ["HOME": "/h"], files: files.access).region?.code == "a-1")
        #expect(try AWSSettings(environment: [:], files: files.access).region == nil)
        let tilde = ["HOME": "/h", "AWS_CONFIG_FILE": "~/.aws/config"]
        #expect(try AWSSettings(environment: tilde, files: files.access).region?.code == "a-1")
    }

    @Test func `a client is put together from settings, for local endpoints too`() async throws {
        let transport = ScriptedTransport(.json("{}"))
        let environment = [
            "AWS_REGION": "eu-north-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
            "AWS_ACCESS_KEY_ID": "AKIDENV",
            "AWS_SECRET_ACCESS_KEY": "s",
        ]
        let client = try AWSClient(
            settings: settings(environment),
            transport: transport,
            time: TestTime().time,
            logger: Logger(label: "test")
        )
        _ = try await DynamoDB(client).getItem(CallTests.get)
        let request = try #require(transport.requests.first)
        #expect(request.url == "http://127.0.0.1:4566/")
        #expect(request.header("host") == "127.0.0.1:4566")
        #expect(
            request.header("authorization")?.contains("AKIDENV/20260921/eu-north-1/dynamodb/aws4_request")
                == true
        )
    }

    @Test func `without a region there is no client`() throws {
        let settings = try settings([:], "")
        let error = #expect(throws: AWSSettingsError.self) {
            try AWSClient(
                settings: settings,
                transport: ScriptedTransport(),
                time: TestTime().time,
                logger: Logger(label: "test")
            )
        }
        #expect(error?.key == "AWS_REGION")
    }

    static let hosts: [(String, String)] = [
        ("eu-central-1", "https://elasticfilesystem.eu-central-1.amazonaws.com"),
        ("cn-north-1", "https://elasticfilesystem.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "https://elasticfilesystem.us-gov-west-1.amazonaws.com"),
    ]

    @Test(arguments: hosts)
    func `public endpoints are those of the partition`(region: String, url: String) throws {
        #expect(Endpoint(.efs, in: try requireRegion(region)).description == url)
    }
}
