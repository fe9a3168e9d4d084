extension EC2 {
    /// Sets tags, replacing the values of those there are.
    ///
    /// - Parameters:
    ///   - tags: no tags, no call.
    ///   - resources: ids of volumes or snapshots; no ids, no call.
    /// - Throws: `EC2Error`.
    package func createTags(_ tags: [String: String], on resources: [String]) async throws(EC2Error) {
        guard !tags.isEmpty, !resources.isEmpty else { return }
        var form = EC2Form("CreateTags")
        form.add("ResourceId", each: resources)
        form.add("Tag", tags: tags)
        try await callForNothing("CreateTags", form)
    }

    /// Removes tags by key, whatever their values.
    ///
    /// - Parameters:
    ///   - keys: no keys, no call: EC2 would remove all tags.
    ///   - resources: ids of volumes or snapshots; no ids, no call.
    /// - Throws: `EC2Error`.
    package func deleteTags(_ keys: [String], on resources: [String]) async throws(EC2Error) {
        guard !keys.isEmpty, !resources.isEmpty else { return }
        var form = EC2Form("DeleteTags")
        form.add("ResourceId", each: resources)
        for (index, key) in keys.enumerated() { form.add("Tag.\(index + 1).Key", key) }
        try await callForNothing("DeleteTags", form)
    }
}
