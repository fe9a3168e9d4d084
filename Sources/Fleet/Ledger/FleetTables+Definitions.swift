import AWS

extension FleetTables {
    /// The indexes of `reservations`: keys, status, owner and expiry alone, since they only find candidates.
    enum ReservationIndex: String, CaseIterable {
        case user = "UserIndex"
        case status = "StatusIndex"
        case statusAndType = "StatusGpuTypeIndex"
        case work = "WorkIndex"
        case expiry = "ExpiryIndex"

        fileprivate var keys: (partition: String, sort: String) {
            switch self {
            case .user: ("user_id", "created_at")
            case .status: ("status", "created_at")
            case .statusAndType: ("status", "gpu_type")
            case .work: ("work", "work_order")
            case .expiry: ("expires_key", "expires_at")
            }
        }
    }

    /// The index of `volume_cleanups` by when a volume is due.
    static let dueIndex = "DueIndex"

    /// The one partition of `ExpiryIndex`.
    static let activeKey = "active"

    /// The one partition of `DueIndex`.
    static let openKey = "open"

    /// The key of the one row of `fleet`.
    static let fleetKey: Item = ["fleet_row": .s("fleet")]
    static let fleetIDAttribute = "fleet_id"

    /// The attribute after which DynamoDB may delete a row: seconds since 1970.
    static let purgeAttribute = "purge_at"

    /// The tables whose rows go by themselves.
    static func expiring(_ names: TableNames) -> [String] {
        [names.reservations, names.workers, names.cleanups]
    }

    static func definitions(_ names: TableNames) -> [DynamoDB.TableDefinition] {
        [
            DynamoDB.TableDefinition(
                name: names.reservations,
                partitionKey: .init("reservation_id"),
                indexes: ReservationIndex.allCases.map(\.definition)
            ),
            DynamoDB.TableDefinition(
                name: names.disks,
                partitionKey: .init("user_id"),
                sortKey: .init("disk_name")
            ),
            DynamoDB.TableDefinition(name: names.workers, partitionKey: .init("worker_id")),
            DynamoDB.TableDefinition(
                name: names.capacity,
                partitionKey: .init("gpu_type"),
                sortKey: .init("node")
            ),
            DynamoDB.TableDefinition(
                name: names.cleanups,
                partitionKey: .init("volume_id"),
                indexes: [
                    DynamoDB.IndexDefinition(
                        name: dueIndex,
                        partitionKey: .init("open"),
                        sortKey: .init("due_at"),
                        projection: .keysOnly
                    )
                ]
            ),
            DynamoDB.TableDefinition(name: names.users, partitionKey: .init("user_id")),
            DynamoDB.TableDefinition(name: names.fleet, partitionKey: .init("fleet_row")),
        ]
    }
}

extension FleetTables.ReservationIndex {
    fileprivate var definition: DynamoDB.IndexDefinition {
        let (partition, sort) = keys
        let others = ["status", "owner", "expires_at"].filter { $0 != partition && $0 != sort }
        return DynamoDB.IndexDefinition(
            name: rawValue,
            partitionKey: .init(partition),
            sortKey: .init(sort),
            projection: .include(others)
        )
    }
}
