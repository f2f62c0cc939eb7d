-- Who is who. Ids are 16 random bytes, times are UTC milliseconds, yes/no is 1/0.
-- Words that arrive over the network are compared as they are stored: names of accounts in lower case (name_key).

CREATE TABLE organisation (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL
);

CREATE TABLE departments (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    place INTEGER NOT NULL
);

CREATE TABLE people (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    department BLOB REFERENCES departments (id),
    post TEXT NOT NULL DEFAULT '',
    administrator INTEGER NOT NULL DEFAULT 0,
    active INTEGER NOT NULL DEFAULT 1,
    -- argon2id, as a PHC string
    password TEXT NOT NULL,
    must_change INTEGER NOT NULL DEFAULT 0,
    since INTEGER NOT NULL
);

-- One signed-in device: the session. The cookie holds 32 random bytes, here is only their SHA-256.
CREATE TABLE devices (
    id BLOB PRIMARY KEY NOT NULL,
    person BLOB NOT NULL REFERENCES people (id),
    secret BLOB NOT NULL UNIQUE,
    label TEXT NOT NULL,
    since INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    ended INTEGER
);
CREATE INDEX devices_of_person ON devices (person);
CREATE INDEX devices_ended ON devices (ended);

-- Bearer tokens, kept like sessions.
CREATE TABLE tokens (
    id BLOB PRIMARY KEY NOT NULL,
    person BLOB NOT NULL REFERENCES people (id),
    secret BLOB NOT NULL UNIQUE,
    label TEXT NOT NULL,
    since INTEGER NOT NULL,
    last_used INTEGER,
    ended INTEGER
);
CREATE INDEX tokens_of_person ON tokens (person);
CREATE INDEX tokens_ended ON tokens (ended);

CREATE TABLE projects (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    since INTEGER NOT NULL,
    made_by BLOB NOT NULL REFERENCES people (id),
    -- its two documents that exist from the start (rows of `documents`, made in the same transaction)
    plan BLOB NOT NULL UNIQUE,
    progress BLOB NOT NULL UNIQUE
);

CREATE TABLE members (
    project BLOB NOT NULL REFERENCES projects (id),
    person BLOB NOT NULL REFERENCES people (id),
    role TEXT NOT NULL CHECK (role IN ('manager', 'planner', 'member', 'reader')),
    PRIMARY KEY (project, person)
);
CREATE INDEX members_of_person ON members (person);

-- Failed sign-ins per account ('account:NAME') and per address ('address:IP'), kept over a restart.
CREATE TABLE attempts (
    subject TEXT PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    last INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
);

-- What happened to accounts: sign-ins, failures, resets, revocations. Never holds a secret.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    -- the account it is about, as it was written
    name TEXT NOT NULL,
    -- who did it, where that is known
    by BLOB,
    address TEXT NOT NULL,
    detail TEXT NOT NULL
);
