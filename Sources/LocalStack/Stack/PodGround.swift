import Foundation

/// Where pods' files and disks' contents are while the stack runs.
///
/// Pods may log in as another user than the stack's: then every folder above must let others through.
struct PodGround: Sendable {
    let path: String

    /// Inside the stack's folder if others get that far, else in the folder for temporary files.
    init(beside directory: String, letsOthersIn: Bool) {
        let inside = directory + "/pods"
        path =
            !letsOthersIn || Self.isOpen(directory)
            ? inside : NSTemporaryDirectory() + "berth-dev-pods-\(UUID().uuidString)"
    }

    func make() throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o711]
        )
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func isOpen(_ path: String) -> Bool {
        var folder = URL(fileURLWithPath: path).standardizedFileURL
        while folder.path != "/" {
            let mode =
                try? FileManager.default.attributesOfItem(atPath: folder.path)[.posixPermissions] as? NSNumber
            guard let mode, mode.intValue & 0o001 != 0 else { return false }
            folder.deleteLastPathComponent()
        }
        return true
    }
}
