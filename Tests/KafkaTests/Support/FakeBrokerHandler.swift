import NIOCore
import Synchronization

/// One connection of a `FakeBroker`; the numbers are Kafka's protocol guide's.
final class FakeBrokerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Key: Int16 {
        case metadata = 3
        case saslHandshake = 17
        case apiVersions = 18
        case saslAuthenticate = 36
    }

    private let mechanisms: [String]
    private let children: FakeBroker.Children
    private let port: Int
    private let judge: FakeBroker.Judge
    private var mechanism = ""
    private var received = ByteBuffer()

    init(
        mechanisms: [String],
        children: FakeBroker.Children,
        port: Int,
        judge: @escaping FakeBroker.Judge
    ) {
        self.mechanisms = mechanisms
        self.children = children
        self.port = port
        self.judge = judge
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = unwrapInboundIn(data)
        received.writeBuffer(&data)
        while let size = received.getInteger(at: received.readerIndex, as: Int32.self),
            received.readableBytes >= Int(size) + 4
        {
            received.moveReaderIndex(forwardBy: 4)
            guard var request = received.readSlice(length: Int(size)) else { return }
            answer(&request, context)
        }
    }

    private func answer(_ request: inout ByteBuffer, _ context: ChannelHandlerContext) {
        guard let number = request.readInteger(as: Int16.self), let key = Key(rawValue: number),
            let version = request.readInteger(as: Int16.self),
            let correlation = request.readInteger(as: Int32.self)
        else {
            context.close(promise: nil)
            return
        }
        _ = string(&request)
        var body = ByteBuffer()
        body.writeInteger(correlation)
        switch key {
        case .apiVersions: writeVersions(version, &body)
        case .saslHandshake: writeHandshake(string(&request), &body)
        case .saslAuthenticate: writeVerdict(&request, &body)
        case .metadata: writeMetadata(&body)
        }
        var frame = ByteBuffer()
        frame.writeInteger(Int32(body.readableBytes))
        frame.writeBuffer(&body)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    private func writeVersions(_ version: Int16, _ body: inout ByteBuffer) {
        let all: [(Key, Int16)] = [
            (.metadata, 0), (.saslHandshake, 1), (.apiVersions, 3), (.saslAuthenticate, 0),
        ]
        let offered = mechanisms.isEmpty ? all.filter { $0.0 == .metadata || $0.0 == .apiVersions } : all
        body.writeInteger(Int16(0))
        let isFlexible = version >= 3
        if isFlexible {
            body.writeInteger(UInt8(offered.count + 1))
        } else {
            body.writeInteger(Int32(offered.count))
        }
        for (key, last) in offered {
            body.writeMultipleIntegers(key.rawValue, Int16(0), last)
            if isFlexible { body.writeInteger(UInt8(0)) }
        }
        if version >= 1 { body.writeInteger(Int32(0)) }
        if isFlexible { body.writeInteger(UInt8(0)) }
    }

    private func writeHandshake(_ wanted: String, _ body: inout ByteBuffer) {
        mechanism = wanted
        body.writeInteger(Int16(mechanisms.contains(wanted) ? 0 : 33))
        body.writeInteger(Int32(mechanisms.count))
        for name in mechanisms { write(name, &body) }
    }

    private func writeVerdict(_ request: inout ByteBuffer, _ body: inout ByteBuffer) {
        let size = request.readInteger(as: Int32.self) ?? 0
        let bytes = request.readBytes(length: Int(max(0, size))) ?? []
        let credentials = FakeBroker.Credentials(mechanism: mechanism, bytes: bytes)
        children.shown.withLock { $0.append(credentials) }
        switch judge(credentials) {
        case .accepted:
            body.writeMultipleIntegers(Int16(0), Int16(-1), Int32(0))
        case .refused(let code, let words):
            body.writeInteger(code)
            write(words, &body)
            body.writeInteger(Int32(0))
        case .bytes(let words):
            body.writeMultipleIntegers(Int16(0), Int16(-1), Int32(words.utf8.count))
            body.writeString(words)
        }
    }

    private func writeMetadata(_ body: inout ByteBuffer) {
        body.writeMultipleIntegers(Int32(1), Int32(1))
        write("127.0.0.1", &body)
        body.writeMultipleIntegers(Int32(port), Int32(0))
    }

    private func string(_ buffer: inout ByteBuffer) -> String {
        let count = buffer.readInteger(as: Int16.self) ?? 0
        return buffer.readString(length: Int(max(0, count))) ?? ""
    }

    private func write(_ text: String, _ buffer: inout ByteBuffer) {
        buffer.writeInteger(Int16(text.utf8.count))
        buffer.writeString(text)
    }
}
