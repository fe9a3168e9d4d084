import Foundation

/// Reading the small files that access is configured with.
enum AccessFile {
    /// Kubeconfigs, certificates and tokens are far smaller; what is larger isn't one of them.
    static let mostBytes = 4 << 20

    /// The whole file, with an error that names it.
    static func read(_ path: String, key: String? = nil) throws(AccessError) -> Data {
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: mostBytes + 1) ?? Data()
            guard data.count <= mostBytes else { throw AccessError(path, key: key, "is larger than 4 MB") }
            return data
        } catch let error as AccessError {
            throw error
        } catch {
            throw AccessError(path, key: key, "can't be read: \(reason(of: error))")
        }
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }

    /// A path of a kubeconfig: relative ones start at the kubeconfig's folder.
    static func resolve(_ path: String, from file: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let folder = URL(filePath: file).deletingLastPathComponent()
        return folder.appending(path: path).standardizedFileURL.path(percentEncoded: false)
    }

    /// A token file's content: surrounding white space is not part of the token.
    static func token(_ path: String, key: String? = nil) throws(AccessError) -> String {
        let text = String(decoding: try read(path, key: key), as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines
        )
        guard !text.isEmpty else { throw AccessError(path, key: key, "is empty, not a token") }
        guard isHeaderSafe(text) else {
            throw AccessError(path, key: key, "holds characters that no token has")
        }
        return text
    }

    /// Visible ASCII only: nothing that could end a header and begin another.
    static func isHeaderSafe(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func reason(of error: any Error) -> String {
        let error = error as NSError
        let cause = (error.userInfo[NSUnderlyingErrorKey] as? NSError) ?? error
        guard cause.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
        return POSIXErrorCode(rawValue: Int32(truncatingIfNeeded: cause.code)).map { "\($0)" }
            ?? error.localizedDescription
    }
}
