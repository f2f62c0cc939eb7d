-- Whole documents up to a place in their log, so that what comes before need not be kept change by change.
CREATE TABLE snapshots (
    document INTEGER NOT NULL REFERENCES documents (number),
    epoch INTEGER NOT NULL,
    -- the last sequence number that it holds
    seq INTEGER NOT NULL,
    -- SHA-256 of the blob
    hash BLOB NOT NULL,
    length INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (document, epoch, seq)
);
CREATE INDEX snapshots_by_hash ON snapshots (hash);

-- Where no other place is named for them.
CREATE TABLE blobs (
    hash BLOB PRIMARY KEY NOT NULL,
    bytes BLOB NOT NULL
);

-- Up to here a document's changes are only in its snapshots.
ALTER TABLE documents ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;

-- The same, but bytes may be gone: who wrote what stays known.
CREATE TABLE changes_kept (
    document INTEGER NOT NULL REFERENCES documents (number),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    actor INTEGER NOT NULL REFERENCES actors (number),
    max_op INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    bytes BLOB,
    UNIQUE (document, seq),
    UNIQUE (document, hash)
);
INSERT INTO changes_kept SELECT document, seq, hash, actor, max_op, received_at, bytes FROM changes;
DROP TABLE changes;
ALTER TABLE changes_kept RENAME TO changes;
