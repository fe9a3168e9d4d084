import ArgumentParser
import Fleet
import Foundation

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract:
            "JSON Schemas of every message, and an AsyncAPI document, written from the types."
    )

    @Argument(help: "One file, such as reservation-request.json; without it their names are listed.")
    var name: String?

    @Option(
        help: ArgumentHelp("Write all of them into a folder.", valueName: "folder"),
        completion: .directory
    )
    var write: String?

    func run() async throws {
        await ProcessMain.run("berth schema") {
            let files = try MessageSchemas().files()
            if let write {
                for (file, text) in files {
                    try Data(text.utf8).write(to: URL(filePath: write).appending(path: file))
                }
            } else if let name {
                guard let text = files[name] ?? files[name + ".json"] else {
                    throw StartError(.badData, "there is \(files.keys.sorted().joined(separator: ", "))")
                }
                print(text, terminator: "")
            } else {
                for file in files.keys.sorted() { print(file) }
            }
        }
    }
}
