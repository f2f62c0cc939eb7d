-- A robot may tell of one project only.
ALTER TABLE robots ADD COLUMN project BYTEA REFERENCES projects (id);

-- Why something was not sent, as a word, beside what the other side said.
ALTER TABLE deliveries ADD COLUMN why TEXT;
