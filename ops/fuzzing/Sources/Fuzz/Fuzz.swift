import Foundation

/// libFuzzer's own driver, which its `main` calls too.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// SwiftPM makes this name of the executable's `main`, and libFuzzer's doesn't bear it.
@_cdecl("Fuzz_main")
public func start(
    _ count: CInt,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments) { fuzz($0, $1) }
}

/// What libFuzzer calls; its own `main`, which the linker takes along, wants it by this name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.read(Data(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// A reader of bytes from outside; one executable has them all, and `BERTH_FUZZ` names which is to read.
struct FuzzTarget: Sendable {
    let name: String
    let read: @Sendable (Data) -> Void

    static let all = messages + answers + files

    static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["BERTH_FUZZ"] ?? ""
        guard let target = all.first(where: { $0.name == name }) else {
            print(all.map(\.name).joined(separator: "\n"))
            exit(64)
        }
        return target
    }()
}
