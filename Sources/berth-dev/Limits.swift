import ArgumentParser

struct Limits: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Says plainly what the stack doesn't imitate.")

    /// What somebody must know before believing what ran against the stack.
    static let text = """
        What it does not imitate:
          everywhere    signatures, credentials and permissions aren't verified: there is no IAM, no KMS, no TLS;
                        one account, one Region; nothing is kept when the stack ends
          EC2           volumes hold a mark instead of blocks; no instances, images or modifying of volumes; first
                        reads of a restored volume aren't slow
          EFS           nothing can be mounted; eventual consistency isn't imitated; the request limit is a guess
          DynamoDB      no streams, backups, PartiQL or capacity planning
          Kubernetes    only the kinds that Berth uses; the scheduler knows nodes, zones and amounts, no more;
                        no admission, no RBAC, no images: a pod is an sshd
          Kafka         librdkafka's mock broker: no ACLs, no compaction, at most 5 MiB a partition, and messages
                        are gone when the stack ends
          GitHub        LOGIN.keys and nothing else
        How a real account behaves where the documentation is silent is a setting: see berth-dev settings
        """

    func run() {
        print(Self.text)
    }
}
