import Foundation
import LocalStack
import Testing

struct LocalGitHubTests {
    private let clock = ManualTime()
    private let faults: FaultPlan
    private let github: LocalGitHub

    init() {
        faults = FaultPlan(seed: 1, time: clock.time())
        var settings = LocalGitHub.Settings()
        settings.latency = .none
        github = LocalGitHub(
            time: clock.time(),
            faults: faults,
            settings: settings,
            users: ["Ada": ["ssh-ed25519 A", "ssh-rsa B"], "bob": []]
        )
    }

    private func get(_ path: String) async -> (status: Int, text: String) {
        let response = await github.handle(LocalRequest(method: "GET", target: path))
        guard case .data(let data) = response.body else { return (response.status, "") }
        return (response.status, String(decoding: data, as: UTF8.self))
    }

    @Test func `a user's keys are lines, whatever the case of the login`() async {
        #expect(await get("/ada.keys") == (200, "ssh-ed25519 A\nssh-rsa B\n"))
        #expect(await get("/ADA.keys").status == 200)
    }

    @Test func `no keys and no user are two things`() async {
        #expect(await get("/bob.keys") == (200, ""))
        #expect(await get("/carol.keys").status == 404)
        #expect(await get("/bob").status == 404)
        github.setKeys(nil, of: "Bob")
        #expect(await get("/bob.keys").status == 404)
    }

    @Test func `a limited client is told when to come back`() async {
        let effect = Fault.Effect.error(code: "limited", status: 429, message: "Too Many Requests")
        faults.arm(Fault(service: "github", operation: "keys", effect: effect, times: 1))
        let response = await github.handle(LocalRequest(method: "GET", target: "/ada.keys"))
        #expect(response.status == 429)
        #expect(response.headers.contains { $0.name == "Retry-After" })
        #expect(await get("/ada.keys").status == 200)
    }

    @Test func `an answer takes its time`() async {
        var settings = github.settings
        settings.latency = .always(.seconds(2))
        github.adopt(settings)
        async let answer = get("/ada.keys")
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(2))
        #expect(await answer.status == 200)
    }
}
