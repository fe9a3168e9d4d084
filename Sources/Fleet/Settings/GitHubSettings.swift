/// Where users' public keys come from.
package struct GitHubSettings: Sendable {
    package let baseURL: String
    package let deadline: Duration

    init(_ reading: inout SettingReading) {
        baseURL = reading.read(
            "github.url",
            "https://github.com",
            .url,
            "Where <login>.keys is fetched from."
        )
        deadline = reading.read(
            "github.deadline",
            .seconds(10),
            .duration(.seconds(1) ... .seconds(60)),
            "How long GitHub may take to answer once."
        )
    }
}
