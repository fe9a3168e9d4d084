import Foundation

@testable import AWS
@testable import Fleet
@testable import Kubernetes

extension FuzzTarget {
    /// Files that people write.
    static let files = [
        FuzzTarget(name: "kubeconfig") { data in
            let path = NSTemporaryDirectory() + "berth-fuzz-\(getpid()).yaml"
            guard FileManager.default.createFile(atPath: path, contents: data) else { return }
            guard let config = try? Kubeconfig(file: path) else { return }
            _ = try? config.access(context: nil, environment: [:])
            for name in config.contexts.keys { _ = try? config.access(context: name, environment: [:]) }
        },
        FuzzTarget(name: "settings") { data in
            _ = try? SettingFile.flattened(data, named: "berth.json")
        },
        FuzzTarget(name: "aws-profile") { data in
            _ = try? INIFile(String(decoding: data, as: UTF8.self))
        },
    ]
}
