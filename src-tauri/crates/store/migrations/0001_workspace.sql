-- A workspace: streams, what was captured of them, and the records.
-- Never edited after a release: a change is the next numbered file.

-- One incarnation of a stream: a stream that is deleted and created again is another row.
CREATE TABLE stream (
    key        INTEGER PRIMARY KEY,
    arn        TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    name       TEXT NOT NULL,
    region     TEXT NOT NULL,
    account    TEXT NOT NULL,
    UNIQUE (arn, created_at)
) STRICT;

-- The columns from next_number on are totals of what is stored, written in the same transaction as
-- the records. Sequence numbers are stored as keys whose byte order is the numeric order.
CREATE TABLE shard (
    key               INTEGER PRIMARY KEY,
    stream            INTEGER NOT NULL REFERENCES stream,
    id                TEXT NOT NULL,
    parent            TEXT,
    adjacent_parent   TEXT,
    hash_start        BLOB NOT NULL,
    hash_end          BLOB NOT NULL,
    starting_sequence BLOB NOT NULL,
    closed            INTEGER NOT NULL,
    next_number       INTEGER NOT NULL DEFAULT 0,
    records           INTEGER NOT NULL DEFAULT 0,
    size_bytes        INTEGER NOT NULL DEFAULT 0,
    last_sequence     BLOB,
    arrival_min       INTEGER,
    arrival_max       INTEGER,
    UNIQUE (stream, id)
) STRICT;

CREATE TABLE capture (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    connection TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state      TEXT NOT NULL,
    failure    TEXT,
    deleting   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE capture_stream (
    capture         INTEGER NOT NULL REFERENCES capture,
    stream          INTEGER NOT NULL REFERENCES stream,
    anchor          TEXT NOT NULL,
    anchor_time     INTEGER,
    anchor_sequence BLOB,
    until           TEXT,
    until_value     INTEGER,
    all_shards      INTEGER NOT NULL,
    PRIMARY KEY (capture, stream)
) STRICT, WITHOUT ROWID;

-- The chosen shards, where a capture does not take all of a stream's.
CREATE TABLE capture_shard (
    capture INTEGER NOT NULL,
    stream  INTEGER NOT NULL,
    shard   TEXT NOT NULL,
    PRIMARY KEY (capture, stream, shard),
    FOREIGN KEY (capture, stream) REFERENCES capture_stream (capture, stream)
) STRICT, WITHOUT ROWID;

-- Where a capture goes on reading a shard.
CREATE TABLE checkpoint (
    capture  INTEGER NOT NULL REFERENCES capture,
    shard    INTEGER NOT NULL REFERENCES shard,
    position TEXT NOT NULL,
    time     INTEGER,
    sequence BLOB,
    PRIMARY KEY (capture, shard)
) STRICT, WITHOUT ROWID;

-- What a capture has read without a break. An interval grows while it is open; a gap closes it.
CREATE TABLE coverage (
    key            INTEGER PRIMARY KEY,
    capture        INTEGER NOT NULL REFERENCES capture,
    shard          INTEGER NOT NULL REFERENCES shard,
    first_sequence BLOB,
    last_sequence  BLOB,
    from_time      INTEGER,
    through_time   INTEGER,
    records        INTEGER NOT NULL,
    open           INTEGER NOT NULL
) STRICT;
CREATE INDEX coverage_capture ON coverage (capture, shard);
CREATE INDEX coverage_shard ON coverage (shard);

-- What a capture is known to lack, and why.
CREATE TABLE gap (
    key             INTEGER PRIMARY KEY,
    capture         INTEGER NOT NULL REFERENCES capture,
    shard           INTEGER NOT NULL REFERENCES shard,
    reason          TEXT NOT NULL,
    after_sequence  BLOB,
    before_sequence BLOB,
    from_time       INTEGER,
    until_time      INTEGER
) STRICT;
CREATE INDEX gap_capture ON gap (capture, shard);

-- Sealed records: up to 512 neighbours of one shard. Blocks of one shard never overlap in sequence
-- numbers. This row is small and is all that a timeline needs; the rest is in block_data.
CREATE TABLE block (
    key            INTEGER PRIMARY KEY AUTOINCREMENT,
    shard          INTEGER NOT NULL REFERENCES shard,
    first_sequence BLOB NOT NULL,
    last_sequence  BLOB NOT NULL,
    records        INTEGER NOT NULL,
    arrival_min    INTEGER NOT NULL,
    arrival_max    INTEGER NOT NULL,
    size_bytes     INTEGER NOT NULL,
    blob_bytes     INTEGER NOT NULL,
    numbers        BLOB NOT NULL,
    arrivals       BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX block_sequence ON block (shard, first_sequence);

CREATE TABLE block_data (
    block    INTEGER PRIMARY KEY REFERENCES block,
    columns  BLOB NOT NULL,
    payloads BLOB NOT NULL
) STRICT;

-- Where a record's number is: runs of consecutive numbers within one block.
CREATE TABLE run (
    shard        INTEGER NOT NULL,
    first_number INTEGER NOT NULL,
    records      INTEGER NOT NULL,
    block        INTEGER NOT NULL REFERENCES block,
    PRIMARY KEY (shard, first_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_block ON run (block);

-- Records that are not sealed yet. The id is the record's: shard key * 2^32 + number. The blob of a
-- KPL aggregate lies with its first user record.
CREATE TABLE tail (
    id                INTEGER PRIMARY KEY,
    sequence          BLOB NOT NULL,
    sub               INTEGER NOT NULL,
    arrival           INTEGER NOT NULL,
    partition_key     TEXT,
    explicit_hash_key BLOB,
    event_type        TEXT,
    flags             INTEGER NOT NULL,
    start             INTEGER NOT NULL,
    size_bytes        INTEGER NOT NULL,
    outer_key         TEXT,
    blob              BLOB
) STRICT;
