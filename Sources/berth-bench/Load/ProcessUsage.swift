import Fleet
import Foundation
import Glibc

/// What the kernel says of another process: proc(5).
struct ProcessUsage {
    let processorMilliseconds: Double
    /// The most it ever had in memory at once.
    let peakMegabytes: Double
    let threads: Int

    init(of process: Int32) throws {
        let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // The program's name is in parentheses and may hold anything.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        guard fields.count > 18, let user = Double(fields[12]), let system = Double(fields[13]),
            let threads = Int(fields[18])
        else { throw StartError(.unavailable, "/proc/\(process)/stat isn't as expected") }
        processorMilliseconds = (user + system) * 1_000 / Double(sysconf(Int32(_SC_CLK_TCK)))
        self.threads = threads
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let kilobytes = peak?.split(separator: " ").dropLast().last.flatMap({ Double($0) }) else {
            throw StartError(.unavailable, "/proc/\(process)/status has no VmHWM")
        }
        peakMegabytes = kilobytes / 1_024
    }
}

/// How busy all processors are: the first line of /proc/stat.
struct MachineUsage {
    private let busy: Double
    private let all: Double

    init() throws {
        let stat = try String(contentsOfFile: "/proc/stat", encoding: .utf8)
        let numbers = (stat.split(separator: "\n").first ?? "").split(separator: " ").dropFirst()
            .compactMap { Double($0) }
        guard numbers.count >= 5 else { throw StartError(.unavailable, "/proc/stat isn't as expected") }
        all = numbers.prefix(8).reduce(0, +)
        // Idle, and waiting for disks.
        busy = all - numbers[3] - numbers[4]
    }

    /// The part that was busy since an earlier look.
    func share(since earlier: MachineUsage) -> Double {
        all > earlier.all ? (busy - earlier.busy) / (all - earlier.all) : 0
    }
}
