-- Versions of regulations that projects have adopted: never changed, never removed.
CREATE TABLE packs (
    hash BYTEA PRIMARY KEY NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    -- the JSON that the hash is made of
    content BYTEA NOT NULL,
    since BIGINT NOT NULL,
    UNIQUE (name, version)
);

-- The keys with which the server signs heads of the ledger. The newest one signs; older ones stay, to check with.
CREATE TABLE ledger_keys (
    id BYTEA PRIMARY KEY NOT NULL,
    public BYTEA NOT NULL,
    -- PKCS#8
    secret BYTEA NOT NULL,
    since BIGINT NOT NULL
);

-- The chains: `chain` is a project's id, or empty for the organisation's. A row is never changed.
CREATE TABLE ledger (
    chain BYTEA NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    previous BYTEA NOT NULL,
    body_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    -- a salt of 16 bytes, then JSON
    body BYTEA NOT NULL,
    -- of the wish: taken once
    key BYTEA NOT NULL UNIQUE,
    PRIMARY KEY (chain, seq)
);

-- Where each chain ends, signed. The row is what an append locks.
CREATE TABLE ledger_heads (
    chain BYTEA PRIMARY KEY NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    signer BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    -- forms under review: whose inboxes are looked into
    open BIGINT NOT NULL DEFAULT 0,
    -- up to where the organisation's chain names it
    sealed BIGINT NOT NULL DEFAULT 0
);

-- How far numbers were given: by what numbers look like, and what they count within.
CREATE TABLE numbers (
    shape TEXT COLLATE "C" NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (shape, period)
);

-- Keys of devices, for decisions made with no network.
CREATE TABLE device_keys (
    device BYTEA PRIMARY KEY NOT NULL REFERENCES devices (id),
    public BYTEA NOT NULL,
    since BIGINT NOT NULL
);

-- A project that comes to be with a regulation is not begun until that is decided: nobody writes its plan before.
ALTER TABLE projects ADD COLUMN begun BIGINT NOT NULL DEFAULT 1;
-- Its number, once it has one.
ALTER TABLE projects ADD COLUMN number TEXT COLLATE "C";

-- Links by which somebody outside signs a form, once. Kept like tokens: only the SHA-256 of the secret in the address.
CREATE TABLE outside_links (
    secret BYTEA PRIMARY KEY NOT NULL,
    project BYTEA NOT NULL REFERENCES projects (id),
    -- the id by which the ledger names who signs
    person BYTEA NOT NULL,
    form BYTEA NOT NULL,
    made_by BYTEA NOT NULL REFERENCES people (id),
    since BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    used BIGINT
);

-- Attachments of forms, under their content address, in parts that are blobs: an upload goes on where it stopped.
CREATE TABLE attachments (
    project BYTEA NOT NULL REFERENCES projects (id),
    -- SHA-256 of the whole
    hash BYTEA NOT NULL,
    size BIGINT NOT NULL,
    made_by BYTEA NOT NULL REFERENCES people (id),
    since BIGINT NOT NULL,
    -- all parts are here, and together they have that hash
    whole BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (project, hash)
);
CREATE TABLE attachment_parts (
    project BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    place BIGINT NOT NULL,
    -- SHA-256 of the part: its blob
    part BYTEA NOT NULL,
    PRIMARY KEY (project, hash, place),
    FOREIGN KEY (project, hash) REFERENCES attachments (project, hash)
);
CREATE INDEX attachment_parts_of_blob ON attachment_parts (part);
