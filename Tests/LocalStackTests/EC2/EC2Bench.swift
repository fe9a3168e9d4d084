import Foundation
import LocalStack

/// A local EC2 on manual time, with latencies that a test can count on, and calls in the Query protocol.
struct EC2Bench {
    let clock = ManualTime()
    let faults: FaultPlan
    let ec2: LocalEC2

    /// Everything is visible at once, creating takes 2 s, deleting 10 s, a snapshot 60 s, attaching 3 s.
    init(scale: Double = 1, _ change: (inout EC2Settings) -> Void = { _ in }) {
        var settings = EC2Settings()
        settings.creation.latency = .always(.seconds(2))
        settings.deleting = .always(.seconds(10))
        settings.attaching = .always(.seconds(3))
        settings.detaching = .always(.seconds(3))
        settings.snapshots.latency = .always(.seconds(60))
        settings.consistency = .strong
        settings.throttling.isOn = false
        change(&settings)
        let time = clock.time(scale: scale)
        faults = FaultPlan(seed: 1, time: time)
        ec2 = LocalEC2(time: time, faults: faults, settings: settings)
    }

    func call(_ action: String, _ parameters: [String: String] = [:]) async -> EC2Reply {
        let allowed = CharacterSet.alphanumerics
        let form = (parameters.merging(["Action": action, "Version": "2016-11-15"]) { $1 })
            .map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
            .joined(separator: "&")
        return EC2Reply(await ec2.handle(LocalRequest(method: "POST", path: "/", body: Data(form.utf8))))
    }

    /// Creates a volume of 10 GiB with a tag `fleet=f`.
    func create(_ changes: [String: String] = [:]) async -> EC2Reply {
        let parameters = [
            "AvailabilityZone": "us-east-2a",
            "Size": "10",
            "VolumeType": "gp3",
            "TagSpecification.1.ResourceType": "volume",
            "TagSpecification.1.Tag.1.Key": "fleet",
            "TagSpecification.1.Tag.1.Value": "f",
        ]
        return await call("CreateVolume", parameters.merging(changes) { $1 }.filter { $0.value != "-" })
    }

    /// Creates a volume and waits until it is available.
    func available(_ changes: [String: String] = [:]) async -> String {
        let id = await create(changes).first("volumeId")
        clock.advance(by: .seconds(2))
        return id
    }

    func state(_ id: String) -> LocalVolume.State? { ec2.volume(id)?.state }
}

/// An answer in XML, as far as tests look at it.
struct EC2Reply {
    let status: Int
    let text: String

    init(_ response: LocalResponse) {
        status = response.status
        if case .data(let data) = response.body {
            text = String(decoding: data, as: UTF8.self)
        } else {
            text = ""
        }
    }

    /// The error's code; empty if it is none.
    var code: String { first("Code") }
    var message: String { first("Message") }

    func first(_ element: String) -> String { all(element).first ?? "" }

    func all(_ element: String) -> [String] {
        text.components(separatedBy: "<\(element)>").dropFirst().map {
            $0.components(separatedBy: "</\(element)>").first ?? ""
        }
    }
}
