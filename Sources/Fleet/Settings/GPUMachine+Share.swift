/// What a pod asks for and may use at most: whole CPUs and GiB.
package struct MachineShare: Sendable, Hashable {
    package let requestedCPUs: Int
    package let requestedGiB: Int
    package let cpuLimit: Int
    package let limitGiB: Int
    /// GPUs, or parts of them; 0 for CPU types.
    package let gpus: Int
}

extension GPUMachine {
    /// The share of a node that goes with a count of its GPUs; the numbers are the replaced system's.
    ///
    /// Of n GPUs out of a node's m: requests are 0.9 of the share n/m, limits 1.5 times its CPUs (the node's
    /// at most) and just its memory. MIG parts: an eighth of the host and n times the sevenths of it. CPU types:
    /// 0.85 of the CPUs and 0.8 of the memory, requested and limited alike. All rounded down, but never below 1.
    ///
    /// - Parameter count: of GPUs or parts; below 1 it counts as 1, above the node's as the node's.
    /// - Returns: the share.
    package func share(of count: Int) -> MachineShare {
        guard resource != nil, gpus > 0 else {
            let (cpu, memory) = (floor(cpus * 85, 100), floor(memoryGiB * 80, 100))
            return MachineShare(
                requestedCPUs: cpu,
                requestedGiB: memory,
                cpuLimit: cpu,
                limitGiB: memory,
                gpus: 0
            )
        }
        let wanted = min(max(count, 1), gpus)
        let (part, whole) = sevenths.map { (wanted * $0, 8 * 7) } ?? (wanted, gpus)
        return MachineShare(
            requestedCPUs: floor(cpus * part * 9, whole * 10),
            requestedGiB: floor(memoryGiB * part * 9, whole * 10),
            cpuLimit: min(cpus, floor(cpus * part * 3, whole * 2)),
            limitGiB: floor(memoryGiB * part, whole),
            gpus: wanted
        )
    }

    private func floor(_ numerator: Int, _ denominator: Int) -> Int { max(1, numerator / denominator) }
}
