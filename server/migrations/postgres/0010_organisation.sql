-- Posts, heads, deputies and grants. Nothing is removed: what ends has an end (until; null: open), so that what held at
-- any moment can be asked. A row holds from `since` to before `until`.

-- An ended department keeps its name: one that is made again by that name is the same one.
ALTER TABLE departments ADD COLUMN until BIGINT;

-- Who belonged to which department, and who headed it 负责人. Where people belong now stands in `people` too.
CREATE TABLE belongings (
    department BYTEA NOT NULL REFERENCES departments (id),
    person BYTEA NOT NULL REFERENCES people (id),
    head BIGINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT
);
CREATE UNIQUE INDEX belongings_open ON belongings (person) WHERE head = 0 AND until IS NULL;
CREATE INDEX belongings_of_department ON belongings (department);
INSERT INTO belongings (department, person, head, since)
SELECT department, id, 0, since FROM people WHERE department IS NOT NULL;

-- Who could sign in, and who could administer the organisation.
CREATE TABLE statuses (
    person BYTEA NOT NULL REFERENCES people (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('active', 'administrator')),
    since BIGINT NOT NULL,
    until BIGINT
);
CREATE UNIQUE INDEX statuses_open ON statuses (person, kind) WHERE until IS NULL;
INSERT INTO statuses (person, kind, since) SELECT id, 'active', since FROM people WHERE active = 1;
INSERT INTO statuses (person, kind, since) SELECT id, 'administrator', since FROM people WHERE administrator = 1;

CREATE TABLE posts (
    id BYTEA PRIMARY KEY NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT
);
CREATE UNIQUE INDEX posts_open ON posts (name) WHERE until IS NULL;

CREATE TABLE post_holders (
    post BYTEA NOT NULL REFERENCES posts (id),
    person BYTEA NOT NULL REFERENCES people (id),
    since BIGINT NOT NULL,
    until BIGINT
);
CREATE INDEX post_holders_of_post ON post_holders (post);

CREATE TABLE deputies (
    id BYTEA PRIMARY KEY NOT NULL,
    person BYTEA NOT NULL REFERENCES people (id),
    deputy BYTEA NOT NULL REFERENCES people (id),
    since BIGINT NOT NULL,
    until BIGINT,
    reason TEXT COLLATE "C" NOT NULL
);
CREATE INDEX deputies_of_person ON deputies (person);

-- Who holds a role of a pack: exactly one of a department, a post and a person.
CREATE TABLE grants (
    id BYTEA PRIMARY KEY NOT NULL,
    pack TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    department BYTEA REFERENCES departments (id),
    post BYTEA REFERENCES posts (id),
    person BYTEA REFERENCES people (id),
    -- none: in all projects
    project BYTEA REFERENCES projects (id),
    since BIGINT NOT NULL,
    until BIGINT,
    CHECK (num_nulls(department, post, person) = 2)
);
CREATE INDEX grants_of_pack ON grants (pack);
