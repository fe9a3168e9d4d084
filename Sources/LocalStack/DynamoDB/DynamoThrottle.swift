/// A bucket of writes that fills at a steady rate, up to one second's worth.
struct DynamoThrottle {
    private var spent: Double = 0
    private var last: Duration = .zero

    /// Takes that many writes out, or none if there aren't enough.
    ///
    /// `rate` is in writes a second of the real service's time; nil means no limit.
    mutating func take(_ count: Int, rate: Int?, now: DynamoMoment) -> Bool {
        guard let rate, now.scale > 0 else { return true }
        let passed = max(0, (now.elapsed - last) / .seconds(1) / now.scale)
        last = now.elapsed
        spent = max(0, spent - passed * Double(rate))
        // A batch larger than the bucket passes when the bucket is full, else it never would.
        guard spent == 0 || spent + Double(count) <= Double(rate) else { return false }
        spent += Double(count)
        return true
    }
}
