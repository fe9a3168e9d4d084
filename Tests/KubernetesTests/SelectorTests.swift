import Kubernetes
import Testing

struct SelectorTests {
    @Test func `requirements are written as the server reads them`() throws {
        let selector = LabelSelector([
            try .equals("app", "gpu-dev-pod"), try .differs("berth.dev/shard", "3"),
            try .isOne("zone", of: ["a", "b"]), try .isNone("type", of: ["t4"]), try .exists("x"),
            try .isAbsent("y"), try .equals("empty", ""),
        ])
        #expect(
            selector.text == "app=gpu-dev-pod,berth.dev/shard!=3,zone in (a,b),type notin (t4),x,!y,empty="
        )
        #expect(try LabelSelector(matching: ["b": "2", "a": "1"]).text == "a=1,b=2")
    }

    @Test(arguments: [
        "a,b=c", "a=b", "a b", "-a", "a-", "é", "a)", "a\n", "a!", String(repeating: "a", count: 64), "a/b",
        "../x",
    ])
    func `a value that could widen a selector is refused`(value: String) {
        #expect(throws: InvalidLabel.self) { try LabelSelector(matching: ["app": value]) }
        #expect(throws: InvalidLabel.self) { try LabelSelector.Requirement.isOne("app", of: ["ok", value]) }
    }

    @Test(arguments: [
        "", "a,b", "/a", "a/", "a/b/c", "Prefix/a", "a b", "!a", String(repeating: "a", count: 64),
    ])
    func `a key that no label has is refused`(key: String) {
        #expect(throws: InvalidLabel.self) { try LabelSelector.Requirement.exists(key) }
    }

    @Test func `an empty list of values is refused`() {
        #expect(throws: InvalidLabel.self) { try LabelSelector.Requirement.isOne("a", of: []) }
        #expect(throws: InvalidLabel.self) { try LabelSelector.Requirement.isNone("a", of: []) }
    }

    @Test func `field values are escaped`() {
        let selector = FieldSelector(matching: ["spec.nodeName": #"a,b=c\d"#, "metadata.name": "x"])
        #expect(selector.text == #"metadata.name=x,spec.nodeName=a\,b\=c\\d"#)
    }
}
