extension EC2State {
    mutating func createTags(_ call: EC2Request, at moment: EC2Moment) throws(EC2Error) -> [XMLNode] {
        let added = try call.tags("Tag")
        guard !added.isEmpty else { throw .missing("Tag") }
        return try retag(call, at: moment) { tags in
            for (key, value) in added { tags[key] = value ?? "" }
        }
    }

    /// Removes tags: whatever their value if none is given; all of them if no tag is named.
    mutating func deleteTags(_ call: EC2Request, at moment: EC2Moment) throws(EC2Error) -> [XMLNode] {
        let removed = try call.tags("Tag")
        return try retag(call, at: moment) { tags in
            if removed.isEmpty { tags = [:] }
            for (key, value) in removed where value == nil || tags[key] == value { tags[key] = nil }
        }
    }

    /// Changes the tags of all resources that the call names, or of none.
    private mutating func retag(
        _ call: EC2Request,
        at moment: EC2Moment,
        change: (inout [String: String]) -> Void
    ) throws(EC2Error) -> [XMLNode] {
        let ids = call.list("ResourceId")
        guard !ids.isEmpty else { throw .missing("resourceIdSet") }
        var changed: [(id: String, tags: [String: String])] = []
        for id in ids {
            var tags = try currentTags(of: id, at: moment.elapsed)
            change(&tags)
            try EC2Request.check(tagCount: tags.count)
            changed.append((id, tags))
        }
        let visibleAt = moment.elapsed + draw(settings.consistency.tagLag)
        for (id, tags) in changed {
            volumes[id]?.tags.change(to: tags, at: moment.elapsed, visibleAt: visibleAt)
            snapshots[id]?.tags.change(to: tags, at: moment.elapsed, visibleAt: visibleAt)
        }
        return EC2Response.succeeded
    }

    private func currentTags(of id: String, at now: Duration) throws(EC2Error) -> [String: String] {
        if EC2Error.ResourceKind.volume.admits(id) { return try findVolume(id, at: now).tags.current }
        if EC2Error.ResourceKind.snapshot.admits(id) { return try findSnapshot(id, at: now).tags.current }
        throw EC2Error("InvalidID", "The ID '\(id)' is not valid")
    }
}
