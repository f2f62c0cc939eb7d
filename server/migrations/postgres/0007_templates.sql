-- A project that is there to be copied.
ALTER TABLE projects ADD COLUMN template BIGINT NOT NULL DEFAULT 0;
