import Foundation

/// One entry point for all targets, so that the package is built once: `BERTH_FUZZ` names which.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.read(Data(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// A reader of bytes from outside.
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
