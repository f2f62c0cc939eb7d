-- The version under which rights in a project were computed: raised by everything that changes anybody's right there.
ALTER TABLE projects ADD COLUMN policy BIGINT NOT NULL DEFAULT 1;
-- In a closed project nobody writes.
ALTER TABLE projects ADD COLUMN state TEXT COLLATE "C" NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed'));
