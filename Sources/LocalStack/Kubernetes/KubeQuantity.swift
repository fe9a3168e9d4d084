import Foundation

/// An amount such as `500m`, `8`, `1.5Gi`, in thousandths (Kubernetes: Quantity).
struct KubeQuantity: Comparable, Sendable {
    /// Rounded up, and no larger than what a sum of many still holds.
    var thousandths: Int

    private static let largest = 1e18 / 1_000
    private static let suffixes: [(String, Double)] = [
        ("Ki", 1_024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
        ("Pi", 1_125_899_906_842_624), ("m", 0.001), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12),
        ("P", 1e15),
    ]

    static let zero = KubeQuantity(thousandths: 0)

    init(thousandths: Int) {
        self.thousandths = thousandths
    }

    init?(_ value: KubeValue?) {
        switch value {
        case .string(let text): self.init(text)
        case .integer(let number): self.init(String(number))
        case .number(let number): self.init(String(number))
        default: return nil
        }
    }

    init?(_ text: String) {
        let suffix = Self.suffixes.first { text.hasSuffix($0.0) }
        let digits = text.dropLast(suffix?.0.count ?? 0)
        guard let first = digits.utf8.first, "+-.0123456789".utf8.contains(first),
            let number = Double(digits),
            number.isFinite
        else { return nil }
        let amount = number * (suffix?.1 ?? 1)
        guard amount.magnitude < Self.largest else { return nil }
        thousandths = Int((amount * 1_000).rounded(.up))
    }

    static func < (left: KubeQuantity, right: KubeQuantity) -> Bool { left.thousandths < right.thousandths }

    static func + (left: KubeQuantity, right: KubeQuantity) -> KubeQuantity {
        let (sum, overflow) = left.thousandths.addingReportingOverflow(right.thousandths)
        return KubeQuantity(thousandths: overflow ? Int.max : sum)
    }
}
