/// RFC 6902, without `move` and `copy`, which nobody sends to a cluster.
enum KubeJSONPatch {
    struct Failure: Error {
        var message: String
    }

    static func apply(_ operations: [KubeValue], to value: KubeValue) throws(Failure) -> KubeValue {
        var value = value
        for operation in operations {
            guard let name = operation["op"]?.string, let path = operation["path"]?.string,
                path.hasPrefix("/")
            else {
                throw Failure(message: "an operation needs op and path")
            }
            let keys = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
                String($0).replacing("~1", with: "/").replacing("~0", with: "~")
            }
            value = try change(value, ArraySlice(keys)) { old throws(Failure) in
                try Self.outcome(name, old, operation["value"], path)
            }
        }
        return value
    }

    private enum Outcome {
        case set(KubeValue), insert(KubeValue), remove, keep
    }

    private static func outcome(
        _ name: String,
        _ old: KubeValue?,
        _ new: KubeValue?,
        _ path: String
    ) throws(Failure) -> Outcome {
        switch (name, old, new) {
        case ("add", _, .some(let new)): return .insert(new)
        case ("replace", .some, .some(let new)): return .set(new)
        case ("remove", .some, _): return .remove
        case ("test", .some(let old), .some(let new)) where old == new: return .keep
        case ("test", _, _): throw Failure(message: "testing path \(path) failed")
        default: throw Failure(message: "\(name) at \(path) can't be done")
        }
    }

    private static func change(
        _ value: KubeValue,
        _ keys: ArraySlice<String>,
        _ body: (KubeValue?) throws(Failure) -> Outcome
    ) throws(Failure) -> KubeValue {
        guard let key = keys.first else { throw Failure(message: "the whole can't be replaced") }
        let rest = keys.dropFirst()
        switch value {
        case .object(var fields):
            if rest.isEmpty {
                switch try body(fields[key]) {
                case .set(let new), .insert(let new): fields[key] = new
                case .remove: fields[key] = nil
                case .keep: break
                }
            } else {
                guard let child = fields[key] else { throw Failure(message: "no \(key)") }
                fields[key] = try change(child, rest, body)
            }
            return .object(fields)
        case .array(var items):
            let place = key == "-" ? items.count : Int(key) ?? -1
            guard (0...items.count).contains(place) else { throw Failure(message: "no index \(key)") }
            let old = place < items.count ? items[place] : nil
            if let old, !rest.isEmpty {
                items[place] = try change(old, rest, body)
                return .array(items)
            }
            guard rest.isEmpty else { throw Failure(message: "no index \(key)") }
            switch try body(old) {
            case .insert(let new): items.insert(new, at: place)
            case .set(let new): items[place] = new
            case .remove: items.remove(at: place)
            case .keep: break
            }
            return .array(items)
        default:
            throw Failure(message: "no \(key)")
        }
    }
}
