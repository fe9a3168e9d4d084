import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Each hindrance of a pod has its reason and its budget") struct HindranceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let hindrance: PodHindrance
        let text: String
        var isEvent = false

        var testDescription: String { text }
    }

    static let cases = [
        Case(hindrance: .unschedulable, text: "Unschedulable: no node fits"),
        Case(hindrance: .image, text: "ImagePullBackOff"),
        Case(hindrance: .image, text: "InvalidImageName"),
        Case(hindrance: .disk, text: "FailedAttachVolume: Multi-Attach error", isEvent: true),
        Case(hindrance: .disk, text: "FailedMount: wrong fs type", isEvent: true),
        Case(hindrance: .memory, text: "OOMKilled: container gpu-dev ran out of memory"),
        Case(hindrance: .crash, text: "CrashLoopBackOff"),
    ]

    @Test(arguments: cases) func `it fails within its own budget, and says what it was`(one: Case)
        async throws
    {
        let world = World()
        world.pods.change { behaviour in
            if one.isEvent { behaviour.eventTrouble = one.text } else { behaviour.hindrance = one.text }
        }
        let row = try await world.provision(until: .failed)
        #expect(row.failureReason?.contains(one.text) == true)
        #expect(row.failureReason?.contains(one.hindrance.meaning) == true)
        let budget = world.settings.hindranceBudgets[one.hindrance]
        let begun = try #require(row.trace[TraceEvent.podCreateStart.rawValue])
        let ended = try #require(row.history.last { $0.message.contains(one.text) })
        let lasted = ended.timestamp.timeIntervalSince1970 - begun
        #expect(lasted >= budget / .seconds(1))
        #expect(lasted < budget / .seconds(1) + 30)
        world.audit()
    }

    @Test func `one that passes costs nothing`() async throws {
        let world = World()
        world.pods.change { $0.eventTrouble = "FailedAttachVolume: Multi-Attach error" }
        world.simulation.start { [world] in
            try? await world.time.sleep(for: .seconds(370))
            world.pods.change { $0.eventTrouble = nil }
        }
        let row = try await world.provision(until: .active)
        #expect(row.status == .active)
        #expect(
            world.events.events.contains {
                $0.detail.contains("Multi-Attach") && $0.phase == "pod_create_start"
            }
        )
    }

    @Test func `another hindrance begins its own time`() async throws {
        let world = World()
        world.pods.change { $0.hindrance = "CrashLoopBackOff" }
        world.simulation.start { [world] in
            // Each lasts for less than it may, all together for longer.
            for text in ["ErrImagePull", "CrashLoopBackOff", "ErrImagePull", nil] {
                try? await world.time.sleep(for: .seconds(150))
                world.pods.change { $0.hindrance = text }
            }
        }
        let row = try await world.provision(until: .active)
        #expect(row.status == .active)
    }

    @Test func `one that Berth doesn't know is bounded by the pod's whole budget`() async throws {
        let world = World()
        world.pods.change { $0.hindrance = "SomethingNew" }
        let row = try await world.provision(until: .failed)
        #expect(row.failureReason?.contains("wasn't ready within") == true)
        #expect(row.failureReason?.contains("SomethingNew") == true)
    }
}
