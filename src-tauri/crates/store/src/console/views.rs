//! What a statement may name: the documented views with their columns, and the functions. The one description
//! that the tables are declared by, that statements are held to, and that the window explains and completes.

/// A table of the console. It can only be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlView {
    pub name: &'static str,
    pub about: &'static str,
    pub columns: &'static [SqlColumn],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlColumn {
    pub name: &'static str,
    /// SQLite's word; empty where values are of more than one type.
    pub kind: &'static str,
    pub about: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlFunction {
    pub name: &'static str,
    pub call: &'static str,
    pub about: &'static str,
}

const fn column(name: &'static str, kind: &'static str, about: &'static str) -> SqlColumn {
    SqlColumn { name, kind, about }
}

/// Where a record's columns stand.
pub(super) mod place {
    pub const ID: i32 = 0;
    pub const STREAM: i32 = 1;
    pub const SHARD: i32 = 2;
    pub const SHARD_KEY: i32 = 3;
    pub const SEQUENCE: i32 = 4;
    pub const SUB_SEQUENCE: i32 = 5;
    pub const ARRIVAL: i32 = 6;
    pub const ARRIVAL_TEXT: i32 = 7;
    pub const PARTITION_KEY: i32 = 8;
    pub const SIZE_BYTES: i32 = 9;
    pub const EVENT_TYPE: i32 = 10;
    pub const FORMAT: i32 = 11;
    pub const PAYLOAD: i32 = 12;
    pub const JSON: i32 = 13;
}

const EVENT: [SqlColumn; 14] = [
    column("id", "INTEGER", "the record's handle in this workspace"),
    column("stream", "TEXT", "the stream's name"),
    column("shard", "TEXT", "the shard's id, as Kinesis names it"),
    column(
        "shard_key",
        "INTEGER",
        "the shard in this workspace: joins with shards and coverage",
    ),
    column(
        "sequence_number",
        "TEXT",
        "exact, as text: it has up to 129 digits",
    ),
    column(
        "sub_sequence",
        "INTEGER",
        "the place within an aggregate of the KPL; else 0",
    ),
    column(
        "arrival",
        "INTEGER",
        "when Kinesis took it: milliseconds since 1970, UTC",
    ),
    column("arrival_text", "TEXT", "the same, for reading"),
    column("partition_key", "TEXT", ""),
    column("size_bytes", "INTEGER", "of the payload"),
    column(
        "event_type",
        "TEXT",
        "the record's own; else that of the first event packed in it that has one, read by its stream's layers and schemas",
    ),
    column(
        "format",
        "TEXT",
        "'json', 'text', 'binary' or 'empty', by its beginning",
    ),
    column(
        "payload",
        "",
        "text where it is UTF-8, else a blob; as it came",
    ),
    column(
        "json",
        "TEXT",
        "the payload as JSON, read by its stream's layers and unpacked where it must be; a list where a record holds several \
         events; NULL where it is no JSON",
    ),
];

pub(super) const RECORDS: SqlView = SqlView {
    name: "records",
    about: "Every captured record, newest first.",
    columns: EVENT.split_at(place::JSON as usize).0,
};
pub(super) const EVENTS: SqlView = SqlView {
    name: "events",
    about: "The records with their payloads as JSON: json ->> '$.orderId', json_each(events.json).",
    columns: &EVENT,
};
pub(super) const SHARDS: SqlView = SqlView {
    name: "shards",
    about: "The shards that are known, with what is stored of each when it is read: a moment later than records.",
    columns: &[
        column("shard_key", "INTEGER", "as in records"),
        column("stream", "TEXT", ""),
        column("stream_arn", "TEXT", ""),
        column(
            "stream_created",
            "INTEGER",
            "milliseconds: a stream that was made again is another one",
        ),
        column("shard", "TEXT", ""),
        column("parent", "TEXT", "what it was split or merged from"),
        column("adjacent_parent", "TEXT", "the other one, after a merge"),
        column("hash_start", "TEXT", "exact, as text"),
        column("hash_end", "TEXT", ""),
        column("starting_sequence_number", "TEXT", ""),
        column("last_sequence_number", "TEXT", "the highest stored"),
        column("closed", "INTEGER", "1 once it takes no more records"),
        column(
            "records",
            "INTEGER",
            "stored, whichever capture they are of",
        ),
        column("size_bytes", "INTEGER", "of their payloads"),
        column("first_arrival", "INTEGER", "milliseconds"),
        column("last_arrival", "INTEGER", "milliseconds"),
    ],
};
pub(super) const COVERAGE: SqlView = SqlView {
    name: "coverage",
    about: "What was read without a break, and the gaps in between. Outside of it nothing is known. As of a moment later \
        than records.",
    columns: &[
        column("kind", "TEXT", "'covered' or 'gap'"),
        column("capture", "INTEGER", "as in captures"),
        column("shard_key", "INTEGER", ""),
        column("stream", "TEXT", ""),
        column("shard", "TEXT", ""),
        column(
            "reason",
            "TEXT",
            "of a gap: trimmed, continuity-unproven, stream-gone, read-refused",
        ),
        column(
            "first_sequence_number",
            "TEXT",
            "of a gap: the last one before it",
        ),
        column(
            "last_sequence_number",
            "TEXT",
            "of a gap: the first one after it",
        ),
        column("from_time", "INTEGER", "milliseconds"),
        column("until_time", "INTEGER", "milliseconds"),
        column("records", "INTEGER", ""),
        column("open", "INTEGER", "1 while it is read on"),
    ],
};
pub(super) const CAPTURES: SqlView = SqlView {
    name: "captures",
    about: "The captures of this workspace, as of a moment later than records.",
    columns: &[
        column("capture", "INTEGER", ""),
        column("name", "TEXT", ""),
        column("created", "INTEGER", "milliseconds"),
        column(
            "state",
            "TEXT",
            "running, paused, stopped, finished or failed",
        ),
        column("failure", "TEXT", "why it failed"),
        column("streams", "TEXT", "their names, with commas between"),
        column("records", "INTEGER", "inside its coverage"),
    ],
};

/// The views of the store. Who opens a console may add others.
pub const SQL_VIEWS: &[SqlView] = &[RECORDS, EVENTS, SHARDS, COVERAGE, CAPTURES];

const fn function(name: &'static str, call: &'static str, about: &'static str) -> SqlFunction {
    SqlFunction { name, call, about }
}

/// The functions that statements need most; [`ALLOWED_FUNCTIONS`] are all.
pub const SQL_FUNCTIONS: &[SqlFunction] = &[
    function(
        "json_text",
        "json_text(json, '$.path')",
        "the value at a path exactly as it was written: text without its quotes, numbers with all their digits",
    ),
    function(
        "json_extract",
        "json_extract(json, '$.path')",
        "SQLite's own, also json ->> '$.path': integers beyond 63 bits become REAL there and lose digits",
    ),
    function(
        "json_each",
        "FROM events, json_each(events.json)",
        "a row for each member or element",
    ),
    function(
        "regexp",
        "payload REGEXP 'pattern'",
        "a regular expression, found anywhere",
    ),
    function(
        "unixepoch",
        "arrival >= unixepoch('2026-03-01 12:00') * 1000",
        "a time to compare arrivals with; also unixepoch('now', '-5 minutes')",
    ),
    function("count", "count(*)", "how many rows"),
    function(
        "group_concat",
        "group_concat(shard, ', ')",
        "the values of a group in one text",
    ),
    function(
        "instr",
        "instr(payload, 'text')",
        "where a text begins, from 1; 0 where it is not",
    ),
    function("hex", "hex(payload)", "bytes as hexadecimal digits"),
    function(
        "strftime",
        "strftime('%H:%M', arrival / 1000, 'unixepoch')",
        "a time as text",
    ),
    function(
        "lag",
        "lag(arrival) OVER (ORDER BY arrival)",
        "the row before; with the other window functions",
    ),
];

/// Table-valued functions of SQLite that read nothing but their argument.
pub(super) const ALLOWED_TABLE_FUNCTIONS: &[&str] = &["json_each", "json_tree"];

/// Whatever is not named here cannot be called: no files, no settings, no extensions, and nothing that works long in one
/// call or makes much of little.
pub(super) const ALLOWED_FUNCTIONS: &[&str] = &[
    // of one row
    "abs",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "format",
    "glob",
    "hex",
    "if",
    "ifnull",
    "iif",
    "instr",
    "json_text",
    "length",
    "like",
    "likelihood",
    "likely",
    "lower",
    "ltrim",
    "max",
    "min",
    "nullif",
    "octet_length",
    "printf",
    "quote",
    "random",
    "regexp",
    "replace",
    "round",
    "rtrim",
    "sign",
    "substr",
    "substring",
    "trim",
    "typeof",
    "unhex",
    "unicode",
    "unlikely",
    "upper",
    // of JSON
    "->",
    "->>",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_object",
    "json_pretty",
    "json_quote",
    "json_type",
    "json_valid",
    // of times
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "datetime",
    "julianday",
    "strftime",
    "time",
    "timediff",
    "unixepoch",
    // of groups and windows
    "avg",
    "count",
    "cume_dist",
    "dense_rank",
    "first_value",
    "group_concat",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
    "string_agg",
    "sum",
    "total",
];
