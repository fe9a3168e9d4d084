package import Foundation

/// How files are read: the shared configuration, tokens.
package struct FileAccess: Sendable {
    /// No file that this library reads is longer, in bytes.
    package static let limit = 1 << 20

    /// A file's bytes; nil only if there is no such file.
    package let read: @Sendable (String) throws -> Data?

    package init(read: @escaping @Sendable (String) throws -> Data?) {
        self.read = read
    }

    /// The machine's own files.
    package static let system = FileAccess { path in
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        let data = try handle.read(upToCount: limit + 1) ?? Data()
        guard data.count <= limit else { throw CocoaError(.fileReadTooLarge) }
        return data
    }

    func text(_ path: String) throws -> String? {
        guard let data = try read(path) else { return nil }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return text
    }
}
