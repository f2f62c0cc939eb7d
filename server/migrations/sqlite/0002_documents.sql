-- Each document is an append-only log of raw Automerge changes. The frozen first change of its kind is in no log.

CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    project BLOB NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL CHECK (kind IN ('plan', 'progress', 'note', 'source')),
    -- which one of its kind (a note's task); empty where there is only one
    key TEXT NOT NULL,
    -- changes only when a backup is restored: cursors of another epoch mean nothing
    epoch INTEGER NOT NULL DEFAULT 1,
    -- the last sequence number, and the last operation's counter
    head INTEGER NOT NULL DEFAULT 0,
    max_op INTEGER NOT NULL DEFAULT 0,
    since INTEGER NOT NULL,
    UNIQUE (project, kind, key)
);

CREATE TABLE changes (
    document INTEGER NOT NULL REFERENCES documents (number),
    seq INTEGER NOT NULL,
    -- SHA-256, the content address
    hash BLOB NOT NULL,
    actor INTEGER NOT NULL REFERENCES actors (number),
    max_op INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    -- as they came
    bytes BLOB NOT NULL,
    UNIQUE (document, seq),
    UNIQUE (document, hash)
);

-- Who an actor is: recorded with its first change, then fixed.
CREATE TABLE actors (
    number INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (number),
    actor BLOB NOT NULL,
    person BLOB NOT NULL,
    -- its last change's number and last operation's counter
    last_seq INTEGER NOT NULL,
    last_op INTEGER NOT NULL,
    UNIQUE (document, actor)
);
