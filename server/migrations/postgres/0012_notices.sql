-- What people are told, beside their inbox; made in the transaction of the entry that it follows from, or when time has
-- passed. Each `key` is there once, whichever node makes it.
CREATE TABLE notices (
    id BYTEA PRIMARY KEY NOT NULL,
    key TEXT NOT NULL UNIQUE,
    -- notices of one event have the same
    event TEXT NOT NULL,
    person BYTEA NOT NULL REFERENCES people (id),
    project BYTEA NOT NULL REFERENCES projects (id),
    form BYTEA NOT NULL,
    kind TEXT NOT NULL,
    seat BIGINT,
    due BIGINT,
    -- what the form is called: JSON
    about TEXT NOT NULL,
    created BIGINT NOT NULL,
    -- the person has seen it
    read_at BIGINT,
    -- nothing waits there any more
    over_at BIGINT
);
CREATE INDEX notices_of_person ON notices (person, created);
CREATE INDEX notices_of_form ON notices (form, seat);
CREATE INDEX notices_of_event ON notices (event);

-- How somebody wants to be told. Minutes are those of a day, of who is `zone` minutes ahead of UTC.
CREATE TABLE notice_preferences (
    person BYTEA PRIMARY KEY NOT NULL REFERENCES people (id),
    mail TEXT,
    mail_on BIGINT NOT NULL,
    push_on BIGINT NOT NULL,
    quiet_from BIGINT,
    quiet_to BIGINT,
    digest BIGINT,
    zone BIGINT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('zh-CN', 'en'))
);

-- Browsers that are told by Web Push. They go with their device.
CREATE TABLE push_subscriptions (
    id BYTEA PRIMARY KEY NOT NULL,
    person BYTEA NOT NULL REFERENCES people (id),
    device BYTEA NOT NULL REFERENCES devices (id),
    endpoint TEXT NOT NULL UNIQUE,
    p256dh BYTEA NOT NULL,
    auth BYTEA NOT NULL,
    since BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_of_person ON push_subscriptions (person);

-- The key by which push services know this server (VAPID): one.
CREATE TABLE push_keys (
    one BIGINT PRIMARY KEY NOT NULL CHECK (one = 1),
    public BYTEA NOT NULL,
    -- PKCS#8
    secret BYTEA NOT NULL
);

-- Robots of groups.
CREATE TABLE robots (
    id BYTEA PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('wecom', 'dingtalk', 'feishu')),
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    secret TEXT,
    -- words of kinds, with a space after each
    kinds TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('zh-CN', 'en')),
    since BIGINT NOT NULL,
    ended BIGINT
);

-- What is to be sent, or was. What goes to one target at once is a batch, in one message; a node that sends it has a lease.
CREATE TABLE deliveries (
    -- of the notice (for a robot: of its event), and where it goes
    key TEXT PRIMARY KEY NOT NULL,
    notice BYTEA NOT NULL REFERENCES notices (id),
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'push', 'robot')),
    -- the person, the subscription or the robot
    target BYTEA NOT NULL,
    not_before BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
    attempts BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    batch BYTEA,
    lease_node TEXT,
    lease_until BIGINT,
    ended BIGINT
);
CREATE INDEX deliveries_waiting ON deliveries (not_before) WHERE state = 'waiting';
CREATE INDEX deliveries_failed ON deliveries (ended) WHERE state = 'failed';
CREATE INDEX deliveries_of_batch ON deliveries (batch);
