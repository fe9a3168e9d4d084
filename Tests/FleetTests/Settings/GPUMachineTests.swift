import Fleet
import Foundation
import Reservations
import Testing

@Suite struct GPUMachineTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let type: String
        let count: Int
        /// Requested CPUs and GiB, then the limits.
        let numbers: [Int]

        var testDescription: String { "\(count) \(type)" }
    }

    @Test(
        "a share is n of the node's GPUs, the replaced system's way",
        arguments: [
            Case(type: "t4", count: 1, numbers: [10, 43, 18, 48]),
            Case(type: "t4", count: 4, numbers: [43, 172, 48, 192]),
            Case(type: "t4-small", count: 1, numbers: [7, 28, 8, 32]),
            Case(type: "a100", count: 2, numbers: [21, 259, 36, 288]),
            Case(type: "h100", count: 8, numbers: [172, 1843, 192, 2048]),
            Case(type: "h100", count: 16, numbers: [172, 1843, 192, 2048]),
            Case(type: "h100-mig-1g", count: 1, numbers: [3, 32, 5, 36]),
            Case(type: "h100-mig-3g", count: 2, numbers: [18, 197, 30, 219]),
            Case(type: "cpu-x86", count: 0, numbers: [27, 51, 27, 51]),
            Case(type: "cpu-spot", count: 0, numbers: [6, 12, 6, 12]),
        ]
    )
    func share(_ item: Case) throws {
        let machine = try #require(GPUCatalog()[GPUType(unchecked: item.type)])
        let share = machine.share(of: item.count)
        #expect([share.requestedCPUs, share.requestedGiB, share.cpuLimit, share.limitGiB] == item.numbers)
        #expect(share.requestedCPUs <= share.cpuLimit && share.requestedGiB <= share.limitGiB)
    }

    @Test func `all shares of a node together fit into it`() {
        for machine in GPUCatalog.standard where machine.sevenths == nil && machine.gpus > 0 {
            let share = machine.share(of: 1)
            #expect(share.requestedCPUs * machine.gpus <= machine.cpus, "\(machine.type)")
            #expect(share.requestedGiB * machine.gpus <= machine.memoryGiB, "\(machine.type)")
        }
    }

    @Test(
        "each type asks for its own resource",
        arguments: [
            ("a100", "nvidia.com/gpu"), ("h100-mig-1g", "nvidia.com/mig-1g.10gb"),
            ("b200-mig-3g", "nvidia.com/mig-3g.90gb"), ("cpu-arm", nil),
        ] as [(String, String?)]
    )
    func resource(type: String, resource: String?) throws {
        #expect(try #require(GPUCatalog()[GPUType(unchecked: type)]).resource == resource)
    }

    @Test func `a file replaces machines and adds to them`() throws {
        var catalog = GPUCatalog()
        let json =
            #"[{"type":"a100","instance":"p4de.24xlarge","gpus":8,"cpus":96,"memory_gib":1152},"#
            + #"{"type":"x1","instance":"x1.metal","gpus":2,"cpus":10,"memory_gib":100}]"#
        try catalog.change(by: Data(json.utf8), named: "gpus.json")
        #expect(catalog[GPUType(unchecked: "a100")]?.instance == "p4de.24xlarge")
        #expect(catalog[GPUType(unchecked: "x1")]?.resource == "nvidia.com/gpu")
        #expect(catalog[GPUType(unchecked: "t4")] != nil)
    }

    @Test(
        "a machine that makes no sense is refused by name",
        arguments: [
            (
                #"{"type":"x1","instance":"i","gpus":0,"cpus":1,"memory_gib":1}"#,
                "x1 in f is wrong: a CPU type has"
            ),
            (
                #"{"type":"cpu-x","instance":"i","gpus":1,"cpus":1,"memory_gib":1}"#,
                "cpu-x in f is wrong: a CPU type"
            ),
            (
                #"{"type":"x1","instance":"i","gpus":1,"cpus":0,"memory_gib":1}"#,
                "x1 in f is wrong: cpus must be"
            ),
            (
                #"{"type":"x1","instance":"i","gpus":1,"cpus":1,"memory_gib":1,"mig_sevenths":8}"#,
                "x1 in f is wrong: mig"
            ),
            (#"{"type":"X 1","instance":"i","gpus":1,"cpus":1,"memory_gib":1}"#, "f must be a JSON list"),
            (#"{"type":"x1"}"#, "f must be a JSON list"),
        ]
    )
    func refused(entry: String, sentence: String) {
        var catalog = GPUCatalog()
        let error = #expect(throws: SettingError.self) {
            try catalog.change(by: Data("[\(entry)]".utf8), named: "f")
        }
        #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
    }
}
