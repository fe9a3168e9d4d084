import AWS
import Foundation
import Testing

/// Whatever botocore's own models make of an operation, this library sends alike.
@Suite(.enabled(if: Botocore.interpreter != nil, "botocore: set BERTH_TEST_PYTHON to a Python that has it"))
struct BotocoreWireTests {
    struct Case: Encodable, Sendable, CustomTestStringConvertible {
        let service: String
        let operation: String
        /// JSON in botocore's terms.
        let parameters: String
        var answer = "{}"
        let call: @Sendable (AWSClient) async throws -> Void

        var testDescription: String { "\(service) \(operation)" }

        private enum CodingKeys: CodingKey {
            case service, operation, parameters
        }

        func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(service, forKey: .service)
            try object.encode(operation, forKey: .operation)
            try object.encode(parameters, forKey: .parameters)
        }
    }

    /// A request with its parts in an order of their own.
    struct Request: Codable, Hashable {
        var method: String
        var path: String
        var query: [String: String]
        var target: String
        var form: [String: String]
        var json: String
    }

    static let script = """
        import sys, json, botocore.session, botocore.serialize
        case = json.load(sys.stdin)
        model = botocore.session.get_session().get_service_model(case['service'])
        operation = model.operation_model(case['operation'])
        protocol = model.metadata['protocol']
        out = botocore.serialize.create_serializer(protocol).serialize_to_request(
            json.loads(case['parameters']), operation)
        body = out['body']
        form = {k: str(v) for k, v in body.items()} if isinstance(body, dict) else {}
        text = '' if isinstance(body, dict) else (body.decode() if isinstance(body, bytes) else body)
        json.dump({
            'method': out['method'], 'path': out['url_path'],
            'query': {k: str(v) for k, v in out['query_string'].items()} if out['query_string'] else {},
            'target': out['headers'].get('X-Amz-Target', ''), 'form': form,
            'json': json.dumps(json.loads(text), sort_keys=True, separators=(',', ':')) if text else '',
        }, sys.stdout)
        """

    @Test(arguments: WireCases.all)
    func `an operation is sent as botocore's models say`(wire: Case) async throws {
        let theirs = try await Botocore.run(Self.script, wire, as: Request.self)
        let transport = ScriptedTransport(.json(wire.answer))
        try await wire.call(testClient(transport))
        let request = try #require(transport.requests.first)
        #expect(try Self.parts(of: request, isForm: wire.service == "ec2") == theirs)
    }

    static func parts(of request: AWSRequest, isForm: Bool) throws -> Request {
        let body = String(decoding: request.body, as: UTF8.self)
        var form: [String: String] = [:]
        for field in isForm ? body.split(separator: "&") : [] {
            let halves = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            form[String(halves[0])] = halves[1].removingPercentEncoding
        }
        return Request(
            method: request.method,
            path: request.path,
            query: Dictionary(request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            target: request.header("x-amz-target") ?? "",
            form: form,
            json: isForm || body.isEmpty ? "" : try canonical(request.body)
        )
    }

    private static func canonical(_ body: [UInt8]) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(body))
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        return String(
            decoding: try JSONSerialization.data(withJSONObject: object, options: options),
            as: UTF8.self
        )
    }
}
