import AWS

/// Operations in botocore's terms and in ours.
enum WireCases {
    typealias Case = BotocoreWireTests.Case

    static let all = dynamoDB + ec2 + efs

    private static let dynamoDB = [
        Case(
            service: "dynamodb",
            operation: "Query",
            parameters: #"""
                {"TableName":"t","IndexName":"ind","KeyConditionExpression":"k = :k",
                "FilterExpression":"a = :a","ExpressionAttributeValues":{":k":{"S":"v"},":a":{"N":"1"}},
                "ConsistentRead":false,"ScanIndexForward":false,"Limit":5,
                "ExclusiveStartKey":{"k":{"S":"v"}}}
                """#
        ) { client in
            _ = try await DynamoDB(client).query(
                .init(
                    table: "t",
                    index: "ind",
                    keyCondition: "k = :k",
                    filter: "a = :a",
                    placeholders: .init(values: [":k": .s("v"), ":a": .n(1)]),
                    ascending: false,
                    limit: 5,
                    start: ["k": .s("v")]
                )
            )
        },
        Case(
            service: "dynamodb",
            operation: "TransactWriteItems",
            parameters: #"""
                {"TransactItems":[{"Put":{"TableName":"t","Item":{"k":{"S":"v"}},
                "ConditionExpression":"attribute_not_exists(k)",
                "ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},{"Update":{"TableName":"t",
                "Key":{"k":{"S":"w"}},"UpdateExpression":"SET a = :a",
                "ExpressionAttributeValues":{":a":{"L":[{"BOOL":true},{"NULL":true}]}}}}],
                "ClientRequestToken":"c"}
                """#
        ) { client in
            try await DynamoDB(client).transactWriteItems(
                [
                    .put(.init(table: "t", item: ["k": .s("v")], condition: "attribute_not_exists(k)")),
                    .update(
                        .init(
                            table: "t",
                            key: ["k": .s("w")],
                            update: "SET a = :a",
                            placeholders: .init(values: [":a": .l([.bool(true), .null])])
                        )
                    ),
                ],
                token: "c"
            )
        },
        Case(
            service: "dynamodb",
            operation: "UpdateTimeToLive",
            parameters: #"""
                {"TableName":"t","TimeToLiveSpecification":{"AttributeName":"purge_at","Enabled":true}}
                """#
        ) { client in
            try await DynamoDB(client).updateTimeToLive(table: "t", attribute: "purge_at")
        },
        Case(
            service: "dynamodb",
            operation: "CreateTable",
            parameters: #"""
                {"TableName":"t","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"},
                {"AttributeName":"w","AttributeType":"S"}],"KeySchema":[{"AttributeName":"k",
                "KeyType":"HASH"}],"GlobalSecondaryIndexes":[{"IndexName":"ind",
                "KeySchema":[{"AttributeName":"w","KeyType":"HASH"}],
                "Projection":{"ProjectionType":"ALL"}}],"BillingMode":"PAY_PER_REQUEST"}
                """#,
            answer: #"{"TableDescription":{"TableName":"t"}}"#
        ) { client in
            try await DynamoDB(client).createTable(
                .init(
                    name: "t",
                    partitionKey: .init("k"),
                    indexes: [.init(name: "ind", partitionKey: .init("w"), projection: .all)]
                )
            )
        },
    ]

    private static let ec2 = [
        Case(
            service: "ec2",
            operation: "CreateVolume",
            parameters: #"""
                {"AvailabilityZone":"a","Size":8,"SnapshotId":"snap-1","VolumeType":"gp3","Iops":3000,
                "Throughput":125,"Encrypted":true,"ClientToken":"c",
                "TagSpecifications":[{"ResourceType":"volume","Tags":[{"Key":"a","Value":"1"},
                {"Key":"b","Value":"2 3"}]}]}
                """#,
            answer: "<R>\(EC2Tests.volume)</R>"
        ) { client in
            _ = try await EC2(client).createVolume(
                .init(
                    clientToken: "c",
                    availabilityZone: "a",
                    sizeGiB: 8,
                    snapshotID: "snap-1",
                    iops: 3000,
                    throughputMiBps: 125,
                    encrypted: true,
                    tags: ["a": "1", "b": "2 3"]
                )
            )
        },
        Case(
            service: "ec2",
            operation: "DescribeSnapshots",
            parameters: #"""
                {"OwnerIds":["self"],"MaxResults":500,"Filters":[{"Name":"tag:a","Values":["1","2"]}]}
                """#,
            answer: "<R><snapshotSet/></R>"
        ) { client in
            _ = try await EC2(client).describeSnapshots(filters: [.tag("a", "1", "2")])
        },
        Case(
            service: "ec2",
            operation: "DeleteTags",
            parameters: #"""
                {"Resources":["vol-1","vol-2"],"Tags":[{"Key":"a"}]}
                """#,
            answer: "<R/>"
        ) { client in
            try await EC2(client).deleteTags(["a"], on: ["vol-1", "vol-2"])
        },
        Case(
            service: "ec2",
            operation: "CreateSnapshot",
            parameters: #"""
                {"VolumeId":"vol-1","Description":"d","TagSpecifications":[{"ResourceType":"snapshot",
                "Tags":[{"Key":"a","Value":"1"}]}]}
                """#,
            answer: "<R><snapshotId>s</snapshotId><status>pending</status></R>"
        ) { client in
            _ = try await EC2(client).createSnapshot(of: "vol-1", description: "d", tags: ["a": "1"])
        },
    ]

    private static let efs = [
        Case(
            service: "efs",
            operation: "CreateFileSystem",
            parameters: #"""
                {"CreationToken":"t","PerformanceMode":"maxIO","ThroughputMode":"bursting",
                "Encrypted":true,"Tags":[{"Key":"a","Value":"1"}]}
                """#,
            answer: EFSTests.fileSystem
        ) { client in
            _ = try await EFS(client).createFileSystem(
                .init(creationToken: "t", performanceMode: .maxIO, throughput: .bursting, tags: ["a": "1"])
            )
        },
        Case(
            service: "efs",
            operation: "DescribeAccessPoints",
            parameters: #"""
                {"FileSystemId":"fs-1","MaxResults":100}
                """#,
            answer: #"{"AccessPoints":[]}"#
        ) { client in
            _ = try await EFS(client).describeAccessPoints(of: "fs-1")
        },
        Case(
            service: "efs",
            operation: "PutLifecycleConfiguration",
            parameters: #"""
                {"FileSystemId":"fs-1","LifecyclePolicies":[{"TransitionToArchive":"AFTER_90_DAYS"}]}
                """#
        ) { client in
            try await EFS(client).putLifecycleConfiguration(
                .init(transitionToArchive: "AFTER_90_DAYS"),
                of: "fs-1"
            )
        },
        Case(
            service: "efs",
            operation: "CreateAccessPoint",
            parameters: #"""
                {"ClientToken":"c","FileSystemId":"fs-1","PosixUser":{"Uid":1,"Gid":2},
                "RootDirectory":{"Path":"/u","CreationInfo":{"OwnerUid":1,"OwnerGid":2,
                "Permissions":"0700"}}}
                """#,
            answer: #"{"AccessPointId":"a","FileSystemId":"fs-1","LifeCycleState":"creating"}"#
        ) { client in
            let user = EFS.PosixUser(uid: 1, gid: 2)
            _ = try await EFS(client).createAccessPoint(
                .init(
                    clientToken: "c",
                    fileSystemID: "fs-1",
                    user: user,
                    root: .init(path: "/u", owner: user, permissions: "0700")
                )
            )
        },
    ]
}
