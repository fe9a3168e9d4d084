import Testing

@testable import Fleet

@Suite struct DurationTextTests {
    @Test(
        "durations are read and written in the largest unit that divides them",
        arguments: [
            ("500ms", Duration.milliseconds(500), "500ms"), ("15s", .seconds(15), "15s"),
            ("90s", .seconds(90), "90s"),
            ("120s", .seconds(120), "2m"), ("24h", .seconds(86_400), "1d"),
            ("7d", .seconds(7 * 86_400), "7d"),
            ("0s", .zero, "0ms"),
        ]
    )
    func both(text: String, duration: Duration, written: String) {
        #expect(DurationText.read(text) == duration)
        #expect(DurationText.write(duration) == written)
    }

    @Test(
        "anything else is no duration",
        arguments: [
            "", "15", "s", "-1s", "1.5s", "1 s", "1h30m", "99999999999999999999s", "9223372036854775807d",
            "１s",
        ]
    )
    func refused(text: String) {
        #expect(DurationText.read(text) == nil)
    }
}
