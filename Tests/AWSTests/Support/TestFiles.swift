import AWS
import Foundation
import Synchronization

/// Files in memory, which can be changed between reads.
final class TestFiles: Sendable {
    private let contents: Mutex<[String: String]>

    init(_ contents: [String: String] = [:]) {
        self.contents = Mutex(contents)
    }

    subscript(path: String) -> String? {
        get { contents.withLock { $0[path] } }
        set { contents.withLock { $0[path] = newValue } }
    }

    var access: FileAccess {
        FileAccess { path in self[path].map { Data($0.utf8) } }
    }
}
