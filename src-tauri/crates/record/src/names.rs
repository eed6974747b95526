//! Names of streams and shards, and what makes two streams the same one.

use crate::Millis;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("a stream name has 1 to 128 of the characters a-z A-Z 0-9 _ . -")]
    Stream,
    #[error("a shard id has 1 to 128 of the characters a-z A-Z 0-9 _ . -")]
    Shard,
    #[error("a stream ARN looks like arn:aws:kinesis:REGION:ACCOUNT:stream/NAME")]
    Arn,
}

/// The API's pattern for stream names and shard ids: `[a-zA-Z0-9_.-]{1,128}`.
fn is_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $error:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                if is_name(text) { Ok(Self(text.to_owned())) } else { Err($error) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

name!(
    /// A stream's name: unique within an account and region at one time.
    StreamName,
    NameError::Stream
);
name!(
    /// A shard's name, such as `shardId-000000000003`: unique within one stream incarnation.
    ShardId,
    NameError::Shard
);

impl ShardId {
    /// The number at the end without its zeros (`3` of `shardId-000000000003`), for narrow places;
    /// the whole name where it does not end in a number.
    pub fn short(&self) -> &str {
        let digits = self.0.bytes().rev().take_while(u8::is_ascii_digit).count();
        let number = &self.0[self.0.len() - digits..];
        match number.trim_start_matches('0') {
            "" if number.is_empty() => &self.0,
            "" => "0",
            short => short,
        }
    }
}

/// A partition, region or account: it becomes part of addresses and of commands that are copied.
fn is_word(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// `arn:PARTITION:kinesis:REGION:ACCOUNT:stream/NAME`. Emulators put their own accounts in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct StreamArn(String);

impl StreamArn {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn region(&self) -> &str {
        self.part(3)
    }

    pub fn account(&self) -> &str {
        self.part(4)
    }

    pub fn stream_name(&self) -> &str {
        self.0.split_once(":stream/").map_or("", |(_, name)| name)
    }

    fn part(&self, index: usize) -> &str {
        self.0.split(':').nth(index).unwrap_or("")
    }
}

impl FromStr for StreamArn {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut parts = text.splitn(6, ':');
        let fits = parts.next() == Some("arn")
            && parts
                .next()
                .is_some_and(|partition| !partition.is_empty() && is_word(partition))
            && parts.next() == Some("kinesis")
            && parts.next().is_some_and(is_word)
            && parts.next().is_some_and(is_word)
            && parts
                .next()
                .and_then(|resource| resource.strip_prefix("stream/"))
                .is_some_and(is_name);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError::Arn)
        }
    }
}

impl fmt::Display for StreamArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One incarnation of a stream. A stream that is deleted and created again keeps its ARN and its
/// shard ids, but none of its old sequence numbers may be used on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct StreamIdentity {
    pub arn: StreamArn,
    pub created_at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_outside_the_pattern_are_refused() {
        for text in ["", "a b", "a/b", "日本", &"a".repeat(129)] {
            assert_eq!(
                text.parse::<StreamName>(),
                Err(NameError::Stream),
                "{text:?}"
            );
        }
        assert!("order-events_2.v1".parse::<StreamName>().is_ok());
    }

    #[test]
    fn an_arn_gives_region_account_and_name() {
        let arn: StreamArn = "arn:aws-cn:kinesis:cn-north-1:000000000000:stream/orders"
            .parse()
            .expect("an ARN");
        assert_eq!(
            (arn.region(), arn.account(), arn.stream_name()),
            ("cn-north-1", "000000000000", "orders")
        );
        for text in [
            "arn:aws:sqs:eu-west-1:1:stream/orders",
            // what a strange endpoint might have copied into a shell, or followed as an address
            "arn:aws:kinesis:x$(id):1:stream/orders",
            "arn:aws:kinesis:eu-west-1/@evil:1:stream/orders",
            "arn:aws:kinesis:eu-west-1:1\u{1b}[2J:stream/orders",
            "arn:a w:kinesis:eu-west-1:1:stream/orders",
        ] {
            assert_eq!(text.parse::<StreamArn>(), Err(NameError::Arn), "{text}");
        }
    }

    #[test]
    fn short_shard_ids_keep_what_tells_them_apart() {
        let short = |text: &str| text.parse::<ShardId>().map(|id| id.short().to_owned());
        assert_eq!(short("shardId-000000000012").as_deref(), Ok("12"));
        assert_eq!(short("shardId-000000000000").as_deref(), Ok("0"));
        assert_eq!(short("alpha").as_deref(), Ok("alpha"));
    }
}
