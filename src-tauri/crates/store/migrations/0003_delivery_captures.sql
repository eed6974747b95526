-- The captures of its target that run beside a delivery; the last one is the one that counts. A capture's number is
-- never used again, so a line whose capture was deleted stays and leads nowhere.
CREATE TABLE delivery_capture (
    key      INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL REFERENCES delivery,
    capture  INTEGER NOT NULL
) STRICT;
CREATE INDEX delivery_capture_of ON delivery_capture (delivery, key);

CREATE TRIGGER delivery_capture_kept BEFORE DELETE ON delivery_capture BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER delivery_capture_fixed BEFORE UPDATE ON delivery_capture BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
