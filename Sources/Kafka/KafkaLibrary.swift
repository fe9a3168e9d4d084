import CRdkafka

/// The C library underneath.
package enum KafkaLibrary {
    /// Of the library that is loaded, such as 2.0.2.
    package static var version: String { String(cString: rd_kafka_version_str()) }
}
