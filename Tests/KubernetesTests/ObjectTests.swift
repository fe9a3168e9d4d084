import Foundation
import Kubernetes
import Testing

struct ObjectTests {
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func `a secret's data is base64 on the wire and bytes in hand, and never printed`() throws {
        let secret = Secret(
            metadata: ObjectMeta(name: "s"),
            type: "Opaque",
            data: ["key": Data([0, 255])],
            stringData: ["authorized_keys": "ssh-ed25519 AAAA"]
        )
        let text = try Self.json(secret)
        #expect(
            text
                == #"{"data":{"key":"AP8="},"metadata":{"name":"s"},"stringData":{"authorized_keys":"ssh-ed25519 AAAA"},"type":"Opaque"}"#
        )
        let back = try JSONDecoder().decode(Secret.self, from: Data(text.utf8))
        #expect(back == secret)
        var dumped = ""
        dump(secret, to: &dumped)
        for printed in ["\(secret)", String(reflecting: secret), dumped, "\([secret])"] {
            #expect(!printed.contains("AAAA") && !printed.contains("255"))
        }
    }

    @Test(
        arguments: [
            ("4", 4, 4000), ("500m", 1, 500), ("0.5", 1, 500), ("1.5Gi", 1_610_612_736, 1_610_612_736_000),
            ("200Gi", 214_748_364_800, 214_748_364_800_000), ("12e6", 12_000_000, 12_000_000_000),
            ("1E", nil, nil),
            ("1k", 1000, 1_000_000), ("0", 0, 0), ("-1500m", -1, -1500),
            ("5120Mi", 5_368_709_120, 5_368_709_120_000),
            ("1n", 1, 1), ("", nil, nil), ("Gi", nil, nil), ("1.2.3", nil, nil),
            ("1e99999999999999999999", nil, nil),
            ("99999999999999999999999", nil, nil), ("9999999999Ei", nil, nil), ("1 Gi", nil, nil),
            ("٣", nil, nil),
            ("1e-30", 1, 1), ("+3", 3, 3000), ("8Ei", nil, nil), (".", nil, nil),
            ("1e18", 1_000_000_000_000_000_000, nil),
        ] as [(String, Int64?, Int64?)]
    )
    func `a quantity is rounded up, or nil if it is none`(text: String, whole: Int64?, milli: Int64?) {
        if text == "1E" {
            #expect(Quantity(text).wholeUnits == 1_000_000_000_000_000_000)
            return
        }
        #expect(Quantity(text).wholeUnits == whole)
        #expect(Quantity(text).milliUnits == milli)
    }

    @Test func `a pod's status is read`() throws {
        let text = #"""
            {"metadata":{"name":"p","deletionTimestamp":"2026-01-02T03:04:05Z","creationTimestamp":null},
             "spec":{"containers":[{"name":"c","resources":{"limits":{"nvidia.com/gpu":8,"cpu":"500m"}}}]},
             "status":{"phase":"Pending","podIP":"10.1.2.3","conditions":[
               {"type":"PodScheduled","status":"False","reason":"Unschedulable",
                "lastTransitionTime":"2026-01-02T03:04:05Z"}],
              "containerStatuses":[{"name":"c","state":{"waiting":{"reason":"ImagePullBackOff"}}}]},
             "unheardOf":{"x":[1,2,{"y":null}]}}
            """#
        let pod = try JSONDecoder().decode(Pod.self, from: Data(text.utf8))
        #expect(pod.metadata.deletionTimestamp == Date(timeIntervalSince1970: 1_767_323_045))
        #expect(pod.metadata.creationTimestamp == nil)
        #expect(pod.spec?.containers.first?.resources?.limits?["nvidia.com/gpu"]?.wholeUnits == 8)
        #expect(pod.status?.phase == .pending)
        let condition = try #require(pod.status?.condition("PodScheduled"))
        #expect(condition.status == .no)
        #expect(condition.reason == "Unschedulable")
        #expect(pod.status?.containerStatuses?.first?.state?.waiting?.reason == "ImagePullBackOff")
    }

    @Test func `an event's times may have microseconds`() throws {
        let text =
            #"{"metadata":{},"reason":"FailedMount","eventTime":"2026-01-02T03:04:05.250000Z","count":3}"#
        let event = try JSONDecoder().decode(Event.self, from: Data(text.utf8))
        #expect(event.eventTime == Date(timeIntervalSince1970: 1_767_323_045.25))
        #expect(event.lastTimestamp == nil)
    }

    @Test(arguments: [#""soon""#, "7", #""2026-13-45T99:99:99Z""#, #""""#])
    func `a time that is none is an error, not an absent one`(value: String) {
        let text = #"{"metadata":{"deletionTimestamp":\#(value)}}"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Pod.self, from: Data(text.utf8)) }
    }

    @Test func `a static volume and its claim keep their empty storage class`() throws {
        let volume = PersistentVolume(
            metadata: ObjectMeta(name: "v"),
            spec: PersistentVolumeSpec(
                capacity: ["storage": "100Gi"],
                accessModes: ["ReadWriteOnce"],
                csi: .init(driver: "ebs.csi.aws.com", volumeHandle: "vol-1", fsType: "ext4"),
                claimRef: ObjectReference(kind: "PersistentVolumeClaim", namespace: "gpu-dev", name: "c"),
                nodeAffinity: .init(
                    required: NodeSelector(nodeSelectorTerms: [
                        NodeSelectorTerm(matchExpressions: [
                            .init(key: "topology.kubernetes.io/zone", operator: "In", values: ["us-east-2a"])
                        ])
                    ])
                ),
                persistentVolumeReclaimPolicy: "Retain",
                storageClassName: ""
            )
        )
        let text = try Self.json(volume)
        #expect(text.contains(#""storageClassName":"""#))
        #expect(text.contains(#""volumeHandle":"vol-1""#))
        #expect(try JSONDecoder().decode(PersistentVolume.self, from: Data(text.utf8)) == volume)
    }
}
