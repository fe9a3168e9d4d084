package import Reservations

/// What gp3 volumes cost, for reports to people.
///
/// Source: aws.amazon.com/ebs/pricing, Ohio; other regions and contracts differ.
package struct VolumePrices: Sendable {
    /// USD a month.
    package let gib: Double
    /// USD a month, for each above the 3,000 that are free.
    package let iops: Double
    /// USD a month, for each MiB/s above the 125 that are free.
    package let throughput: Double

    init(_ reading: inout SettingReading) {
        gib = reading.read("janitor.price_gib", 0.08, .price, "USD a month for a GiB of a gp3 volume.")
        iops = reading.read(
            "janitor.price_iops",
            0.005,
            .price,
            "USD a month for each operation a second above 3000."
        )
        throughput = reading.read(
            "janitor.price_throughput",
            0.04,
            .price,
            "USD a month for each MiB/s above 125."
        )
    }

    package func monthly(_ orphan: Orphan) -> Double {
        let operations = Double(max(0, (orphan.iops ?? 0) - 3_000))
        let mebibytes = Double(max(0, (orphan.throughput ?? 0) - 125))
        return Double(orphan.gib) * gib + operations * iops + mebibytes * throughput
    }
}

extension SettingForm where Value == Double {
    fileprivate static let price = SettingForm(
        rule: "a number from 0 to 1000",
        read: { text in Double(text).flatMap { (0...1000).contains($0) ? $0 : nil } },
        write: { "\($0)" }
    )
}
