/// From published to a row, on the local stack.
struct AdmissionMeasurement {
    func figures() async throws -> [Figure] { [] }
}
