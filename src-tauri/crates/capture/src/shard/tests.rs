//! The laws of reading a shard, each by name.
