-- A further kind of document: forms. SQLite has no other way to change a check; what is stored stays as it is.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, '''note'', ''source'', ''proposal'')', '''note'', ''source'', ''proposal'', ''form'')')
WHERE type = 'table' AND name = 'documents';
PRAGMA writable_schema = RESET;
