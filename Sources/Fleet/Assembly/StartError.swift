/// Why a process ends, in one sentence, and with which exit code of sysexits.h.
package struct StartError: Error, Sendable, CustomStringConvertible {
    package enum Code: Int32, Sendable {
        /// EX_DATAERR
        case badData = 65
        /// EX_UNAVAILABLE
        case unavailable = 69
        /// EX_TEMPFAIL
        case tryAgain = 75
        /// EX_NOPERM
        case notAllowed = 77
        /// EX_CONFIG
        case configuration = 78
    }

    package let code: Code
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { reason }
}

/// A command's own exit code, without a message: what it had to say is said.
package struct ProcessStatus: Error, Sendable {
    package let code: Int32

    package init(_ code: Int32) { self.code = code }
}
