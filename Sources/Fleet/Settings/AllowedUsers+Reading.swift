import Reservations

extension AllowedUsers {
    init(_ reading: inout SettingReading) {
        self.init(
            reading.read(
                "users.allowed",
                [],
                .list(of: "user ids and domains such as @example.com", where: AllowedUsers.accepts),
                "Who may reserve; none: everybody."
            )
        )
    }
}
