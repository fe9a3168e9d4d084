extension EC2 {
    /// What the caller may be asked about, as far as Berth does it.
    package enum Deed: Sendable, Hashable {
        case createVolume(zone: String, tags: [String: String])
        case createSnapshot(VolumeID)
        case deleteVolume(VolumeID)
    }

    /// Whether the caller may do something; nothing is done.
    ///
    /// - Returns: what EC2 says to a call with `DryRun`.
    /// - Throws: `EC2Error`, if it says neither yes nor no.
    package func mayDo(_ deed: Deed) async throws(EC2Error) -> Bool {
        var form: EC2Form
        let action: String
        switch deed {
        case .createVolume(let zone, let tags):
            action = "CreateVolume"
            form = EC2Form(action)
            form.add("AvailabilityZone", zone)
            form.add("Size", 1)
            form.add("VolumeType", "gp3")
            form.add(tags: tags, of: "volume")
        case .createSnapshot(let volume):
            action = "CreateSnapshot"
            form = EC2Form(action)
            form.add("VolumeId", volume.rawValue)
        case .deleteVolume(let volume):
            action = "DeleteVolume"
            form = EC2Form(action)
            form.add("VolumeId", volume.rawValue)
        }
        form.add("DryRun", true)
        do {
            _ = try await call(action, form, effect: .none, as: EC2Wire.Done.self)
        } catch {
            if error.serviceCode == "DryRunOperation" { return true }
            if error.serviceCode == "UnauthorizedOperation" { return false }
            throw error
        }
        // A service that doesn't know the flag would have done it.
        throw EC2Error(code: .other("DryRun"), message: "\(action) was answered as if it weren't a dry run")
    }
}
