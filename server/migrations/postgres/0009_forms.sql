-- A further kind of document: forms.
ALTER TABLE documents DROP CONSTRAINT documents_kind_check;
ALTER TABLE documents ADD CONSTRAINT documents_kind_check
    CHECK (kind IN ('plan', 'progress', 'note', 'source', 'proposal', 'form'));
