import Foundation

/// The wire form: an object with one member that names the type, such as `{"N": "42"}`.
extension AttributeValue: Codable {
    private enum Tag: String, CodingKey, CaseIterable {
        case s = "S"
        case n = "N"
        case b = "B"
        case bool = "BOOL"
        case null = "NULL"
        case l = "L"
        case m = "M"
        case ss = "SS"
        case ns = "NS"
        case bs = "BS"
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Tag.self)
        guard object.allKeys.count == 1, let tag = object.allKeys.first else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not one member that names a type")
            )
        }
        switch tag {
        case .s: self = .s(try object.decode(String.self, forKey: tag))
        case .n: self = .n(try object.decode(String.self, forKey: tag))
        case .b: self = .b(try object.decode(Data.self, forKey: tag))
        case .bool: self = .bool(try object.decode(Bool.self, forKey: tag))
        case .null: self = .null
        case .l: self = .l(try object.decode([AttributeValue].self, forKey: tag))
        case .m: self = .m(try object.decode([String: AttributeValue].self, forKey: tag))
        case .ss: self = .ss(try object.decode([String].self, forKey: tag))
        case .ns: self = .ns(try object.decode([String].self, forKey: tag))
        case .bs: self = .bs(try object.decode([Data].self, forKey: tag))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Tag.self)
        switch self {
        case .s(let text): try object.encode(text, forKey: .s)
        case .n(let digits): try object.encode(digits, forKey: .n)
        case .b(let bytes): try object.encode(bytes, forKey: .b)
        case .bool(let flag): try object.encode(flag, forKey: .bool)
        case .null: try object.encode(true, forKey: .null)
        case .l(let values): try object.encode(values, forKey: .l)
        case .m(let values): try object.encode(values, forKey: .m)
        case .ss(let values): try object.encode(values, forKey: .ss)
        case .ns(let values): try object.encode(values, forKey: .ns)
        case .bs(let values): try object.encode(values, forKey: .bs)
        }
    }
}
