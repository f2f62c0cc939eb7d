-- Codes from a phone (TOTP): the shared secret, since when it is on (null: offered, not confirmed), and the last step
-- of thirty seconds whose code was taken.
CREATE TABLE second_factors (
    person BYTEA PRIMARY KEY NOT NULL REFERENCES people (id),
    secret BYTEA NOT NULL,
    since BIGINT,
    last_step BIGINT NOT NULL
);

-- For when the phone is gone: each good once.
CREATE TABLE recovery_codes (
    person BYTEA NOT NULL REFERENCES people (id),
    hash BYTEA NOT NULL,
    used BIGINT,
    PRIMARY KEY (person, hash)
);
