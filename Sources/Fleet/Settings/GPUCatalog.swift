package import Foundation
package import Reservations

/// The types of machines of the fleet.
package struct GPUCatalog: Sendable, Equatable {
    private static let mostBytes = 256 << 10

    package private(set) var machines: [GPUType: GPUMachine]

    package init(_ machines: [GPUMachine] = Self.standard) {
        self.machines = Dictionary(machines.map { ($0.type, $0) }, uniquingKeysWith: { _, last in last })
    }

    init(_ reading: inout SettingReading) {
        self.init()
        let file = reading.readOptional(
            "gpu.catalog_file",
            .text,
            "A JSON list of machine types; an entry replaces the built-in one of the same type, or adds one."
        )
        guard let file else { return }
        do throws(SettingError) {
            guard let handle = FileHandle(forReadingAtPath: file) else {
                throw SettingError("BERTH_GPU_CATALOG_FILE", "names a file that can't be read: \(file)")
            }
            guard let data = try? handle.read(upToCount: Self.mostBytes) else {
                throw SettingError("BERTH_GPU_CATALOG_FILE", "names a file that can't be read: \(file)")
            }
            try change(by: data, named: file)
        } catch {
            reading.fail(error)
        }
    }

    package subscript(type: GPUType) -> GPUMachine? { machines[type] }

    /// In the order of their names.
    package var types: [GPUType] { machines.keys.sorted() }

    /// Takes the machines of a JSON list, each in the place of the one of the same type.
    ///
    /// - Throws: if it isn't such a list, naming the machine that is wrong.
    package mutating func change(by json: Data, named name: String) throws(SettingError) {
        let added: [GPUMachine]
        do {
            added = try JSONDecoder().decode([GPUMachine].self, from: json)
        } catch {
            throw SettingError(
                name,
                "must be a JSON list of objects with type, instance, gpus, cpus and memory_gib"
            )
        }
        for machine in added {
            if let problem = machine.problem {
                throw SettingError("\(machine.type) in \(name)", "is wrong: \(problem)")
            }
            machines[machine.type] = machine
        }
    }
}
