import AWS
import Foundation
import Testing

/// Whatever botocore signs, this library signs alike.
@Suite(.enabled(if: Botocore.interpreter != nil, "botocore: set BERTH_TEST_PYTHON to a Python that has it"))
struct BotocoreSignatureTests {
    struct Request: Codable, Sendable {
        var method = "POST"
        var url: String
        var headers: [String: String] = [:]
        var body = ""
        var service = "dynamodb"
        var region = "us-east-1"
        var token: String?
    }

    static let requests = [
        Request(
            url: "https://dynamodb.us-east-1.amazonaws.com/",
            headers: [
                "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.GetItem",
                "User-Agent": "berth",
            ],
            body: #"{"TableName":"t","Key":{"k":{"S":"ü☃"}}}"#,
            token: "a/token+with=signs"
        ),
        Request(
            url: "https://ec2.eu-central-1.amazonaws.com/",
            headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: "Action=DescribeVolumes&Version=2016-11-15&Filter.1.Name=tag%3Aa%20b",
            service: "ec2",
            region: "eu-central-1"
        ),
        Request(
            method: "GET",
            url: "https://elasticfilesystem.us-west-2.amazonaws.com/2015-02-01/file-systems"
                + "?CreationToken=a%20b%2Fc&MaxItems=100&Marker=%C3%A4",
            service: "elasticfilesystem",
            region: "us-west-2"
        ),
        Request(
            method: "PUT",
            url: "http://127.0.0.1:4566/2015-02-01/file-systems/fs-%2F1/lifecycle-configuration",
            headers: ["X-Odd": "  several   blanks  inside ", "Expect": "100-continue"],
            body: "{}",
            service: "elasticfilesystem"
        ),
        Request(
            method: "GET",
            url: "https://sts.amazonaws.com/a/./b/../c//d/?b=2&a=&B=1&a-b=~x",
            service: "sts"
        ),
    ]

    static let script = """
        import sys, json, datetime, botocore.auth, botocore.awsrequest, botocore.credentials
        botocore.auth.get_current_datetime = lambda *a, **k: datetime.datetime(2015, 8, 30, 12, 36, 0)
        answers = []
        for r in json.load(sys.stdin):
            q = botocore.awsrequest.AWSRequest(
                method=r['method'], url=r['url'], headers=r['headers'], data=r['body'].encode())
            c = botocore.credentials.Credentials('AKIDEXAMPLE', 'secret/key+', r.get('token'))
            botocore.auth.SigV4Auth(c, r['service'], r['region']).add_auth(q)
            answers.append(q.headers['Authorization'])
        json.dump(answers, sys.stdout)
        """

    @Test func `signatures are those of botocore`() async throws {
        let theirs = try await Botocore.run(Self.script, Self.requests, as: [String].self)
        let ours = try Self.requests.map { request in
            var signed = try #require(AWSRequest(getting: request.url))
            signed.method = request.method
            signed.headers = request.headers.map { .init($0.key, $0.value) }
            signed.body = Array(request.body.utf8)
            let credentials = Credentials(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: "secret/key+",
                sessionToken: request.token
            )
            return SigV4(region: request.region, service: request.service)
                .sign(signed, with: credentials, at: SigV4Tests.date)
                .header("authorization")
        }
        #expect(ours == theirs)
    }
}
