/// What a CreateVolume asks for, checked, with the defaults filled in.
struct EC2VolumeSpecification: Sendable {
    var zone: String
    var sizeGiB: Int
    var type: String
    var iops: Int?
    var throughput: Int?
    var isEncrypted: Bool
    var kmsKeyID: String?
    var snapshotID: String?
    var clientToken: String?

    /// Reads what doesn't depend on other resources; a size of 0 stands for the snapshot's.
    ///
    /// - Throws: `MissingParameter`, `InvalidParameterValue`, `InvalidParameterCombination`, `InvalidZone.NotFound`.
    init(_ call: EC2Request, settings: EC2Settings) throws(EC2Error) {
        zone = try Self.zone(call, settings: settings)
        snapshotID =
            call.optional("SnapshotId") == nil ? nil : try call.id("SnapshotId", of: .snapshot)
        let size = try call.integer("Size")
        guard size != nil || snapshotID != nil else { throw .missing("size/snapshot") }
        sizeGiB = size ?? 0
        type = call.optional("VolumeType") ?? "gp2"
        isEncrypted = try call.flag("Encrypted")
        kmsKeyID = call.optional("KmsKeyId")
        clientToken = call.optional("ClientToken")
        if let token = clientToken,
            token.utf8.count > 64 || !token.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        {
            throw .invalid(token, for: "ClientToken", "It has at most 64 ASCII characters.")
        }
        guard kmsKeyID == nil || isEncrypted else {
            throw EC2Error(
                "InvalidParameterDependency",
                "The parameter KmsKeyId requires the parameter Encrypted"
            )
        }
        iops = try call.integer("Iops")
        throughput = try call.integer("Throughput")
    }

    private static func zone(_ call: EC2Request, settings: EC2Settings) throws(EC2Error) -> String {
        switch (call.optional("AvailabilityZone"), call.optional("AvailabilityZoneId")) {
        case (.some, .some):
            throw EC2Error(
                "InvalidParameterCombination",
                "The parameters AvailabilityZone and AvailabilityZoneId can't be used together"
            )
        case (.some(let name), nil):
            guard settings.zones[name] != nil else { throw zoneNotFound(name) }
            return name
        case (nil, .some(let id)):
            guard let name = settings.zones.first(where: { $0.value == id })?.key else {
                throw zoneNotFound(id)
            }
            return name
        case (nil, nil):
            throw .missing("AvailabilityZone")
        }
    }

    private static func zoneNotFound(_ zone: String) -> EC2Error {
        EC2Error("InvalidZone.NotFound", "The zone '\(zone)' does not exist.")
    }

    /// Fills in what the type leaves open and checks what it bounds (EBS guide, "Amazon EBS volume types").
    mutating func settle(snapshot: EC2Snapshot?, bounds: EC2CreationSettings.GP3Bounds) throws(EC2Error) {
        if let snapshot {
            if sizeGiB == 0 { sizeGiB = snapshot.sizeGiB }
            guard sizeGiB >= snapshot.sizeGiB else {
                throw .invalid("\(sizeGiB)", for: "Size", "The snapshot has \(snapshot.sizeGiB) GiB.")
            }
            isEncrypted = isEncrypted || snapshot.isEncrypted
        }
        switch type {
        case "gp3":
            try settleGP3(bounds)
        case "gp2":
            try check(sizeGiB, in: 1...16_384, "Size")
            guard iops == nil, throughput == nil else { throw notFor("iops") }
            iops = min(16_000, max(100, 3 * sizeGiB))
        case "io1", "io2":
            try check(sizeGiB, in: 4...65_536, "Size")
            guard throughput == nil else { throw notFor("throughput") }
            guard let iops else { throw .missing("iops") }
            try check(iops, in: 100...256_000, "Iops")
        case "st1", "sc1":
            try check(sizeGiB, in: 125...16_384, "Size")
            guard iops == nil, throughput == nil else { throw notFor("iops") }
        case "standard":
            try check(sizeGiB, in: 1...1_024, "Size")
            guard iops == nil, throughput == nil else { throw notFor("iops") }
        default:
            throw EC2Error("UnknownVolumeType", "Unsupported volume type '\(type)' for volume creation.")
        }
    }

    private mutating func settleGP3(_ bounds: EC2CreationSettings.GP3Bounds) throws(EC2Error) {
        try check(sizeGiB, in: 1...max(1, bounds.maxSizeGiB), "Size")
        let operations = iops ?? 3_000
        try check(operations, in: 3_000...max(3_000, bounds.maxIOPS), "Iops")
        guard
            operations == 3_000
                || operations <= bounds.maxIOPSPerGiB.multipliedReportingOverflow(by: sizeGiB).partialValue
        else {
            throw EC2Error(
                "InvalidParameterCombination",
                "The ratio of IOPS to volume size is too high; the maximum is \(bounds.maxIOPSPerGiB)"
            )
        }
        let rate = throughput ?? 125
        try check(rate, in: 125...max(125, bounds.maxThroughput), "Throughput")
        guard rate == 125 || rate * 4 <= operations else {
            throw EC2Error(
                "InvalidParameterCombination",
                "Throughput (MiBps) to iops ratio of is too high; maximum is 0.250000 MiBps per iops."
            )
        }
        iops = operations
        throughput = rate
    }

    private func check(_ value: Int, in range: ClosedRange<Int>, _ parameter: String) throws(EC2Error) {
        guard range.contains(value) else {
            throw .invalid(
                "\(value)",
                for: parameter,
                "A \(type) volume takes \(range.lowerBound) to \(range.upperBound)."
            )
        }
    }

    private func notFor(_ parameter: String) -> EC2Error {
        EC2Error(
            "InvalidParameterCombination",
            "The parameter \(parameter) is not supported for \(type) volumes."
        )
    }
}
