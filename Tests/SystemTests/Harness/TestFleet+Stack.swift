import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension TestFleet {
    func state<Value: Decodable>(_ kind: String, as _: Value.Type = Value.self) async throws -> Value {
        try await succeed("berth-dev", ["state", kind]).json(Value.self)
    }

    func counts() async throws -> StackCounts {
        try await succeed("berth-dev", ["state", "--output", "json"]).json()
    }

    /// The volumes that exist and aren't being deleted, of one reservation or of all.
    func volumes(of reservation: String? = nil) async throws -> [StackVolume] {
        try await state("volumes", as: [StackVolume].self).filter {
            !["deleting", "deleted"].contains($0.state)
                && (reservation == nil || $0.reservation == reservation)
        }
    }

    func snapshots() async throws -> [StackSnapshot] { try await state("snapshots") }

    func pods(of reservation: String) async throws -> [StackPod] {
        try await state("pods", as: [StackPod].self).filter { $0.name.contains(reservation) }
    }

    func noVolume(of reservation: String, within limit: Duration = .seconds(60)) async throws {
        _ = try await until("no volume of \(reservation) is left", within: limit) {
            try await volumes(of: reservation).isEmpty ? true : nil
        }
    }

    /// Arms a fault, in the words of `berth-dev fault add`.
    func fault(_ words: [String]) async throws {
        try await succeed("berth-dev", ["fault", "add"] + words)
    }

    func clearFaults() async throws {
        try await succeed("berth-dev", ["fault", "clear"])
    }

    /// Marks what a volume holds, as if somebody had written to it.
    func write(_ content: String, to volume: String) async throws {
        let control = environment["BERTH_DEV_CONTROL_URL"] ?? ""
        try await post("\(control)/volumes/\(volume)/content", Data(#"{"content":"\#(content)"}"#.utf8))
    }

    /// Makes a volume that is nothing of Berth's doing, and returns its id.
    func foreignVolume(tags: [String: String]) async throws -> String {
        var fields = [
            "Action=CreateVolume", "Version=2016-11-15", "AvailabilityZone=us-east-2a", "Size=10",
            "VolumeType=gp3",
        ]
        if !tags.isEmpty { fields.append("TagSpecification.1.ResourceType=volume") }
        for (index, tag) in tags.sorted(by: { $0.key < $1.key }).enumerated() {
            fields.append("TagSpecification.1.Tag.\(index + 1).Key=\(tag.key)")
            fields.append("TagSpecification.1.Tag.\(index + 1).Value=\(tag.value)")
        }
        let answer = try await post(
            "\(environment["AWS_ENDPOINT_URL"] ?? "")/",
            Data(fields.joined(separator: "&").utf8),
            [
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization":
                    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-2/ec2/aws4_request, Signature=0",
            ]
        )
        guard let id = answer.firstMatch(of: /<volumeId>(vol-[0-9a-f]+)</)?.1 else {
            throw Failure(description: "no volume was made: \(answer)")
        }
        return String(id)
    }

    /// Makes an object in the cluster that is nothing of Berth's doing.
    func post(_ object: String, toCluster path: String) async throws {
        let config = FileManager.default.contents(atPath: environment["KUBECONFIG"] ?? "") ?? Data()
        let text = String(decoding: config, as: UTF8.self)
        guard let server = text.firstMatch(of: /server: (http\S+)/)?.1 else {
            throw Failure(description: "the kubeconfig names no server")
        }
        try await post("\(server)\(path)", Data(object.utf8), ["Content-Type": "application/json"])
    }

    @discardableResult
    func post(_ address: String, _ body: Data, _ headers: [String: String] = [:]) async throws
        -> String
    {
        guard let url = URL(string: address) else { throw Failure(description: "no address: \(address)") }
        var request = URLRequest(url: url, timeoutInterval: 10)
        request.httpMethod = "POST"
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let answer = String(decoding: data, as: UTF8.self)
        guard let status = (response as? HTTPURLResponse)?.statusCode, (200..<300).contains(status) else {
            throw Failure(description: "POST \(address): \(response)\n\(answer)")
        }
        return answer
    }
}
