-- Versions of regulations that projects have adopted: never changed, never removed.
CREATE TABLE packs (
    hash BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    -- the JSON that the hash is made of
    content BLOB NOT NULL,
    since INTEGER NOT NULL,
    UNIQUE (name, version)
);

-- The keys with which the server signs heads of the ledger. The newest one signs; older ones stay, to check with.
CREATE TABLE ledger_keys (
    id BLOB PRIMARY KEY NOT NULL,
    public BLOB NOT NULL,
    -- PKCS#8
    secret BLOB NOT NULL,
    since INTEGER NOT NULL
);

-- The chains: `chain` is a project's id, or empty for the organisation's. A row is never changed.
CREATE TABLE ledger (
    chain BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    previous BLOB NOT NULL,
    body_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    -- a salt of 16 bytes, then JSON
    body BLOB NOT NULL,
    -- of the wish: taken once
    key BLOB NOT NULL UNIQUE,
    PRIMARY KEY (chain, seq)
);

-- Where each chain ends, signed. The row is what an append locks.
CREATE TABLE ledger_heads (
    chain BLOB PRIMARY KEY NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signer BLOB NOT NULL,
    signature BLOB NOT NULL,
    -- forms under review: whose inboxes are looked into
    open INTEGER NOT NULL DEFAULT 0,
    -- up to where the organisation's chain names it
    sealed INTEGER NOT NULL DEFAULT 0
);

-- How far numbers were given: by what numbers look like, and what they count within.
CREATE TABLE numbers (
    shape TEXT NOT NULL,
    period TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (shape, period)
);

-- Keys of devices, for decisions made with no network.
CREATE TABLE device_keys (
    device BLOB PRIMARY KEY NOT NULL REFERENCES devices (id),
    public BLOB NOT NULL,
    since INTEGER NOT NULL
);

-- A project that comes to be with a regulation is not begun until that is decided: nobody writes its plan before.
ALTER TABLE projects ADD COLUMN begun INTEGER NOT NULL DEFAULT 1;
-- Its number, once it has one.
ALTER TABLE projects ADD COLUMN number TEXT;

-- Links by which somebody outside signs a form, once. Kept like tokens: only the SHA-256 of the secret in the address.
CREATE TABLE outside_links (
    secret BLOB PRIMARY KEY NOT NULL,
    project BLOB NOT NULL REFERENCES projects (id),
    -- the id by which the ledger names who signs
    person BLOB NOT NULL,
    form BLOB NOT NULL,
    made_by BLOB NOT NULL REFERENCES people (id),
    since INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER
);

-- Attachments of forms, under their content address, in parts that are blobs: an upload goes on where it stopped.
CREATE TABLE attachments (
    project BLOB NOT NULL REFERENCES projects (id),
    -- SHA-256 of the whole
    hash BLOB NOT NULL,
    size INTEGER NOT NULL,
    made_by BLOB NOT NULL REFERENCES people (id),
    since INTEGER NOT NULL,
    -- all parts are here, and together they have that hash
    whole INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project, hash)
);
CREATE TABLE attachment_parts (
    project BLOB NOT NULL,
    hash BLOB NOT NULL,
    place INTEGER NOT NULL,
    -- SHA-256 of the part: its blob
    part BLOB NOT NULL,
    PRIMARY KEY (project, hash, place),
    FOREIGN KEY (project, hash) REFERENCES attachments (project, hash)
);
CREATE INDEX attachment_parts_of_blob ON attachment_parts (part);
