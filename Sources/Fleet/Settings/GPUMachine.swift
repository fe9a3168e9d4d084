package import Reservations

/// One type of machine that can be reserved.
package struct GPUMachine: Codable, Sendable, Hashable {
    package let type: GPUType
    package let instance: String
    /// On one node: GPUs, or parts of them (MIG); 0 for CPU types.
    package let gpus: Int
    /// vCPUs and GiB of the whole node.
    package let cpus: Int
    package let memoryGiB: Int
    /// EFA interfaces of the whole node.
    package let efa: Int
    /// The extended resource that pods ask for; nil for CPU types.
    package let resource: String?
    /// How many sevenths of one GPU a part is; nil for whole GPUs.
    package let sevenths: Int?

    enum CodingKeys: String, CodingKey {
        case type, instance, gpus, cpus
        case memoryGiB = "memory_gib"
        case efa, resource
        case sevenths = "mig_sevenths"
    }

    package init(
        type: GPUType,
        instance: String,
        gpus: Int,
        cpus: Int,
        memoryGiB: Int,
        efa: Int = 0,
        resource: String? = nil,
        sevenths: Int? = nil
    ) {
        self.type = type
        self.instance = instance
        self.gpus = gpus
        self.cpus = cpus
        self.memoryGiB = memoryGiB
        self.efa = efa
        self.resource = resource
        self.sevenths = sevenths
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        type = try fields.decode(GPUType.self, forKey: .type)
        instance = try fields.decode(String.self, forKey: .instance)
        gpus = try fields.decode(Int.self, forKey: .gpus)
        cpus = try fields.decode(Int.self, forKey: .cpus)
        memoryGiB = try fields.decode(Int.self, forKey: .memoryGiB)
        efa = try fields.decodeIfPresent(Int.self, forKey: .efa) ?? 0
        let isCPU = type.isCPU
        resource =
            try fields.decodeIfPresent(String.self, forKey: .resource) ?? (isCPU ? nil : "nvidia.com/gpu")
        sevenths = try fields.decodeIfPresent(Int.self, forKey: .sevenths)
    }

    /// What is wrong with the numbers, if anything.
    var problem: String? {
        if type.isCPU != (gpus == 0) { return "a CPU type has no GPUs, any other at least one" }
        if type.isCPU != (resource == nil) { return "a CPU type asks for no GPU resource, any other for one" }
        if !(0...1024).contains(gpus) { return "gpus must be from 0 to 1024" }
        if !(1...4096).contains(cpus) { return "cpus must be from 1 to 4096" }
        if !(1...65_536).contains(memoryGiB) { return "memory_gib must be from 1 to 65536" }
        if let sevenths, !(1...7).contains(sevenths) { return "mig_sevenths must be from 1 to 7" }
        return (0...1024).contains(efa) ? nil : "efa must be from 0 to 1024"
    }
}
