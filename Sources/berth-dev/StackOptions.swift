import ArgumentParser
import LocalStack

/// By what a command finds the stack.
struct StackOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The stack's folder.",
            discussion:
                "By default $XDG_RUNTIME_DIR/berth-dev, else /tmp/berth-dev-<user id>. One stack a folder.",
            valueName: "dir"
        ),
        completion: .directory
    )
    var directory: String?

    var folder: StackDirectory {
        directory.map { StackDirectory($0) } ?? .standard()
    }
}

/// How a command writes what it has to say.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
}
