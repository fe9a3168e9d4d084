package import Reservations

extension RequestRules {
    /// The rules of a fleet with these machines.
    package init(catalog: GPUCatalog) {
        self.init(types: catalog.machines.mapValues { $0.type.isCPU ? 0 : $0.gpus })
    }

    /// The rules of a fleet.
    package init(_ settings: FleetSettings) {
        self.init(catalog: settings.catalog)
        users = settings.users
    }
}
