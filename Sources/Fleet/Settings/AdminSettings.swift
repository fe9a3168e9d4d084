/// Where a process tells how it is.
package struct AdminSettings: Sendable {
    package struct Address: Sendable, Equatable {
        package let host: String
        /// 0: whichever is free; the log tells.
        package let port: Int
    }

    /// Nil: nowhere.
    package let address: Address?

    init(_ reading: inout SettingReading) {
        address = reading.readOptional(
            "admin.address",
            .address,
            "Where /livez, /readyz, /metrics and /debug/state are served, such as 0.0.0.0:9464; nowhere if unset."
        )
    }
}

extension SettingForm where Value == AdminSettings.Address {
    /// A host or an address, in brackets if it has colons, and a port.
    static let address = SettingForm(
        rule: "host:port",
        read: { text in
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (0...65_535).contains(port)
            else { return nil }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                return nil
            }
            return host.isEmpty ? nil : AdminSettings.Address(host: String(host), port: port)
        },
        write: { $0.host.contains(":") ? "[\($0.host)]:\($0.port)" : "\($0.host):\($0.port)" }
    )
}
