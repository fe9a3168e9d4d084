extension EFSState {
    mutating func tag(_ id: String, with added: EFSTagList, at now: Duration) throws(EFSError) -> EFSReply {
        let names = Set(added.Tags.map(\.Key))
        let kept = try tags(of: id, at: now).filter { !names.contains($0.Key) }
        try setTags(kept + added.Tags, of: id, at: now)
        return .document(status: 200, [String: String]())
    }

    mutating func untag(_ id: String, _ request: LocalRequest, at now: Duration) throws(EFSError) -> EFSReply
    {
        let removed = Set(request.query.filter { $0.name == "tagKeys" }.map(\.value))
        try setTags(try tags(of: id, at: now).filter { !removed.contains($0.Key) }, of: id, at: now)
        return .document(status: 200, [String: String]())
    }

    func tags(of id: String, at now: Duration) throws(EFSError) -> [EFSTag] {
        let id = Self.bareID(id)
        return id.hasPrefix("fsap-") ? try accessPoint(id).tags : try fileSystem(id, at: now).tags
    }

    private mutating func setTags(_ tags: [EFSTag], of id: String, at now: Duration) throws(EFSError) {
        guard tags.count <= 50 else { throw .badRequest("A resource has at most 50 tags") }
        let id = Self.bareID(id)
        fileSystems[id]?.tags = tags
        accessPoints[id]?.tags = tags
    }
}
