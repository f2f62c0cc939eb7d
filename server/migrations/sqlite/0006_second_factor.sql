-- Codes from a phone (TOTP): the shared secret, since when it is on (null: offered, not confirmed), and the last step
-- of thirty seconds whose code was taken.
CREATE TABLE second_factors (
    person BLOB PRIMARY KEY NOT NULL REFERENCES people (id),
    secret BLOB NOT NULL,
    since INTEGER,
    last_step INTEGER NOT NULL
);

-- For when the phone is gone: each good once.
CREATE TABLE recovery_codes (
    person BLOB NOT NULL REFERENCES people (id),
    hash BLOB NOT NULL,
    used INTEGER,
    PRIMARY KEY (person, hash)
);
