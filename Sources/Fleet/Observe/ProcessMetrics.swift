import Metrics

/// The one registry of a process, which everything that measures finds through swift-metrics.
package enum ProcessMetrics {
    package static let registry: MetricsRegistry = {
        let registry = MetricsRegistry()
        registry.observe { [GaugeReading("berth_build_info", [("version", BerthVersion.number)], 1)] }
        MetricsSystem.bootstrap(registry)
        return registry
    }()

    /// To be called before anything is measured.
    package static func start() { _ = registry }
}
