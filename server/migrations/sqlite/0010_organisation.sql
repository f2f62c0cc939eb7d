-- Posts, heads, deputies and grants. Nothing is removed: what ends has an end (until; null: open), so that what held at
-- any moment can be asked. A row holds from `since` to before `until`.

-- An ended department keeps its name: one that is made again by that name is the same one.
ALTER TABLE departments ADD COLUMN until INTEGER;

-- Who belonged to which department, and who headed it 负责人. Where people belong now stands in `people` too.
CREATE TABLE belongings (
    department BLOB NOT NULL REFERENCES departments (id),
    person BLOB NOT NULL REFERENCES people (id),
    head INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER
);
CREATE UNIQUE INDEX belongings_open ON belongings (person) WHERE head = 0 AND until IS NULL;
CREATE INDEX belongings_of_department ON belongings (department);
INSERT INTO belongings (department, person, head, since)
SELECT department, id, 0, since FROM people WHERE department IS NOT NULL;

-- Who could sign in, and who could administer the organisation.
CREATE TABLE statuses (
    person BLOB NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL CHECK (kind IN ('active', 'administrator')),
    since INTEGER NOT NULL,
    until INTEGER
);
CREATE UNIQUE INDEX statuses_open ON statuses (person, kind) WHERE until IS NULL;
INSERT INTO statuses (person, kind, since) SELECT id, 'active', since FROM people WHERE active = 1;
INSERT INTO statuses (person, kind, since) SELECT id, 'administrator', since FROM people WHERE administrator = 1;

CREATE TABLE posts (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER
);
CREATE UNIQUE INDEX posts_open ON posts (name) WHERE until IS NULL;

CREATE TABLE post_holders (
    post BLOB NOT NULL REFERENCES posts (id),
    person BLOB NOT NULL REFERENCES people (id),
    since INTEGER NOT NULL,
    until INTEGER
);
CREATE INDEX post_holders_of_post ON post_holders (post);

CREATE TABLE deputies (
    id BLOB PRIMARY KEY NOT NULL,
    person BLOB NOT NULL REFERENCES people (id),
    deputy BLOB NOT NULL REFERENCES people (id),
    since INTEGER NOT NULL,
    until INTEGER,
    reason TEXT NOT NULL
);
CREATE INDEX deputies_of_person ON deputies (person);

-- Who holds a role of a pack: exactly one of a department, a post and a person.
CREATE TABLE grants (
    id BLOB PRIMARY KEY NOT NULL,
    pack TEXT NOT NULL,
    role TEXT NOT NULL,
    department BLOB REFERENCES departments (id),
    post BLOB REFERENCES posts (id),
    person BLOB REFERENCES people (id),
    -- none: in all projects
    project BLOB REFERENCES projects (id),
    since INTEGER NOT NULL,
    until INTEGER,
    CHECK ((department IS NULL) + (post IS NULL) + (person IS NULL) = 2)
);
CREATE INDEX grants_of_pack ON grants (pack);
