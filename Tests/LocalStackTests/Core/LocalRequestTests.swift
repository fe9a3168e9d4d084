import LocalStack
import Testing

struct LocalRequestTests {
    @Test func `a target is split and its query decoded in order`() {
        let request = LocalRequest(method: "GET", target: "/a%20b/c?x=1&y=a%26b&x=2&flag&z=a+b")
        #expect(request.path == "/a%20b/c")
        #expect(request.segments == ["a b", "c"])
        #expect(request.query.map(\.name) == ["x", "y", "x", "flag", "z"])
        #expect(request.query.map(\.value) == ["1", "a&b", "2", "", "a b"])
        #expect(request.queryValue("x") == "1")
    }

    @Test(arguments: ["", "?", "/?&&", "/%zz?%=%"])
    func `a strange target traps nothing`(_ target: String) {
        let request = LocalRequest(method: "GET", target: target)
        #expect(request.segments.count <= 1)
    }
}
