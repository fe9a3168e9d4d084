/// A region's code, such as `eu-central-1`, safe to stand in a host name.
package struct Region: Sendable, Hashable, CustomStringConvertible {
    package let code: String

    /// Fails on anything but letters, digits and inner hyphens.
    package init?(_ code: String) {
        let allowed = code.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default:
                false
            }
        }
        guard allowed, !code.isEmpty, code.utf8.count <= 63, !code.hasPrefix("-"), !code.hasSuffix("-") else {
            return nil
        }
        self.code = code
    }

    package var description: String { code }

    /// The domain under which the partition of this region has its services.
    ///
    /// Source: botocore's `partitions.json`.
    var domain: String {
        let suffixes = [
            ("cn-", "amazonaws.com.cn"),
            ("us-iso-", "c2s.ic.gov"),
            ("us-isob-", "sc2s.sgov.gov"),
            ("us-isof-", "csp.hci.ic.gov"),
            ("eu-isoe-", "cloud.adc-e.uk"),
            ("eusc-", "amazonaws.eu"),
        ]
        return suffixes.first { code.hasPrefix($0.0) }?.1 ?? "amazonaws.com"
    }
}
