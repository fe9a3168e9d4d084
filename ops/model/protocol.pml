/*
 * Membership, adoption, cancel and janitor: one reservation, two workers, a canceller, a janitor.
 *
 * Every `atomic` is one request to a service, whole or not at all. Between two of them a process may stand
 * still for as long as it likes: that is a pause. It may also be declared dead while it lives, and go on until
 * a write is refused. The names are those of Sources/Reservations. Each WRONG_… below is a deliberate error
 * that `ops/model/run` expects to be found.
 */
#define GENERATIONS 2
#define WORKERS     2
#define LIVES       2   /* how often workers may die, or be declared dead, in one run */
#define IDS         4   /* WORKERS + LIVES */
#define NOBODY      255

mtype:status = { pending, preparing, running, cancelling, cancelled };
mtype:volume = { absent, available, attached, deleted };
mtype:storage = { undecided, onVolume, emptyDir };

/* DynamoDB: the row of the reservation. */
typedef Reservation {
    mtype:status status;
    byte owner;
    byte fence;
    byte version;
    byte diskGeneration;
    bool diskIntent;
    bool volumeID;
    byte anchorUID;         /* 0: not written yet */
    mtype:storage podIntent;
};
Reservation row;
bool receipt[GENERATIONS];      /* the row or its receipt names this generation's volume */
bool reported[GENERATIONS];     /* on volumes.orphaned */
bool unsettled[GENERATIONS];    /* the receipt says so: whatever bears its tag is the sweep's to find */
bool holder;                    /* the disk's lock, and the generation that it is for */
byte holderGeneration;
byte head;                      /* what the head snapshot holds of the user's work */
bool isDead[IDS];               /* the table `workers` */
bool isRunning[IDS];            /* what is really so */
byte deaths;

/* EC2. A volume's work is counted: what is written to it while it is attached. */
mtype:volume volume[GENERATIONS];
byte volumesMade[GENERATIONS];
byte work[GENERATIONS];
bool isSaved[GENERATIONS];
byte saved[GENERATIONS];

/* Kubernetes. An anchor's uid is never used twice; what refers to a dead one is collected. */
bool anchorLives;
byte anchorLast;
bool podRuns;
byte podGeneration;
bool podHasVolume;

bool isCancelled;               /* the canceller has had its way */

#define isTerminal(s) (s == cancelled)
#define isEnding(s)   (s == cancelling)

/* Reservation.needs(_:) of the verdict, by a row as it was read. */
#define needs(r, g) \
    (!isTerminal(r.status) && !isEnding(r.status) && \
     ((r.podIntent == onVolume && r.diskGeneration == g) || \
      (r.podIntent == undecided && r.diskIntent && r.diskGeneration == g)))

#define isOwnerGone (row.owner != NOBODY && !isDead[row.owner] && !isRunning[row.owner])

/* A volume that its row doesn't need; so that a janitor at rest stays at rest. */
#define isDue(n) (volume[n] == available && !isEnding(row.status) && !needs(row, n) || JANITOR_LOOKS(n))
#ifdef WRONG_SNAPSHOT_ATTACHED
#define JANITOR_LOOKS(n) (volume[n] == attached && !isSaved[n])
#elif defined(WRONG_TABLE_FIRST_AND_ONCE)
#define JANITOR_LOOKS(n) (row.diskIntent && volume[n] == absent && row.diskGeneration <= n)
#else
#define JANITOR_LOOKS(n) false
#endif

inline read(seen_) {
    seen_.status = row.status; seen_.owner = row.owner; seen_.fence = row.fence;
    seen_.version = row.version; seen_.diskGeneration = row.diskGeneration;
    seen_.diskIntent = row.diskIntent; seen_.volumeID = row.volumeID;
    seen_.anchorUID = row.anchorUID; seen_.podIntent = row.podIntent
}

inline forget(seen_) {
    seen_.status = pending; seen_.owner = 0; seen_.fence = 0; seen_.version = 0; seen_.diskGeneration = 0;
    seen_.diskIntent = false; seen_.volumeID = false; seen_.anchorUID = 0; seen_.podIntent = undecided
}

#define isAsRead(seen_) (row.version == seen_.version && row.owner == seen_.owner && row.fence == seen_.fence)

inline terminalIsFinal() { assert(!isTerminal(row.status)) }

/* EC2's CreateVolume: the same token, the same volume. */
inline create(g) {
#ifdef WRONG_TOKEN_PER_TRY
    volumesMade[g]++;
    if :: volume[g] == absent -> volume[g] = available :: else fi
#else
    if
    :: volumesMade[g] == 0 -> volumesMade[g] = 1; volume[g] = available
    :: else
    fi
#endif
    assert(volumesMade[g] <= 1)
}

/* VolumeFact: conditional on the token, not on the fence; an id that has no home is published. */
inline record(seen_, g) {
#ifdef WRONG_FACT_FENCED
    if
    :: isAsRead(seen_) -> row.volumeID = true; row.version++; receipt[g] = true
    :: else
    fi
#else
    if
    :: row.diskIntent && row.diskGeneration == g ->
        if :: !row.volumeID -> row.volumeID = true; row.version++ :: else fi
        receipt[g] = true
    :: else -> reported[g] = true
    fi
#endif
    ;
    assert(receipt[g] || reported[g])       /* the only copy of an id is never dropped */
}

/* The anchor's end: its pod is collected with it, and the volume detached. */
inline deleteAnchor() {
    anchorLives = false;
    if
    :: podRuns ->
        podRuns = false;
        if :: podHasVolume && volume[podGeneration] == attached -> volume[podGeneration] = available :: else fi
    :: else
    fi
}

proctype Worker(byte me) {
    Reservation my;
    byte uid;
    byte g;
    bool isKnown;

look:
    atomic { forget(my); isKnown = false; uid = 0; g = 0 };
endLook:    /* a worker may wait here for ever */
    atomic {
        if
        :: isDead[me] -> goto declaredDead      /* its beat is refused */
        :: !isDead[me] && row.owner == me && !isTerminal(row.status) && row.status != running ->
            read(my); goto drive
        :: !isDead[me] && row.owner != me && !isTerminal(row.status) &&
            ((row.owner == NOBODY && row.status != running) || (row.owner != NOBODY && isDead[row.owner])) ->
            read(my); goto adopt
        :: !isDead[me] && deaths < LIVES ->
            deaths++; isRunning[me] = false; goto killed
        fi
    }

adopt:
    atomic {
        if
        :: isAsRead(my) -> row.owner = me; row.fence++; row.version++
        :: else
        fi;
        goto look
    }

drive:
    if
    :: my.status == pending -> goto prepare
    :: my.status == preparing && my.diskIntent && !my.volumeID -> goto createVolume
    :: my.status == preparing && my.diskIntent && my.volumeID && my.anchorUID == 0 -> goto makeAnchor
    :: my.status == preparing && my.diskIntent && my.volumeID && my.anchorUID != 0 && my.podIntent == undecided ->
        goto setUp
    :: my.status == preparing && my.podIntent != undecided -> goto startServer
    :: my.status == cancelling -> goto ending
    fi;

prepare:
    atomic {
        if
        :: isAsRead(my) && !holder ->
            terminalIsFinal();
            row.status = preparing; row.diskIntent = true; row.version++;
            holder = true; holderGeneration = row.diskGeneration
        :: else
        fi;
        goto look
    }

createVolume:
    atomic {
        g = my.diskGeneration;
        if
        :: create(g)
        /* The token is burnt, or the volume went to `error`: the next generation. */
        :: my.diskGeneration + 1 < GENERATIONS -> goto beginAnew
        :: deaths < LIVES -> deaths++; isRunning[me] = false; goto killed
        fi
    };
    atomic {
        if
        :: record(my, g); goto look
        :: deaths < LIVES -> deaths++; isRunning[me] = false; goto killed
        fi
    };

beginAnew:
    atomic {
        if
        :: isAsRead(my) && holder ->
            if
            :: row.volumeID -> reported[row.diskGeneration] = true
            :: else -> unsettled[row.diskGeneration] = true
            fi;
            row.diskGeneration++; row.volumeID = false; row.version++;
            holderGeneration = row.diskGeneration
        :: else
        fi;
        goto look
    }

makeAnchor:
    atomic {        /* taken by its name if it exists */
        if :: !anchorLives -> anchorLast++; anchorLives = true :: else fi;
        uid = anchorLast
    };
    atomic {
        if
        :: isAsRead(my) -> row.anchorUID = uid; row.version++
        :: deaths < LIVES -> deaths++; isRunning[me] = false; goto killed
        :: else
        fi;
        goto look
    }

setUp:
    atomic {        /* the volume is `available`; the pod intent fixes it */
        if
        :: isAsRead(my) -> row.podIntent = onVolume; row.version++
        :: else
        fi;
        goto look
    }

startServer:
    atomic {        /* posts the pod; one that refers to a dead anchor is collected */
        g = my.diskGeneration;
        if
        :: podRuns
        :: !podRuns && anchorLives && anchorLast == my.anchorUID ->
            assert(!isTerminal(row.status));    /* a receipt that says gone is true for good */
            podRuns = true; podGeneration = g; podHasVolume = false;
            if
            :: volume[g] == available -> volume[g] = attached; podHasVolume = true; work[g]++
            :: else
            fi
        :: else -> goto look
        fi
    };
    atomic {
        if
#ifdef WRONG_ACTIVE_UNCONDITIONAL
        :: terminalIsFinal(); row.status = running; row.owner = NOBODY; row.version++
#else
        :: isAsRead(my) -> terminalIsFinal(); row.status = running; row.owner = NOBODY; row.version++
#endif
        :: deaths < LIVES -> deaths++; isRunning[me] = false; goto killed
        :: else
        fi;
        goto look
    }

ending:
    if
    :: my.diskIntent && !my.volumeID ->
        atomic {
            g = my.diskGeneration;
            if
            :: create(g); isKnown = true
            :: true         /* the token is no longer trusted, and the tag isn't seen yet: not settled */
            :: deaths < LIVES -> deaths++; isRunning[me] = false; goto killed
            fi
        };
        atomic {
            if
            :: isKnown -> record(my, g); goto look
            :: else
            fi
        }
    :: else
    fi;
#ifndef WRONG_ANCHOR_LAST
    atomic { deleteAnchor() };
    atomic { if :: podRuns || anchorLives -> goto look :: else fi };
#endif
    atomic {
        if
        :: isAsRead(my) ->
            assert(!podRuns);
            row.status = cancelled; row.version++;
            if :: row.podIntent != onVolume && holder -> holder = false :: else fi;
            if
            :: row.volumeID -> receipt[row.diskGeneration] = true; reported[row.diskGeneration] = true
            :: else -> unsettled[row.diskGeneration] = true
            fi
        :: deaths < LIVES -> deaths++; isRunning[me] = false; goto killed
        :: else -> goto look
        fi
    };
#ifdef WRONG_ANCHOR_LAST
    atomic {
        if
        :: deleteAnchor()
        :: deaths < LIVES -> deaths++; isRunning[me] = false; goto killed
        fi
    };
#endif
    goto look;

declaredDead:
killed:
    /* A new process takes its place, under a new id. */
    atomic {
        isRunning[me] = false;
        me = me + WORKERS;
        if :: me < IDS -> isRunning[me] = true; goto look :: else fi
    }
}

/* Whoever sees a beat stand still writes `dead`; it may be wrong, as if the other had only been paused. */
proctype BeatObserver() {
end:
    do
    :: atomic { isOwnerGone -> isDead[row.owner] = true }
    :: atomic {
        deaths < LIVES && row.owner != NOBODY && !isDead[row.owner] && isRunning[row.owner] ->
        deaths++; isDead[row.owner] = true
    }
    od
}

proctype Canceller() {
    Reservation seen;
    if
    :: true     /* nobody cancels */
    :: true ->
again:
        atomic { read(seen) };
        atomic {
            if
            :: isAsRead(seen) && !isTerminal(row.status) ->
                row.status = cancelling; row.version++; isCancelled = true
            :: else -> goto again
            fi
        }
    fi
}

/* Whoever works on the server: the volume's content changes while it is attached. */
proctype User() {
end:
    do
    :: atomic { volume[0] == attached && work[0] < 2 -> work[0]++ }
    :: atomic { volume[1] == attached && work[1] < 2 -> work[1]++ }
    od
}

/* Judges a generation's volume: the cloud first, the table after; everything again before the delete. */
proctype Janitor() {
    Reservation seen;
    mtype:volume sighting;
    byte g;
    bool mayHoldWork;
    bool again;
endLook:
    do
    :: atomic { isDue(0) -> g = 0; again = false; break }
    :: atomic { isDue(1) -> g = 1; again = false; break }
    :: atomic { isTerminal(row.status) && anchorLives -> deleteAnchor() }
    od;

judge_:
#ifdef WRONG_TABLE_FIRST_AND_ONCE
    atomic { read(seen) };
    atomic { sighting = volume[g] };
#else
    atomic { sighting = volume[g] };
    atomic { read(seen) };
#endif
    if
#ifdef WRONG_SNAPSHOT_ATTACHED
    :: sighting == attached && !isSaved[g] -> skip
#endif
    :: sighting == available && !isEnding(seen.status) && !needs(seen, g) -> skip
    :: else -> goto endLook
    fi;
    mayHoldWork = (seen.podIntent == onVolume && seen.diskGeneration == g);
    if
    :: mayHoldWork && !isSaved[g] ->
        atomic {        /* the snapshot under its save_id */
            saved[g] = work[g]; isSaved[g] = true
        };
        atomic {        /* head and lock in one transaction, conditional on the whole holder */
            if
            :: holder && holderGeneration == g -> head = saved[g]; holder = false
            :: else
            fi
        }
    :: else
    fi;
#ifdef WRONG_TABLE_FIRST_AND_ONCE
    again = true;
#endif
    if
    :: !again -> again = true; goto judge_      /* read once more, with fresh eyes */
    :: else
    fi;
    atomic {
        if
        :: volume[g] == available ->
            volume[g] = deleted;
            assert(!needs(row, g));
            assert(work[g] == 0 || (isSaved[g] && saved[g] == work[g]))
        :: else         /* EC2 refuses while it is attached */
        fi;
        again = false; sighting = absent; mayHoldWork = false;
        goto endLook
    }
}
init {
    atomic {
        row.status = pending; row.owner = 0; row.podIntent = undecided;
        volume[0] = absent; volume[1] = absent;
        isRunning[0] = true; isRunning[1] = true;
        run Worker(0); run Worker(1); run BeatObserver(); run Canceller(); run User(); run Janitor()
    };
    /* Nothing can move any more. */
    timeout;
    if
    :: isCancelled ->
        assert(row.status == cancelled);
        assert(!podRuns && !anchorLives);
        assert(!holder);
        assert(volume[0] != available && volume[1] != available);
        assert(volume[0] != attached && volume[1] != attached);
        assert(volumesMade[0] == 0 || receipt[0] || reported[0] || unsettled[0]);
        assert(volumesMade[1] == 0 || receipt[1] || reported[1] || unsettled[1])
    :: else ->
        assert(row.status == running && podRuns && podHasVolume);
        assert(podGeneration == row.diskGeneration && volume[podGeneration] == attached)
    fi
}
