extension EC2 {
    /// Makes a volume, or says again what a call with the same token and parameters made.
    ///
    /// An error after a first try proves nothing about that one: over the quota, a repeat is refused though
    /// the volume exists.
    ///
    /// - Parameter request: what the volume should be.
    /// - Returns: the volume, usually still `creating`; it may yet fail.
    /// - Throws: `EC2Error`.
    package func createVolume(_ request: CreateVolume) async throws(EC2Error) -> Volume {
        var form = EC2Form("CreateVolume")
        form.add("AvailabilityZone", request.availabilityZone)
        form.add("ClientToken", request.clientToken)
        form.add("Encrypted", request.encrypted)
        form.add("Iops", request.iops)
        form.add("Size", request.sizeGiB)
        form.add("SnapshotId", request.snapshotID?.rawValue)
        form.add(tags: request.tags, of: "volume")
        form.add("Throughput", request.throughputMiBps)
        form.add("VolumeType", request.type)
        return Volume(try await call("CreateVolume", form, effect: .repeatable, as: EC2Wire.Volume.self))
    }

    /// Describes volumes by id; one unknown id fails the whole call.
    ///
    /// - Parameter ids: no ids, no call: EC2 would list the whole account.
    /// - Returns: the volumes, in no order.
    /// - Throws: `EC2Error`; of `volumeNotFound`, `unknownIDs` names them. It may be too early for a new one.
    package func describeVolumes(ids: [VolumeID]) async throws(EC2Error) -> [Volume] {
        var volumes: [Volume] = []
        for chunk in ids.chunks(of: Self.maxIDs) {
            volumes += try await volumePages { $0.add("VolumeId", each: chunk.map(\.rawValue)) }
        }
        return volumes
    }

    /// Describes the account's volumes that pass all filters.
    ///
    /// - Parameter filters: no filters, all volumes; a filter without values passes none.
    /// - Returns: the volumes, in no order; a new one may be missing, an old answer may come again.
    /// - Throws: `EC2Error`.
    package func describeVolumes(filters: [Filter]) async throws(EC2Error) -> [Volume] {
        guard filters.allSatisfy({ !$0.values.isEmpty }) else { return [] }
        return try await volumePages {
            $0.add(filters)
            $0.add("MaxResults", Self.pageSize)
        }
    }

    /// Volumes by id, and the ids that EC2 said it doesn't know.
    package struct VolumeFindings: Sendable, Hashable {
        package var volumes: [Volume]
        package var unknown: Set<VolumeID>

        package init(volumes: [Volume] = [], unknown: Set<VolumeID> = []) {
            self.volumes = volumes
            self.unknown = unknown
        }
    }

    /// Describes volumes by id, asking again without those that EC2 doesn't know.
    ///
    /// - Parameter ids: no ids, no call.
    /// - Returns: the volumes and the unknown ids.
    /// - Throws: `EC2Error`; also if EC2 doesn't say which ids it doesn't know.
    package func findVolumes(ids: [VolumeID]) async throws(EC2Error) -> VolumeFindings {
        var findings = VolumeFindings()
        for chunk in ids.chunks(of: Self.maxIDs) {
            var asked = Set(chunk)
            // Each round drops at least one id, so there are no more rounds than ids.
            while !asked.isEmpty {
                do {
                    findings.volumes += try await describeVolumes(ids: asked.sorted())
                    break
                } catch {
                    let unknown = asked.intersection(error.unknownIDs.map(VolumeID.init))
                    guard !unknown.isEmpty else { throw error }
                    findings.unknown.formUnion(unknown)
                    asked.subtract(unknown)
                }
            }
        }
        return findings
    }

    /// Deletes a volume that is `available`.
    ///
    /// It takes no condition: look just before.
    ///
    /// - Parameter id: which.
    /// - Throws: `EC2Error`; `volumeNotFound` after an attempt of unknown fate may mean that it worked.
    package func deleteVolume(_ id: VolumeID) async throws(EC2Error) {
        var form = EC2Form("DeleteVolume")
        form.add("VolumeId", id.rawValue)
        try await callForNothing("DeleteVolume", form)
    }

    private func volumePages(_ fill: (inout EC2Form) -> Void) async throws(EC2Error) -> [Volume] {
        try await pages("DescribeVolumes", fill, as: EC2Wire.Volumes.self) {
            (($0.volumeSet.item ?? []).map(Volume.init), $0.nextToken)
        }
    }
}
