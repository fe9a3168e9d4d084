import Foundation
import Subprocess

/// Disks as folders: a pod's home is its volume's folder, snapshots and restored volumes are copies of it.
package struct FolderContents: EC2Contents {
    private let root: String

    /// - Parameter root: the folder that holds them; made when it is needed.
    package init(root: String) {
        self.root = root
    }

    /// Where the content of a volume or snapshot is.
    package func folder(of id: String) -> String { root + "/" + id }

    package func apply(_ change: EC2ContentChange) async {
        switch change {
        case .copy(let source, let target):
            guard FileManager.default.fileExists(atPath: folder(of: source)) else { return }
            // cp keeps owners and links as they are; a copy that fails part-way is a disk that lost files.
            _ = try? await Subprocess.run(
                .name("cp"),
                arguments: ["--archive", "--no-target-directory", folder(of: source), folder(of: target)],
                output: .discarded,
                error: .discarded
            )
        case .remove(let id):
            try? FileManager.default.removeItem(atPath: folder(of: id))
        }
    }
}
