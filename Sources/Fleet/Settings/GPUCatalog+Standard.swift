import Reservations

extension GPUCatalog {
    /// The machines of the replaced system.
    package static let standard: [GPUMachine] = whole + parts + withoutGPU

    private static let whole = [
        gpu("t4", "g4dn.12xlarge", 4, 48, 192),
        gpu("t4-small", "g4dn.2xlarge", 1, 8, 32),
        gpu("l4", "g6.12xlarge", 4, 48, 192, efa: 1),
        gpu("a10g", "g5.12xlarge", 4, 48, 192, efa: 1),
        gpu("rtxpro6000", "g7e.24xlarge", 4, 96, 1024, efa: 2),
        gpu("a100", "p4d.24xlarge", 8, 96, 1152, efa: 4),
        gpu("h100", "p5.48xlarge", 8, 192, 2048, efa: 32),
        gpu("h200", "p5e.48xlarge", 8, 192, 2048, efa: 32),
        gpu("b200", "p6-b200.48xlarge", 8, 192, 2048, efa: 8),
        gpu("b300", "p6-b300.48xlarge", 8, 192, 2048, efa: 8),
    ]

    private static let parts = [
        part("h100-mig-1g", "p5.48xlarge", 16, "1g.10gb", sevenths: 1),
        part("h100-mig-2g", "p5.48xlarge", 8, "2g.20gb", sevenths: 2),
        part("h100-mig-3g", "p5.48xlarge", 8, "3g.40gb", sevenths: 3),
        part("b200-mig-1g", "p6-b200.48xlarge", 4, "1g.23gb", sevenths: 1),
        part("b200-mig-2g", "p6-b200.48xlarge", 2, "2g.45gb", sevenths: 2),
        part("b200-mig-3g", "p6-b200.48xlarge", 2, "3g.90gb", sevenths: 3),
    ]

    private static let withoutGPU = [
        cpu("cpu-arm", "c7g.8xlarge", 32, 64),
        cpu("cpu-x86", "c7i.8xlarge", 32, 64),
        cpu("cpu-spot", "c6id.2xlarge", 8, 16),
    ]

    private static func gpu(
        _ type: String,
        _ instance: String,
        _ gpus: Int,
        _ cpus: Int,
        _ memoryGiB: Int,
        efa: Int = 0
    ) -> GPUMachine {
        GPUMachine(
            type: GPUType(unchecked: type),
            instance: instance,
            gpus: gpus,
            cpus: cpus,
            memoryGiB: memoryGiB,
            efa: efa,
            resource: "nvidia.com/gpu"
        )
    }

    private static func part(
        _ type: String,
        _ instance: String,
        _ count: Int,
        _ profile: String,
        sevenths: Int
    ) -> GPUMachine {
        GPUMachine(
            type: GPUType(unchecked: type),
            instance: instance,
            gpus: count,
            cpus: 192,
            memoryGiB: 2048,
            resource: "nvidia.com/mig-\(profile)",
            sevenths: sevenths
        )
    }

    private static func cpu(_ type: String, _ instance: String, _ cpus: Int, _ memoryGiB: Int) -> GPUMachine {
        GPUMachine(
            type: GPUType(unchecked: type),
            instance: instance,
            gpus: 0,
            cpus: cpus,
            memoryGiB: memoryGiB
        )
    }
}
