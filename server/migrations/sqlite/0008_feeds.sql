-- Calendar feeds: whoever has the address reads a project's dates as this person may. Kept like tokens: only the SHA-256
-- of the secret in the address.
CREATE TABLE feeds (
    id BLOB PRIMARY KEY NOT NULL,
    person BLOB NOT NULL REFERENCES people (id),
    project BLOB NOT NULL REFERENCES projects (id),
    secret BLOB NOT NULL UNIQUE,
    label TEXT NOT NULL,
    holds TEXT NOT NULL CHECK (holds IN ('all', 'mine', 'dates')),
    language TEXT NOT NULL CHECK (language IN ('zh-CN', 'en')),
    since INTEGER NOT NULL,
    last_used INTEGER,
    ended INTEGER
);
CREATE INDEX feeds_of_person ON feeds (person);
