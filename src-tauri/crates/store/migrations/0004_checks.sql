-- Checks of what SQLite itself does not check: a byte that a disk changed would otherwise move a block to another
-- shard, or change a payload that is not sealed yet. NULL where an older version wrote the row.

-- The last four bytes of columns and of payloads: zstd's checksums of what is in them.
ALTER TABLE block ADD COLUMN sums BLOB;
ALTER TABLE block ADD COLUMN head_check INTEGER;
ALTER TABLE tail ADD COLUMN row_check INTEGER;
