import AWS
import Foundation
import Reservations
import Testing

@testable import Fleet

@Suite("Rows as items") struct ItemCodecTests {
    private struct Numbers: Codable, Equatable {
        var double: Double = 0
        var int: Int = 0
        var unsigned: UInt64 = 0
        var maybe: Int?
        var text: String?
        var at: Date?
    }

    @Test(arguments: [
        0, 1, -1, 0.1, 1_790_000_000.123_456_7, 5e-100, 1e-129, 9.87e125, -1e20, .pi, 1.0 / 3,
    ])
    func `a double comes back exactly`(number: Double) throws {
        let item = try ItemEncoder.item(Numbers(double: number))
        #expect(try ItemDecoder.row(Numbers.self, from: item).double == number)
    }

    @Test(arguments: [Int.min, -1, 0, 1 << 53 + 1, Int.max])
    func `an integer comes back exactly`(number: Int) throws {
        let item = try ItemEncoder.item(Numbers(int: number, unsigned: UInt64.max))
        let back = try ItemDecoder.row(Numbers.self, from: item)
        #expect(back.int == number)
        #expect(back.unsigned == UInt64.max)
    }

    @Test(arguments: [Double.nan, .infinity, 1e126, 1e-200])
    func `a number beyond what DynamoDB holds is refused`(number: Double) {
        #expect(throws: EncodingError.self) { try ItemEncoder.item(Numbers(double: number)) }
    }

    @Test func `numbers that don't fit are refused`() {
        for digits in ["1.5", "1e30", "-9223372036854775809"] {
            let item: Item = ["double": .n(0), "int": .n(digits), "unsigned": .n(0)]
            #expect(throws: DecodingError.self) { try ItemDecoder.row(Numbers.self, from: item) }
        }
    }

    @Test func `an absent optional is an absent attribute`() throws {
        let item = try ItemEncoder.item(Numbers())
        #expect(Set(item.keys) == ["double", "int", "unsigned"])
    }

    @Test func `NULL is read as absent`() throws {
        let item: Item = [
            "double": .n(1), "int": .n(2), "unsigned": .n(3), "maybe": .null, "text": .null, "at": .null,
        ]
        #expect(try ItemDecoder.row(Numbers.self, from: item) == Numbers(double: 1, int: 2, unsigned: 3))
    }

    @Test func `an error names the attribute`() {
        let item: Item = ["reservation_id": .s("no uuid"), "status": .s("pending")]
        #expect { try Reservation(item: item) } throws: { error in
            "\(error)".contains("reservation_id")
        }
    }

    @Test func `a row with everything in it comes back as it was`() throws {
        let row = Sample.full()
        let item = try row.item()
        #expect(try Reservation(item: item) == row)
        #expect(item["purge_at"] == .n(1_800_000_000))
        #expect(item["expires_at"] == .s("2026-09-21T14:13:20.123"))
        #expect(item["trace_data"]?.map?["received"] == .n("1790000000.123"))
        #expect(item["ebs_availability_zone"] == .s("eu-central-1a"))
        #expect(item["user_id"] == .s("ada@example.com"))
    }

    @Test func `a row that waits for its request comes back as it was`() throws {
        var row = Reservation(id: Sample.id(1), request: nil, status: .awaited, createdAt: Sample.start)
        row.cancelledBy = [Sample.user]
        #expect(try Reservation(item: try row.item()) == row)
    }

    @Test func `a disk of the replaced system is read as version 0`() throws {
        let item: Item = [
            "user_id": .s("ada@example.com"), "disk_name": .s("data"), "size_gb": .n(512),
            "in_use": .bool(true),
            "created_at": .s("2026-01-02T03:04:05.678901"), "is_deleted": .bool(true),
            "snapshot_count": .n(4),
        ]
        let disk = try Disk(item: item)
        #expect(disk.version == 0)
        #expect(disk.isDeleted)
        #expect(disk.sizeGiB == 512)
        #expect(disk.head == nil)
    }
}

@Suite("Times in rows") struct LedgerTimeTests {
    @Test(arguments: [
        ("2026-11-24T12:00:00.123", 1_795_521_600.123), ("2026-11-24T12:00:00", 1_795_521_600),
        ("2026-11-24T12:00:00Z", 1_795_521_600), ("2026-11-24T12:00:00.5Z", 1_795_521_600.5),
        ("2026-11-24T12:00:00.123456", 1_795_521_600.123), ("1969-12-31T23:59:59.999", -0.001),
        ("2024-02-29T00:00:00", 1_709_164_800), ("0001-01-01T00:00:00", -62_135_596_800),
        ("9999-12-31T23:59:59.000", 253_402_300_799),
    ])
    func `a text is read`(text: String, seconds: Double) {
        #expect(LedgerTime.date(text) == Date(timeIntervalSince1970: seconds))
    }

    @Test(arguments: [
        "", "Z", "2026-11-24", "2026-13-01T00:00:00", "2026-02-29T00:00:00", "2026-11-24T24:00:00",
        "2026-11-24T12:00:60", "2026-11-24T12:00:00.", "2026-11-24T12:00:00+02:00", "2026-11-24 12:00:00",
        "２０２６-11-24T12:00:00", "2026-11-24T12:00:00.1234567890", "0000-01-01T00:00:00", "-026-01-01T00:00:00",
    ])
    func `what is no time is none`(text: String) {
        #expect(LedgerTime.date(text) == nil)
    }

    @Test(arguments: [0, 0.000_4, 0.000_5, 0.999_6, 1_790_000_000.123_456, -0.000_6, 253_402_300_800, -1e18])
    func `a written time reads back as the same text`(seconds: Double) throws {
        let text = LedgerTime.text(Date(timeIntervalSince1970: seconds))
        let back = try #require(LedgerTime.date(text))
        #expect(LedgerTime.text(back) == text)
        #expect(text.utf8.count == 23)
    }

    @Test func `a time is written to the nearest millisecond`() {
        #expect(LedgerTime.text(Date(timeIntervalSince1970: 0.000_6)) == "1970-01-01T00:00:00.001")
        #expect(LedgerTime.text(Date(timeIntervalSince1970: 951_782_400)) == "2000-02-29T00:00:00.000")
    }

    @Test func `epoch numbers of old rows are read`() throws {
        struct Row: Codable { let at: Date }
        let row = try ItemDecoder.row(Row.self, from: ["at": .n("1790000000.5")])
        #expect(row.at == Date(timeIntervalSince1970: 1_790_000_000.5))
        #expect(throws: DecodingError.self) { try ItemDecoder.row(Row.self, from: ["at": .n("1e100")]) }
    }
}
