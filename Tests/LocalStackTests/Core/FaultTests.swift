import Foundation
import LocalStack
import Testing

struct FaultTests {
    private let clock = ManualTime()

    /// What an operation under a plan answers: the status, 0 if the connection broke.
    private func strike(
        _ plan: FaultPlan,
        service: String = "ec2",
        _ operation: String = "Op",
        body: String = ""
    ) async -> Int {
        await plan.strike(
            service: service,
            operation: operation,
            request: LocalRequest(method: "POST", path: "/", body: Data(body.utf8)),
            render: { _, status, _ in LocalResponse(status: status) },
            effect: { LocalResponse(status: 200) }
        ).status
    }

    @Test func `a fault strikes as often as it says and only what it fits`() async {
        let plan = FaultPlan(seed: 1, time: clock.time())
        let effect = Fault.Effect.error(code: "C", status: 503, message: "m")
        plan.arm(Fault(service: "ec2", operation: "Op", effect: effect, times: 2, containing: "needle"))
        #expect(await strike(plan) == 200)
        #expect(await strike(plan, service: "efs", body: "needle") == 200)
        #expect(await strike(plan, "Other", body: "needle") == 200)
        #expect(await strike(plan, body: "a needle") == 503)
        #expect(await strike(plan, body: "needle") == 503)
        #expect(await strike(plan, body: "needle") == 200)
        #expect(plan.armed.isEmpty)
    }

    @Test func `chances come from the seed`() async {
        func pattern(_ seed: UInt64) async -> [Int] {
            let plan = FaultPlan(seed: seed, time: clock.time())
            plan.arm(Fault(service: "*", operation: "*", effect: .drop, probability: 0.5))
            var pattern: [Int] = []
            for _ in 0..<64 { pattern.append(await strike(plan)) }
            return pattern
        }
        let first = await pattern(1)
        #expect(await pattern(1) == first)
        #expect(await pattern(2) != first)
        #expect(Set(first) == [0, 200])
    }

    @Test func `a delay holds the answer back`() async {
        let plan = FaultPlan(seed: 1, time: clock.time())
        plan.arm(Fault(service: "*", operation: "*", effect: .delay(milliseconds: 500)))
        async let status = strike(plan)
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .milliseconds(500))
        #expect(await status == 200)
    }

    @Test(arguments: [
        #"{"effect": {"drop": {}}}"#,
        #"[{"effect": {"drop": {}}}]"#,
        #"{"faults": [{"effect": {"drop": {}}}]}"#,
        #"{"seed": 7, "faults": [{"service": "*", "operation": "*", "moment": "before", "effect": {"drop": {}}}]}"#,
    ])
    func `faults are read from all their forms`(_ text: String) throws {
        let list = try JSONDecoder().decode(FaultList.self, from: Data(text.utf8))
        #expect(list.faults == [Fault(service: "*", operation: "*", effect: .drop)])
    }

    @Test(arguments: [
        #"{"effect": {"drop": {}}, "operaton": "PutItem"}"#, #"{"service": "ec2"}"#, #"{"faults": 1}"#, "7",
    ])
    func `a fault that is misspelt isn't taken for another`(_ text: String) {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(FaultList.self, from: Data(text.utf8)) }
    }

    @Test func `a fault is written as it is read`() throws {
        let effect = Fault.Effect.error(code: "C", status: 500, message: "m")
        let fault = Fault(
            service: "ec2",
            operation: "Op",
            effect: effect,
            moment: .after,
            times: 3,
            probability: 0.5
        )
        let data = try JSONEncoder().encode(fault)
        #expect(try JSONDecoder().decode(Fault.self, from: data) == fault)
    }
}
