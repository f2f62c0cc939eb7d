-- Calendar feeds: whoever has the address reads a project's dates as this person may. Kept like tokens: only the SHA-256
-- of the secret in the address.
CREATE TABLE feeds (
    id BYTEA PRIMARY KEY NOT NULL,
    person BYTEA NOT NULL REFERENCES people (id),
    project BYTEA NOT NULL REFERENCES projects (id),
    secret BYTEA NOT NULL UNIQUE,
    label TEXT COLLATE "C" NOT NULL,
    holds TEXT COLLATE "C" NOT NULL CHECK (holds IN ('all', 'mine', 'dates')),
    language TEXT COLLATE "C" NOT NULL CHECK (language IN ('zh-CN', 'en')),
    since BIGINT NOT NULL,
    last_used BIGINT,
    ended BIGINT
);
CREATE INDEX feeds_of_person ON feeds (person);
