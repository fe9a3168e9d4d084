extension EC2 {
    /// Begins a snapshot: the volume as it is at the call, attached or not.
    ///
    /// There is no token, so an attempt whose fate is unknown isn't repeated: look for the tags first.
    ///
    /// - Parameters:
    ///   - volume: what to save.
    ///   - description: a text, or nil.
    ///   - tags: borne from the first moment.
    /// - Returns: the snapshot, `pending`.
    /// - Throws: `EC2Error`.
    package func createSnapshot(
        of volume: VolumeID,
        description: String? = nil,
        tags: [String: String]
    ) async throws(EC2Error) -> Snapshot {
        var form = EC2Form("CreateSnapshot")
        form.add("Description", description)
        form.add(tags: tags, of: "snapshot")
        form.add("VolumeId", volume.rawValue)
        return Snapshot(try await call("CreateSnapshot", form, effect: .once, as: EC2Wire.Snapshot.self))
    }

    /// Describes the account's own snapshots by id; one unknown id fails the whole call.
    ///
    /// - Parameter ids: no ids, no call.
    /// - Returns: the snapshots, in no order.
    /// - Throws: `EC2Error`; of `snapshotNotFound`, `unknownIDs` names them.
    package func describeSnapshots(ids: [SnapshotID]) async throws(EC2Error) -> [Snapshot] {
        var snapshots: [Snapshot] = []
        for chunk in ids.chunks(of: Self.maxIDs) {
            snapshots += try await snapshotPages { $0.add("SnapshotId", each: chunk.map(\.rawValue)) }
        }
        return snapshots
    }

    /// Describes the account's own snapshots that pass all filters.
    ///
    /// - Parameter filters: no filters, all snapshots; a filter without values passes none.
    /// - Returns: the snapshots, in no order; a new one may be missing.
    /// - Throws: `EC2Error`.
    package func describeSnapshots(filters: [Filter]) async throws(EC2Error) -> [Snapshot] {
        guard filters.allSatisfy({ !$0.values.isEmpty }) else { return [] }
        return try await snapshotPages {
            $0.add(filters)
            $0.add("MaxResults", Self.pageSize)
        }
    }

    /// Deletes a snapshot.
    ///
    /// - Parameter id: which.
    /// - Throws: `EC2Error`; `snapshotNotFound` after an attempt of unknown fate may mean that it worked.
    package func deleteSnapshot(_ id: SnapshotID) async throws(EC2Error) {
        var form = EC2Form("DeleteSnapshot")
        form.add("SnapshotId", id.rawValue)
        try await callForNothing("DeleteSnapshot", form)
    }

    private func snapshotPages(_ fill: (inout EC2Form) -> Void) async throws(EC2Error) -> [Snapshot] {
        // Without an owner, EC2 adds all snapshots that anybody has made public.
        try await pages(
            "DescribeSnapshots",
            {
                fill(&$0); $0.add("Owner", each: ["self"])
            },
            as: EC2Wire.Snapshots.self
        ) {
            (($0.snapshotSet.item ?? []).map(Snapshot.init), $0.nextToken)
        }
    }
}
