import AWS
import Foundation
import Reservations

extension Checkup {
    private static let asked = Duration.seconds(15)

    func tables(_ cloud: Cloud) async -> [CheckupLine] {
        let names = cloud.tables.names
        let missing: [String]
        do { missing = try await cloud.tables.check() } catch {
            return [
                .init(
                    "tables",
                    .wrong,
                    "\(error.reason)",
                    change: "check AWS_REGION, the credentials, rights"
                )
            ]
        }
        guard missing.isEmpty else {
            return missing.map {
                .init("tables", .wrong, "missing: \($0)", change: "berth tables create")
            }
        }
        var lines = [CheckupLine("tables", .right, "all tables and indexes \(names.prefix)-… are there")]
        for (table, keys) in writable(names) {
            lines.append(await mayWrite(table, keys, cloud))
        }
        return lines
    }

    /// The tables that the role writes, with their keys.
    private func writable(_ names: TableNames) -> [(String, [String])] {
        var tables = [
            (names.reservations, ["reservation_id"]), (names.disks, ["user_id", "disk_name"]),
            (names.capacity, ["gpu_type", "node"]),
        ]
        switch role {
        case .worker: tables += [(names.workers, ["worker_id"]), (names.users, ["user_id"])]
        case .janitor: tables += [(names.cleanups, ["volume_id"]), (names.fleet, ["fleet_row"])]
        case .publisher: return []
        }
        return tables
    }

    /// A write whose condition can't hold: refused for the condition, the right is there.
    private func mayWrite(_ table: String, _ keys: [String], _ cloud: Cloud) async -> CheckupLine {
        let write = DynamoDB.PutItem(
            table: table,
            item: Dictionary(uniqueKeysWithValues: keys.map { ($0, .s("berth-doctor")) }),
            condition: "attribute_exists(#key) AND attribute_not_exists(#key)",
            placeholders: .init(names: ["#key": keys[0]], values: [:])
        )
        do {
            try await cloud.database.within(Self.asked).putItem(write)
            return .init("tables", .wrong, "\(table) took a write whose condition can't hold")
        } catch {
            if case .conditionalCheckFailed = error.code {
                return .init("tables", .right, "\(table) may be written")
            }
            let change = error.code == .accessDenied ? "grant dynamodb:PutItem on it" : nil
            return .init("tables", .wrong, "\(table) can't be written: \(error.message)", change: change)
        }
    }

    func volumes(_ cloud: Cloud) async -> [CheckupLine] {
        let ec2 = cloud.ec2.within(Self.asked)
        var lines: [CheckupLine] = []
        let volumes: [EC2.Volume]
        do {
            let fleet = try await cloud.fleet()
            volumes = try await ec2.describeVolumes(
                filters: [.init(name: "tag:\(VolumeTag.fleet)", values: [fleet.rawValue])]
            )
            lines.append(.init("ec2", .right, "\(volumes.count) volumes of \(fleet) in \(cloud.region)"))
            if role == .worker {
                lines.append(
                    await may("CreateVolume", .createVolume(zone: "\(cloud.region)a", tags: tags(fleet)), ec2)
                )
            }
        } catch {
            return [
                .init("ec2", .wrong, "volumes can't be listed: \(error)", change: "grant ec2:DescribeVolumes")
            ]
        }
        guard role == .janitor else { return lines }
        guard let volume = volumes.first else {
            return lines + [.init("ec2", .skipped, "without a volume, no dry run of saving and deleting it")]
        }
        lines.append(await may("CreateSnapshot", .createSnapshot(volume.id), ec2))
        lines.append(await may("DeleteVolume", .deleteVolume(volume.id), ec2))
        return lines
    }

    private func tags(_ fleet: FleetID) -> [String: String] {
        [VolumeTag.fleet: fleet.rawValue, VolumeTag.reservation: "berth-doctor"]
    }

    private func may(_ name: String, _ deed: EC2.Deed, _ ec2: EC2) async -> CheckupLine {
        do {
            guard try await ec2.mayDo(deed) else {
                return .init(
                    "ec2",
                    .wrong,
                    "\(name) isn't allowed",
                    change: "grant ec2:\(name), as ops/terraform does"
                )
            }
            return .init("ec2", .right, "\(name) is allowed")
        } catch {
            return .init("ec2", .advice, "whether \(name) is allowed isn't known: \(error.message)")
        }
    }

    func storage(_ cloud: Cloud) async -> [CheckupLine] {
        guard role == .worker else { return [] }
        guard !settings.sharedStorage.subnets.isEmpty else {
            return [.init("efs", .skipped, "BERTH_EFS_SUBNETS names none: servers have no shared storage")]
        }
        do {
            _ = try await cloud.efs.within(Self.asked).describeFileSystems(creationToken: "berth-doctor")
            return [.init("efs", .right, "answers; \(settings.sharedStorage.subnets.count) subnets are set")]
        } catch {
            let change = error.code == .accessDenied ? "grant elasticfilesystem:DescribeFileSystems" : nil
            return [.init("efs", .wrong, "can't be asked: \(error.message)", change: change)]
        }
    }
}
