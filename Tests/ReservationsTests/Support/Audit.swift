import Reservations
import TestSupport
import Testing

extension World {
    /// What must hold once nothing is under way any more.
    func audit(sourceLocation: SourceLocation = #_sourceLocation) {
        let rows = Dictionary(uniqueKeysWithValues: ledger.allReservations.map { ($0.id.rawValue, $0) })
        for node in ledger.allCapacity {
            for (id, _) in node.promises {
                #expect(
                    rows[id]?.status.isTerminal == false,
                    "a promise of an ended reservation \(id)",
                    sourceLocation: sourceLocation
                )
            }
        }
        for row in rows.values {
            #expect(row.unpublished.isEmpty, "unheard: \(row.id)", sourceLocation: sourceLocation)
            #expect(pods.anchorsMade(of: row.id) <= 1, "two anchors", sourceLocation: sourceLocation)
            if row.status.isTerminal {
                #expect(row.receipt != nil, "no receipt", sourceLocation: sourceLocation)
                #expect(pods.everything(of: row.id).isEmpty, "objects left", sourceLocation: sourceLocation)
            }
        }
    }

    /// What must hold once the janitor is done too and no reservation lives: nothing is left behind.
    func auditEmptiness(sourceLocation: SourceLocation = #_sourceLocation) {
        audit(sourceLocation: sourceLocation)
        #expect(volumes.living.isEmpty, "volumes left: \(volumes.living)", sourceLocation: sourceLocation)
        for row in ledger.allReservations {
            guard let key = row.diskIntent?.disk else { continue }
            #expect(ledger.peek(key)?.holder == nil, "the lock stands", sourceLocation: sourceLocation)
        }
    }
}

extension Checkpoint {
    /// Where a worker can stop between a request and its running server.
    static let onTheWayUp: [Checkpoint] = [
        .admitted, .intentWritten, .volumeCreated, .volumeIDWritten, .anchorMade, .anchorWritten, .diskReady,
        .keysMade, .podIntentWritten, .podPosted, .podReady, .sshAnswered, .active,
    ]

    static let onTheWayDown: [Checkpoint] = [.endingWritten, .anchorDeleted, .endWritten]
}
