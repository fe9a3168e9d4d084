package import Foundation

extension EFS {
    /// The states of file systems, mount targets and access points alike.
    package enum LifeCycleState: Sendable, Hashable {
        case creating
        case available
        case updating
        case deleting
        case deleted
        case error
        /// A state that this library does not know: neither ready nor gone.
        case unknown(String)

        package init(_ text: String) {
            switch text {
            case "creating": self = .creating
            case "available": self = .available
            case "updating": self = .updating
            case "deleting": self = .deleting
            case "deleted": self = .deleted
            case "error": self = .error
            default: self = .unknown(text)
            }
        }
    }

    package struct FileSystem: Sendable, Hashable {
        package let id: FileSystemID
        package let creationToken: String
        package let state: LifeCycleState
        package let creationTime: Date?
        package let performanceMode: PerformanceMode?
        package let throughput: Throughput?
        package let tags: [String: String]

        package init(
            id: FileSystemID,
            creationToken: String,
            state: LifeCycleState,
            creationTime: Date? = nil,
            performanceMode: PerformanceMode? = nil,
            throughput: Throughput? = nil,
            tags: [String: String] = [:]
        ) {
            self.id = id
            self.creationToken = creationToken
            self.state = state
            self.creationTime = creationTime
            self.performanceMode = performanceMode
            self.throughput = throughput
            self.tags = tags
        }
    }

    package enum PerformanceMode: String, Sendable, Hashable, Codable {
        case generalPurpose
        case maxIO
    }

    package enum Throughput: Sendable, Hashable {
        case bursting
        case elastic
        case provisioned(mebibytesPerSecond: Double)
    }

    package struct CreateFileSystem: Sendable, Hashable {
        /// 1 to 64 characters; a repeat is `fileSystemAlreadyExists`, whatever else it asks for.
        package var creationToken: String
        package var performanceMode: PerformanceMode
        package var throughput: Throughput
        package var encrypted: Bool
        package var tags: [String: String]

        package init(
            creationToken: String,
            performanceMode: PerformanceMode = .generalPurpose,
            throughput: Throughput = .elastic,
            encrypted: Bool = true,
            tags: [String: String] = [:]
        ) {
            self.creationToken = creationToken
            self.performanceMode = performanceMode
            self.throughput = throughput
            self.encrypted = encrypted
            self.tags = tags
        }
    }

    /// When files move to cheaper storage, in EFS's own words, such as `AFTER_30_DAYS`.
    package struct LifecycleConfiguration: Sendable, Hashable {
        package var transitionToIA: String?
        package var transitionToPrimaryStorageClass: String?
        package var transitionToArchive: String?

        package init(
            transitionToIA: String? = nil,
            transitionToPrimaryStorageClass: String? = nil,
            transitionToArchive: String? = nil
        ) {
            self.transitionToIA = transitionToIA
            self.transitionToPrimaryStorageClass = transitionToPrimaryStorageClass
            self.transitionToArchive = transitionToArchive
        }
    }
}
