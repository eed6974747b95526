-- Deliveries: what this program wrote to streams and other targets, when, for whom, and what became
-- of each record. Append-only: triggers refuse to change or remove what is there.

CREATE TABLE delivery (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What was asked for once is delivered once, however often it is asked.
    token             TEXT NOT NULL UNIQUE,
    kind              TEXT NOT NULL,
    created_at        INTEGER NOT NULL,
    caller            TEXT NOT NULL,
    target            TEXT NOT NULL,
    target_arn        TEXT,
    target_created_at INTEGER,
    order_mode        TEXT NOT NULL,
    plan              TEXT NOT NULL
) STRICT;

-- The last one is the delivery's state.
CREATE TABLE delivery_event (
    key      INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL REFERENCES delivery,
    at       INTEGER NOT NULL,
    state    TEXT NOT NULL,
    detail   TEXT
) STRICT;
CREATE INDEX delivery_event_of ON delivery_event (delivery, key);

-- A piece of the journal, packed: records that may be under way from here on (kind 0), or what became
-- of attempts (kind 1). Positions are those of the delivery's plan.
CREATE TABLE delivery_chunk (
    key            INTEGER PRIMARY KEY,
    delivery       INTEGER NOT NULL REFERENCES delivery,
    kind           INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    first_position INTEGER NOT NULL,
    last_position  INTEGER NOT NULL,
    records        INTEGER NOT NULL,
    body           BLOB NOT NULL
) STRICT;
CREATE INDEX delivery_chunk_of ON delivery_chunk (delivery, kind, key);

-- Which chunks may name a captured record, and which a record of the target.
CREATE TABLE delivery_origin (
    shard          INTEGER NOT NULL,
    first_sequence BLOB NOT NULL,
    last_sequence  BLOB NOT NULL,
    chunk          INTEGER NOT NULL REFERENCES delivery_chunk,
    PRIMARY KEY (shard, first_sequence, chunk)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery_result (
    shard          TEXT NOT NULL,
    first_sequence BLOB NOT NULL,
    last_sequence  BLOB NOT NULL,
    chunk          INTEGER NOT NULL REFERENCES delivery_chunk,
    PRIMARY KEY (shard, first_sequence, chunk)
) STRICT, WITHOUT ROWID;

-- What a person composed: the history of publishing. Replays refer to captured records instead.
CREATE TABLE composed (
    delivery          INTEGER PRIMARY KEY REFERENCES delivery,
    partition_key     TEXT NOT NULL,
    explicit_hash_key TEXT,
    body              BLOB NOT NULL
) STRICT;

-- Saved templates may change; they are no log.
CREATE TABLE template (
    name          TEXT PRIMARY KEY,
    partition_key TEXT NOT NULL,
    body          TEXT NOT NULL,
    saved_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER delivery_kept BEFORE DELETE ON delivery BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER delivery_fixed BEFORE UPDATE ON delivery BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER delivery_event_kept BEFORE DELETE ON delivery_event BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER delivery_event_fixed BEFORE UPDATE ON delivery_event BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER delivery_chunk_kept BEFORE DELETE ON delivery_chunk BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER delivery_chunk_fixed BEFORE UPDATE ON delivery_chunk BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
