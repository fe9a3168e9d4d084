import Foundation
import LocalStack
import Testing

struct AWSFrontDoorTests {
    private struct Named: LocalService {
        let name: String

        func handle(_ request: LocalRequest) async -> LocalResponse {
            LocalResponse(status: 200, body: .data(Data(name.utf8)))
        }

        func run() async throws {}
    }

    private let door = AWSFrontDoor(["ec2": Named(name: "EC2"), "elasticfilesystem": Named(name: "EFS")])

    private func answer(_ request: LocalRequest) async -> (status: Int, text: String) {
        let response = await door.handle(request)
        guard case .data(let data) = response.body else { return (response.status, "") }
        return (response.status, String(decoding: data, as: UTF8.self))
    }

    private func signed(_ scope: String) -> LocalRequest {
        let header =
            "AWS4-HMAC-SHA256 Credential=key/20261124/us-east-2/\(scope)/aws4_request, SignedHeaders=host, Signature=0"
        return LocalRequest(method: "POST", path: "/", headers: ["authorization": header])
    }

    @Test func `the credential scope names the service`() async {
        #expect(await answer(signed("ec2")).text == "EC2")
        #expect(await answer(signed("elasticfilesystem")).text == "EFS")
    }

    @Test func `a presigned request names it in its query`() async {
        let target = "/?X-Amz-Credential=key%2F20261124%2Fus-east-2%2Fec2%2Faws4_request"
        #expect(await answer(LocalRequest(method: "GET", target: target)).text == "EC2")
    }

    @Test func `another service is unknown`() async {
        let reply = await answer(signed("s3"))
        #expect(reply.status == 404)
        #expect(reply.text.contains("elasticfilesystem"))
    }

    @Test(arguments: ["", "Credential=", "Credential=a/b", "Basic abc", "Credential=a/b/c/d/e"])
    func `an unsigned request is refused`(_ header: String) async {
        let request = LocalRequest(method: "POST", path: "/", headers: ["authorization": header])
        #expect(await answer(request).status == 403)
        #expect(await answer(LocalRequest(method: "POST", path: "/")).status == 403)
    }
}
