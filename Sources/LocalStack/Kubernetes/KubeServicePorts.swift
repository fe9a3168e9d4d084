/// Gives Services their node ports.
enum KubeServicePorts {
    /// Fills in missing node ports and takes the given ones.
    ///
    /// - Throws: `Invalid` if a port is outside of the range or another Service has it.
    static func assign(
        _ service: inout KubeObject,
        old: KubeObject?,
        _ pool: inout KubePorts,
        _ range: ClosedRange<Int>
    ) throws(KubeFailure) {
        let key = service.key(.services)
        let type = service[path: "spec", "type"]?.string ?? ""
        guard type == "NodePort" || type == "LoadBalancer" else { return pool.free(key) }
        var candidate = pool
        candidate.free(key)
        var ports = service[path: "spec", "ports"]?.items ?? []
        let former = old?[path: "spec", "ports"]?.items ?? []
        for (index, port) in ports.enumerated() {
            let kept = former.first { $0["port"] == port["port"] && $0["protocol"] == port["protocol"] }?[
                "nodePort"
            ]
            guard let wanted = (port["nodePort"] ?? kept)?.integer, wanted != 0 else { continue }
            let field = "spec.ports[\(index)].nodePort"
            guard range.contains(wanted) else {
                let message =
                    "Invalid value: \(wanted): provided port is not in the valid range. "
                    + "The range of valid ports is \(range.lowerBound)-\(range.upperBound)"
                throw .invalid(
                    .services,
                    service.name,
                    [.init(reason: "FieldValueInvalid", message: message, field: field)]
                )
            }
            guard candidate.holder(of: wanted) == nil else {
                let message = "Invalid value: \(wanted): provided port is already allocated"
                throw .invalid(
                    .services,
                    service.name,
                    [.init(reason: "FieldValueInvalid", message: message, field: field)]
                )
            }
            candidate.take(wanted, for: key)
            ports[index]["nodePort"] = .integer(wanted)
        }
        for (index, port) in ports.enumerated() where (port["nodePort"]?.integer ?? 0) == 0 {
            guard let free = candidate.any(in: range, for: key) else {
                throw KubeFailure(
                    status: 500,
                    reason: "InternalError",
                    message: "failed to allocate a nodePort: range is full"
                )
            }
            ports[index]["nodePort"] = .integer(free)
        }
        service[path: "spec", "ports"] = .array(ports)
        pool = candidate
    }
}
