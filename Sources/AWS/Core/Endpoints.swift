/// Where services are, if not at their public endpoints.
package struct Endpoints: Sendable, Hashable {
    package var overrides: [AWSService: Endpoint]

    package init(_ overrides: [AWSService: Endpoint] = [:]) {
        self.overrides = overrides
    }

    /// Every service at one endpoint, as local emulators have it.
    package init(all endpoint: Endpoint) {
        overrides = Dictionary(uniqueKeysWithValues: AWSService.allCases.map { ($0, endpoint) })
    }

    package func endpoint(of service: AWSService, in region: Region) -> Endpoint {
        overrides[service] ?? Endpoint(service, in: region)
    }
}
