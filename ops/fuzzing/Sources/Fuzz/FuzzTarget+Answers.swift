import Foundation
import Reservations

@testable import AWS
@testable import Fleet
@testable import Kubernetes

extension FuzzTarget {
    /// What services answer, or something that stands in their place.
    static let answers = [
        FuzzTarget(name: "ec2") { data in
            let bytes = Array(data)
            _ = EC2Fault.read(AWSResponse(status: 503, body: bytes))
            _ = try? EC2Wire.decode(EC2Wire.Volumes.self, from: bytes)
            _ = try? EC2Wire.decode(EC2Wire.Volume.self, from: bytes)
        },
        FuzzTarget(name: "dynamodb") { data in
            _ = DynamoDBFault.read(AWSResponse(status: 400, body: Array(data)))
            guard let item = try? JSONDecoder().decode(Item.self, from: data) else { return }
            _ = try? ItemDecoder.row(Reservation.self, from: item)
            _ = try? ItemDecoder.row(Disk.self, from: item)
            _ = try? ItemDecoder.row(NodeCapacity.self, from: item)
        },
        FuzzTarget(name: "efs") { data in
            _ = EFSFault.read(AWSResponse(status: 400, body: Array(data)))
            _ = try? JSONDecoder().decode(EFSWire.FileSystems.self, from: data)
            _ = try? JSONDecoder().decode(EFSWire.FileSystem.self, from: data)
        },
        FuzzTarget(name: "kubernetes") { data in
            let request = KubernetesRequest(.get, path: "/api/v1/pods")
            _ = try? Wire.decode(Envelope<Pod>.self, from: data, of: request)
            _ = try? Wire.decode(Envelope<Node>.self, from: data, of: request)
            _ = try? Wire.decode(Envelope<Secret>.self, from: data, of: request)
            _ = try? Wire.decode(Envelope<PersistentVolume>.self, from: data, of: request)
        },
        FuzzTarget(name: "watch") { data in
            // The first byte says into how large pieces the network cuts the rest.
            let size = max(1, Int(data.first ?? 1))
            var splitter = LineSplitter(limit: 1 << 16)
            var rest = data.dropFirst()
            while !rest.isEmpty {
                guard let lines = try? splitter.append(Data(rest.prefix(size))) else { return }
                for line in lines { _ = try? JSONDecoder().decode(WatchLine<Pod>.self, from: line) }
                rest = rest.dropFirst(size)
            }
        },
    ]
}
