-- A project that is there to be copied.
ALTER TABLE projects ADD COLUMN template INTEGER NOT NULL DEFAULT 0;
