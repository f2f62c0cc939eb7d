-- Whole documents up to a place in their log, so that what comes before need not be kept change by change.
CREATE TABLE snapshots (
    document BIGINT NOT NULL REFERENCES documents (number),
    epoch BIGINT NOT NULL,
    -- the last sequence number that it holds
    seq BIGINT NOT NULL,
    -- SHA-256 of the blob
    hash BYTEA NOT NULL,
    length BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (document, epoch, seq)
);
CREATE INDEX snapshots_by_hash ON snapshots (hash);

-- Where no other place is named for them.
CREATE TABLE blobs (
    hash BYTEA PRIMARY KEY,
    bytes BYTEA NOT NULL
);

-- Up to here a document's changes are only in its snapshots.
ALTER TABLE documents ADD COLUMN floor BIGINT NOT NULL DEFAULT 0;

-- Bytes may be gone: who wrote what stays known.
ALTER TABLE changes ALTER COLUMN bytes DROP NOT NULL;
