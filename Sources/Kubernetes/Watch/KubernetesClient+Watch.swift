import Foundation

extension KubernetesClient {
    /// A watch that ends sooner, having said nothing, is a break and not an end.
    private static let shortestWatch: Duration = .seconds(1)
    private static let mostErrorBytes = 64 << 10

    /// Lists all objects, then follows their changes until it is cancelled.
    ///
    /// Breaks are recovered from with back-off; history that has expired by a new list. The next piece of the stream is
    /// read only when the handler is done with the last, so nothing piles up here; a handler that falls minutes behind
    /// costs a new list.
    ///
    /// - Parameters:
    ///   - type: the kind.
    ///   - namespace: one namespace; nil for all of them.
    ///   - options: selectors, patience.
    ///   - handler: called for one event after another; what it throws ends the watch.
    /// - Returns: never.
    /// - Throws: `CancellationError`, what the handler throws, or a ``KubernetesError`` that waiting doesn't cure:
    ///   forbidden, unauthorized even with fresh credentials, invalid, no such kind.
    package func watch<R: KubernetesResource>(
        _ type: R.Type,
        in namespace: String? = nil,
        options: WatchOptions = WatchOptions(),
        handler: @escaping @Sendable (WatchEvent<R>) async throws -> Void
    ) async throws -> Never {
        let backOff = BackOff(first: options.firstBackOff, longest: options.longestBackOff)
        var course = WatchCourse()
        while true {
            try Task.checkCancellation()
            let startedAt = time.uptime()
            let end = try await take(&course, type, in: namespace, options: options, handler: handler)
            guard let end else { continue }
            try Task.checkCancellation()
            let lasted = time.uptime() - startedAt >= Self.shortestWatch && end == .closed
            let breaks = course.ended(end, lasted: lasted)
            guard breaks > 0 else { continue }
            try report(end, to: options)
            try await time.sleep(backOff.wait(afterFailures: breaks, random: time.random()))
        }
    }

    /// One step of the course.
    ///
    /// - Returns: nil when a list succeeded; else how the step ended.
    private func take<R: KubernetesResource>(
        _ course: inout WatchCourse,
        _ type: R.Type,
        in namespace: String?,
        options: WatchOptions,
        handler: @Sendable (WatchEvent<R>) async throws -> Void
    ) async throws -> WatchCourse.End? {
        switch course.step {
        case .list:
            let list: ResourceList<R>
            do throws(KubernetesError) {
                list = try await self.list(
                    type,
                    in: namespace,
                    labels: options.labels,
                    fields: options.fields
                )
            } catch {
                return .failed(error)
            }
            try await handler(.reset(list.items))
            course.listed(list.resourceVersion)
            return nil
        case .watch(let version):
            let length = options.length * (1 + time.random() / 4)
            let stream: KubernetesStream
            do throws(KubernetesError) {
                stream = try await openWatch(
                    type,
                    in: namespace,
                    from: version,
                    length: length,
                    options: options
                )
            } catch {
                return .failed(error)
            }
            return try await follow(
                stream,
                silence: length + options.slack,
                course: &course,
                handler: handler
            )
        }
    }

    /// Hands the lines of a stream on until it ends.
    private func follow<R: KubernetesResource>(
        _ stream: KubernetesStream,
        silence: Duration,
        course: inout WatchCourse,
        handler: @Sendable (WatchEvent<R>) async throws -> Void
    ) async throws -> WatchCourse.End {
        var splitter = LineSplitter()
        while true {
            let lines: [WatchLine<R>]
            do throws(KubernetesError) {
                guard let piece = try await next(of: stream, silence: silence) else {
                    guard splitter.isWithinLine else { return .closed }
                    return .failed(
                        KubernetesError(.unreachable, message: "the watch broke off within a line")
                    )
                }
                lines = try Self.lines(&splitter, piece)
            } catch {
                return .failed(error)
            }
            for line in lines {
                if case .error(let error) = line { return .failed(error.asEndOfWatch) }
                guard let version = line.version, !version.isEmpty else {
                    return .failed(KubernetesError(.malformedAnswer, message: "an event without a version"))
                }
                switch line {
                case .changed(let object): try await handler(.changed(object))
                case .deleted(let object): try await handler(.deleted(object))
                case .bookmark, .error: break
                }
                course.advanced(to: version)
            }
        }
    }

    private func next(of stream: KubernetesStream, silence: Duration) async throws(KubernetesError) -> Data? {
        let outcome = await time.limited(to: silence) { () async throws(KubernetesTransportError) in
            try await stream.next()
        }
        switch outcome {
        case .success(let piece): return piece
        case .failure(let error):
            throw KubernetesError(error.kind.reason, message: "the watch broke: \(error.message)")
        case nil: throw KubernetesError(.timeout, message: "the watch said nothing for \(silence)")
        }
    }

    private static func lines<R: KubernetesResource>(
        _ splitter: inout LineSplitter,
        _ piece: Data
    ) throws(KubernetesError) -> [WatchLine<R>] {
        do {
            return try splitter.append(piece).map { try JSONDecoder().decode(WatchLine<R>.self, from: $0) }
        } catch is LineSplitter.LineTooLong {
            throw KubernetesError(
                .malformedAnswer,
                message: "a watch's line over \(LineSplitter.mostBytes) bytes"
            )
        } catch {
            throw KubernetesError(.malformedAnswer, message: "a watch's line: \(Wire.explain(error))")
        }
    }

    private func openWatch<R: KubernetesResource>(
        _ type: R.Type,
        in namespace: String?,
        from version: String,
        length: Duration,
        options: WatchOptions
    ) async throws(KubernetesError) -> KubernetesStream {
        var query = Self.query(labels: options.labels, fields: options.fields)
        query += [
            .init("watch", "true"), .init("resourceVersion", version), .init("allowWatchBookmarks", "true"),
            .init("timeoutSeconds", "\(max(1, length.components.seconds))"),
        ]
        let path = try ResourcePath(type, namespace: namespace)
        let request = KubernetesRequest(.get, path: path.text, query: query)
        let transport = transport
        let stream = try await authenticated(request, budget: budget(nil)) {
            (request, timeout) throws(KubernetesTransportError) in
            try await transport.open(request, timeout: timeout)
        } head: {
            $0.head
        }
        guard stream.head.status == 200 else {
            let body = await errorBody(of: stream)
            throw KubernetesError.refused(
                KubernetesResponse(head: stream.head, body: body),
                to: request,
                object: nil
            )
        }
        return stream
    }

    /// What a refused watch says; the status alone speaks if that can't be read in time.
    private func errorBody(of stream: KubernetesStream) async -> Data {
        var body = Data()
        let budget = budget(.seconds(5))
        while body.count < Self.mostErrorBytes {
            let piece = await time.limited(to: budget.left) { () async throws(KubernetesTransportError) in
                try await stream.next()
            }
            guard case .success(let bytes?) = piece else { break }
            body.append(bytes.prefix(Self.mostErrorBytes))
        }
        return body
    }

    private func report(_ end: WatchCourse.End, to options: WatchOptions) throws(KubernetesError) {
        switch end {
        case .closed:
            options.onBreak(KubernetesError(.unreachable, message: "the server closed the watch at once"))
        case .failed(let error):
            guard error.isCuredByWaiting else { throw error }
            options.onBreak(error)
        }
    }
}

extension KubernetesError {
    /// Whether a watch goes on after it.
    fileprivate var isCuredByWaiting: Bool { retriable || reason == .expired || isEndOfWatch }

    /// An ERROR event ends this watch only; whatever its reason, a new list shows what is true.
    fileprivate var asEndOfWatch: KubernetesError {
        KubernetesError(
            reason == .expired ? .expired : .malformedAnswer,
            code: code,
            message: message,
            details: details
        )
    }

    private var isEndOfWatch: Bool { reason == .malformedAnswer }
}

extension KubernetesTransportError.Kind {
    fileprivate var reason: KubernetesError.Reason {
        switch self {
        case .unreachable: .unreachable
        case .timeout: .timeout
        case .answerTooLarge: .malformedAnswer
        case .unusable: .credentials
        case .cancelled: .cancelled
        }
    }
}
