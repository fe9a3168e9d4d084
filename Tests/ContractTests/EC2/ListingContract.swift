import AWS
import Foundation
import LocalStack
import Testing

@Suite("EC2: listing", .timeLimit(.minutes(1))) struct ListingContract {
    private func plant(_ local: LocalAWS, _ count: Int, tags: [String: String] = [:]) -> Set<EC2.VolumeID> {
        Set(
            (0..<count).map { _ in
                EC2.VolumeID(local.ec2.plant(volumeIn: "us-east-2a", sizeGiB: 1, tags: tags))
            }
        )
    }

    private func adjust(_ local: LocalAWS, _ change: (inout EC2Settings) -> Void) {
        var settings = local.ec2.settings
        change(&settings)
        local.ec2.adopt(settings)
    }

    @Test(arguments: ["a*c", "a?c", "a\\c", "a\\*c", "a*", "?", "a,b", "a=b&c", "ä€😀", " a ", "%41"])
    func `a filter's value means exactly what it says`(_ value: String) async throws {
        try await withLocalAWS { bench, local in
            let mine = plant(local, 1, tags: ["mark": value])
            for other in ["abc", "a", "ac", "a\\\\c", "a*cd", "x", ""] where other != value {
                _ = plant(local, 1, tags: ["mark": other])
            }
            let found = try await bench.ec2.describeVolumes(filters: [.tag("mark", value)])
            #expect(Set(found.map(\.id)) == mine)
            #expect(found.map(\.tags) == [["mark": value]])
        }
    }

    @Test func `a pattern's wildcards work, and case counts`() async throws {
        try await withLocalAWS { bench, local in
            let abc = plant(local, 1, tags: ["mark": "abc"])
            let abcd = plant(local, 1, tags: ["mark": "abcd"])
            _ = plant(local, 1, tags: ["mark": "ABC"])
            func found(_ pattern: String) async throws -> Set<EC2.VolumeID> {
                let filter = EC2.Filter(name: "tag:mark", patterns: [pattern])
                return Set(try await bench.ec2.describeVolumes(filters: [filter]).map(\.id))
            }
            let many = try await found("ab*")
            #expect(many == abc.union(abcd))
            #expect(try await found("ab?") == abc)
            #expect(try await found("ab\\*") == [])
        }
    }

    @Test func `filters must all hold, of a filter's values any`() async throws {
        try await withLocalAWS { bench, local in
            let both = plant(local, 1, tags: ["a": "1", "b": "1"])
            let second = plant(local, 1, tags: ["a": "2", "b": "1"])
            _ = plant(local, 1, tags: ["a": "1"])
            let any = try await bench.ec2.describeVolumes(filters: [.tag("a", "1", "2"), .tagKey("b")])
            #expect(Set(any.map(\.id)) == both.union(second))
            let all = try await bench.ec2.describeVolumes(filters: [
                .tag("a", "1"), .tag("b", "1"), .init(name: "status", values: ["available"]),
            ])
            #expect(Set(all.map(\.id)) == both)
            #expect(try await bench.ec2.describeVolumes(filters: [.init(name: "tag:a", values: [])]).isEmpty)
            #expect(try await bench.ec2.describeVolumes(filters: []).count == 3)
        }
    }

    @Test func `too many values are refused by name`() async throws {
        try await withLocalAWS { bench, _ in
            let values = (0...200).map(String.init)
            let error = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.describeVolumes(filters: [.init(name: "tag:a", values: values)])
            }
            #expect(error.code == .filterLimitExceeded)
        }
    }

    @Test(arguments: [false, true])
    func `all pages are read, empty ones too`(_ cutsBeforeFiltering: Bool) async throws {
        try await withLocalAWS { bench, local in
            adjust(local) {
                $0.listing.maxPageSize = 5
                $0.listing.cutsBeforeFiltering = cutsBeforeFiltering
                $0.throttling.isOn = false
            }
            _ = plant(local, 40)
            let mine = plant(local, 12, tags: ["mark": "m"])
            let found = try await bench.ec2.describeVolumes(filters: [.tag("mark", "m")]).map(\.id)
            #expect(found.count == 12 && Set(found) == mine)
            #expect(try await bench.ec2.describeVolumes(filters: []).count == 52)
        }
    }

    @Test func `pages that nobody asked for are read too`() async throws {
        try await withLocalAWS { bench, local in
            adjust(local) { $0.listing.unaskedPageSize = 5 }
            let mine = plant(local, 12)
            let found = try await bench.ec2.describeVolumes(ids: mine.sorted()).map(\.id)
            #expect(found.count == 12 && Set(found) == mine)
        }
    }

    @Test func `more ids than a call may have are asked for in pieces`() async throws {
        try await withLocalAWS { bench, local in
            let mine = plant(local, 1_203)
            let found = try await bench.ec2.describeVolumes(ids: mine.sorted())
            #expect(found.count == 1_203 && Set(found.map(\.id)) == mine)
        }
    }

    @Test func `unknown ids fail the call, are named, and are told from the known`() async throws {
        try await withLocalAWS { bench, local in
            let mine = plant(local, 3)
            let unknown = Set(["vol-0123456789abcdef0", "vol-0fedcba9876543210"].map(EC2.VolumeID.init))
            let error = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.describeVolumes(ids: mine.union(unknown).sorted())
            }
            #expect(error.code == .volumeNotFound)
            #expect(!error.unknownIDs.isEmpty)
            #expect(unknown.isSuperset(of: error.unknownIDs.map(EC2.VolumeID.init)))
            let findings = try await bench.ec2.findVolumes(ids: mine.union(unknown).sorted())
            #expect(Set(findings.volumes.map(\.id)) == mine)
            #expect(findings.unknown == unknown)
            let malformed = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.describeVolumes(ids: [EC2.VolumeID("nonsense")])
            }
            #expect(malformed.code == .malformedID)
        }
    }

    @Test func `no ids and no values are no call`() async throws {
        try await withLocalAWS { bench, local in
            _ = plant(local, 1)
            local.refuse("ec2", "*", "InternalError", status: 500, times: nil)
            #expect(try await bench.ec2.describeVolumes(ids: []).isEmpty)
            #expect(try await bench.ec2.findVolumes(ids: []).volumes.isEmpty)
            #expect(try await bench.ec2.describeSnapshots(ids: []).isEmpty)
            try await bench.ec2.createTags([:], on: ["vol-1"])
            try await bench.ec2.deleteTags([], on: ["vol-1"])
        }
    }

    @Test func `a new volume is found late, by its id and later by its tag`() async throws {
        try await withLocalAWS { bench, local in
            adjust(local) {
                $0.consistency.idLag = .always(.seconds(2))
                $0.consistency.tagLag = .always(.seconds(5))
            }
            let made = try await bench.ec2.createVolume(
                .init(clientToken: "t", availabilityZone: "us-east-2a", sizeGiB: 1, tags: ["mark": "m"])
            )
            #expect(try await bench.ec2.findVolumes(ids: [made.id]).unknown == [made.id])
            local.clock.advance(by: .seconds(3))
            #expect(try await bench.ec2.findVolumes(ids: [made.id]).volumes.map(\.id) == [made.id])
            #expect(try await bench.ec2.describeVolumes(filters: [.tag("mark", "m")]).isEmpty)
            local.clock.advance(by: .seconds(3))
            #expect(try await bench.ec2.describeVolumes(filters: [.tag("mark", "m")]).map(\.id) == [made.id])
        }
    }
}
