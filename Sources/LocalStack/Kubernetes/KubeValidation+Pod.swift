extension KubeValidation {
    static func pod(_ pod: KubeObject) -> [Cause] {
        var causes: [Cause] = []
        let containers = pod[path: "spec", "containers"]?.items ?? []
        if containers.isEmpty { causes.append(.required("spec.containers")) }
        let volumes = pod[path: "spec", "volumes"]?.items ?? []
        var names: Set<String> = []
        for (index, volume) in volumes.enumerated() {
            let name = volume["name"]?.string ?? ""
            if !KubeNames.isLabel(name) {
                causes.append(.wrong("spec.volumes[\(index)].name", name, "no DNS label"))
            }
            if !names.insert(name).inserted {
                causes.append(duplicate("spec.volumes[\(index)].name", name))
            }
            if volume.fields.count > 2 {
                let message = "may not specify more than 1 volume type"
                causes.append(
                    Cause(reason: "FieldValueForbidden", message: message, field: "spec.volumes[\(index)]")
                )
            }
        }
        let initContainers = pod[path: "spec", "initContainers"]?.items ?? []
        causes += Self.containers(containers, "spec.containers", volumes: names)
        causes += Self.containers(initContainers, "spec.initContainers", volumes: names)
        let policy = pod[path: "spec", "restartPolicy"]?.string ?? ""
        if !["Always", "OnFailure", "Never"].contains(policy) {
            causes.append(unsupported("spec.restartPolicy", policy, ["Always", "OnFailure", "Never"]))
        }
        if let grace = pod[path: "spec", "terminationGracePeriodSeconds"], (grace.integer ?? -1) < 0 {
            causes.append(
                .wrong("spec.terminationGracePeriodSeconds", "?", "must be greater than or equal to 0")
            )
        }
        for (key, value) in pod[path: "spec", "nodeSelector"]?.fields ?? [:] {
            if !KubeNames.isQualifiedName(key) || !(value.string.map(KubeNames.isLabelValue) ?? false) {
                causes.append(.wrong("spec.nodeSelector", key, "no valid label"))
            }
        }
        return causes
    }

    private static func containers(_ containers: [KubeValue], _ field: String, volumes: Set<String>)
        -> [Cause]
    {
        var causes: [Cause] = []
        var names: Set<String> = []
        for (index, container) in containers.enumerated() {
            let field = "\(field)[\(index)]"
            let name = container["name"]?.string ?? ""
            if !KubeNames.isLabel(name) { causes.append(.wrong("\(field).name", name, "no DNS label")) }
            if !names.insert(name).inserted { causes.append(duplicate("\(field).name", name)) }
            if container["image"]?.string?.isEmpty != false { causes.append(.required("\(field).image")) }
            for (place, mount) in (container["volumeMounts"]?.items ?? []).enumerated() {
                let volume = mount["name"]?.string ?? ""
                if !volumes.contains(volume) {
                    let message = "Not found: \"\(volume)\""
                    causes.append(
                        Cause(
                            reason: "FieldValueNotFound",
                            message: message,
                            field: "\(field).volumeMounts[\(place)].name"
                        )
                    )
                }
                if mount["mountPath"]?.string?.isEmpty != false {
                    causes.append(.required("\(field).volumeMounts[\(place)].mountPath"))
                }
            }
            causes += resources(container["resources"], "\(field).resources")
        }
        return causes
    }

    /// Extended resources such as GPUs can't be overcommitted: request and limit are the same whole number.
    private static func resources(_ resources: KubeValue?, _ field: String) -> [Cause] {
        var causes: [Cause] = []
        let limits = resources?["limits"]?.fields ?? [:]
        let requests = resources?["requests"]?.fields ?? [:]
        for (list, amounts) in [("limits", limits), ("requests", requests)] {
            for (name, amount) in amounts {
                guard let quantity = KubeQuantity(amount), quantity >= .zero else {
                    causes.append(
                        .wrong(
                            "\(field).\(list)[\(name)]",
                            amount.string ?? "?",
                            "quantities must match the regular expression"
                        )
                    )
                    continue
                }
                if name.contains("/"), quantity.thousandths % 1_000 != 0 {
                    causes.append(
                        .wrong("\(field).\(list)[\(name)]", amount.string ?? "?", "must be an integer")
                    )
                }
            }
        }
        for (name, amount) in requests {
            guard let request = KubeQuantity(amount) else { continue }
            let limit = KubeQuantity(limits[name])
            if name.contains("/"), limit == nil {
                causes.append(
                    .required(
                        "\(field).limits[\(name)]",
                        "Limit must be set for non overcommitable resources"
                    )
                )
            } else if let limit, request > limit || (name.contains("/") && request != limit) {
                let message = "must be less than or equal to \(name) limit"
                causes.append(.wrong("\(field).requests", amount.string ?? "?", message))
            }
        }
        return causes
    }

    static func duplicate(_ field: String, _ value: String) -> Cause {
        Cause(reason: "FieldValueDuplicate", message: "Duplicate value: \"\(value)\"", field: field)
    }

    static func unsupported(_ field: String, _ value: String, _ known: [String]) -> Cause {
        let message = "Unsupported value: \"\(value)\": supported values: \(known.joined(separator: ", "))"
        return Cause(reason: "FieldValueNotSupported", message: message, field: field)
    }
}
