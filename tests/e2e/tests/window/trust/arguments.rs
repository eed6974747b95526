//! Arguments that nobody would send by mistake alone: right in shape with hostile contents, wrong in type, huge, missing, too
//! many. The same for the same random source.

use super::shapes::{Command, Interface, Shape};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Map, Value, json};

/// Deeper than any reader of JSON goes by itself.
const DEPTH: usize = 400;

/// Values that exist in the window, by the name of the argument that takes them.
pub type Known = Map<String, Value>;

const TEXTS: &[&str] = &[
    "",
    " ",
    "0",
    "1",
    "2",
    "3",
    "-1",
    "00",
    "1e3",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "340282366920938463463374607431768211455",
    "NaN",
    "null",
    "undefined",
    "\0",
    "a\0b",
    "\u{202e}gnp",
    "\u{feff}",
    "\u{10ffff}",
    "e\u{301}",
    "ß",
    "İ",
    "🧨",
    "../../../../tmp/kinescope-out",
    "/etc/passwd",
    "..",
    ".",
    "CON",
    "order-events",
    "order-commands",
    "shardId-000000000000",
    "shardId-99999999999999999999",
    "LATEST",
    "TRIM_HORIZON",
    "49590338271490256608559692538361571095921575989136588898",
    "http://127.0.0.1:1",
    "http://[::1",
    "https://192.0.2.7",
    "file:///etc/passwd",
    "http://127.0.0.1:99999999",
    "eu-west-1",
    "'; DROP TABLE records; --",
    "SELECT 1",
    "SELECT * FROM records",
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM t) SELECT max(n) FROM t LIMIT 1",
    "SELECT zeroblob(2000000000)",
    "ATTACH '/tmp/x' AS x",
    "PRAGMA writable_schema=1",
    "SELECT randomblob(1e9) FROM records",
    "type:a OR (key:b",
    "((((((((((",
    "/(a+)+$/",
    "$.a[0].b:>1",
    "$.a:*",
    "@type",
    "@key",
    "$",
    "$.",
    "$..a",
    "$['a']",
    "not not not a",
    "stats count(*) by type",
    "where a | sort b | limit 99999999999",
    "stats p101(a)",
    "bucket 0s",
    "| | |",
    "{{uuid}} {{now}} {{seq}} {$.id}",
    "{{{{{{",
    "{{now:%%%%%Q}}",
    "{}",
    "[]",
    "[[[[",
    "{\"a\":",
    "\"",
    "{\"type\":\"A\"}",
    "apiVersion: kinescope/v1\nsaga: x\n",
    "a: &a [*a]",
    "- - - - -",
    "a,b\n1,2\n\"",
    "syntax = \"proto3\"; message A { A a = 1; }",
    "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"a\",\"type\":\"A\"}]}",
    "AAAA",
    "AAA",
    "=1+1",
    "%s%n%x",
    "${7*7}",
];
const NUMBERS: &[f64] = &[
    0.0,
    1.0,
    2.0,
    -1.0,
    0.5,
    -0.0,
    3.0,
    10.0,
    100.0,
    1000.0,
    1001.0,
    65_535.0,
    65_536.0,
    2_147_483_647.0,
    2_147_483_648.0,
    4_294_967_295.0,
    4_294_967_296.0,
    9_007_199_254_740_991.0,
    9_007_199_254_740_992.0,
    9_223_372_036_854_775_807.0,
    -9_223_372_036_854_775_808.0,
    18_446_744_073_709_551_615.0,
    1e20,
    1e308,
    -1e308,
    5e-324,
    1_767_225_600_000.0,
    253_402_300_800_000.0,
    -62_135_596_800_001.0,
];

/// A command with its arguments.
pub fn call(interface: &Interface, known: &Known, random: &mut StdRng) -> (String, Value) {
    let command = interface
        .commands
        .choose(random)
        .expect("there are commands");
    (
        command.name.clone(),
        arguments(interface, command, known, random),
    )
}

fn arguments(
    interface: &Interface,
    command: &Command,
    known: &Known,
    random: &mut StdRng,
) -> Value {
    if random.random_ratio(1, 60) {
        return [json!(null), json!([]), json!("args"), json!(7), nested()]
            .choose(random)
            .cloned()
            .unwrap_or_default();
    }
    let mut all = Map::new();
    for (name, shape) in &command.takes {
        if random.random_ratio(1, 40) {
            continue;
        }
        all.insert(
            name.clone(),
            value(interface, known, name, shape, random, 0),
        );
    }
    if random.random_ratio(1, 20) {
        let extra = [
            "window",
            "app",
            "state",
            "__proto__",
            "constructor",
            "cmd",
            "callback",
        ];
        all.insert(
            (*extra.choose(random).expect("a name")).to_owned(),
            hostile(random),
        );
    }
    Value::Object(all)
}

fn value(
    interface: &Interface,
    known: &Known,
    name: &str,
    shape: &Shape,
    random: &mut StdRng,
    depth: usize,
) -> Value {
    if random.random_ratio(1, 25) {
        return hostile(random);
    }
    let inner = |name: &str, shape: &Shape, random: &mut StdRng| {
        value(interface, known, name, shape, random, depth + 1)
    };
    match shape {
        Shape::Null => Value::Null,
        Shape::Bool => random.random_bool(0.5).into(),
        Shape::Literal(text) => text.clone().into(),
        Shape::Channel => format!("__CHANNEL__:{}", random.random::<u32>()).into(),
        Shape::Text | Shape::Number => leaf(known, name, shape, random),
        Shape::OneOf(all) => inner(name, all.choose(random).unwrap_or(&Shape::Null), random),
        Shape::List(of) => {
            let long = [0, 1, 1, 2, 3, 40];
            let count = if depth > 3 {
                0
            } else {
                *long.choose(random).expect("a length")
            };
            let singular = name.strip_suffix('s').unwrap_or(name);
            (0..count).map(|_| inner(singular, of, random)).collect()
        }
        Shape::Members(members) => {
            let mut all = Map::new();
            for (name, shape) in members {
                if !random.random_ratio(1, 50) {
                    all.insert(name.clone(), inner(name, shape, random));
                }
            }
            Value::Object(all)
        }
        Shape::Named(_) if depth > 8 => Value::Null,
        Shape::Named(named) => inner(name, &interface.types[named], random),
    }
}

/// Half of the time something that exists, where that is known.
fn leaf(known: &Known, name: &str, shape: &Shape, random: &mut StdRng) -> Value {
    if let Some(exist) = known.get(name).and_then(Value::as_array)
        && random.random_bool(0.6)
    {
        return exist.choose(random).cloned().unwrap_or_default();
    }
    match shape {
        Shape::Number => json!(NUMBERS.choose(random)),
        _ => text(random).into(),
    }
}

fn text(random: &mut StdRng) -> String {
    let one = *TEXTS.choose(random).expect("a text");
    match random.random_range(0..40) {
        0 => one.repeat(1 + 20_000 / (one.len() + 1)),
        1 => format!("{one}{}", TEXTS.choose(random).expect("a text")),
        2 => {
            char::from_u32(random.random_range(0..0x11_0000)).map_or_else(String::new, String::from)
        }
        _ => one.to_owned(),
    }
}

/// Of any type, whatever was asked for.
fn hostile(random: &mut StdRng) -> Value {
    match random.random_range(0..12) {
        0 => Value::Null,
        1 => random.random_bool(0.5).into(),
        2..=4 => text(random).into(),
        5 => json!(NUMBERS.choose(random)),
        6 => json!(random.random::<u64>()),
        7 => json!([hostile(random), hostile(random)]),
        8 => json!({"kind": text(random), "value": hostile(random)}),
        9 => json!({"__proto__": {"polluted": true}, "constructor": null}),
        10 => json!(vec![0; 2000]),
        _ => nested(),
    }
}

fn nested() -> Value {
    (0..DEPTH).fold(json!(1), |inner, _| json!([inner]))
}

#[test]
fn the_same_source_makes_the_same_calls_and_all_commands_are_called() {
    use rand::SeedableRng;
    let interface = Interface::of_the_window();
    let made = || {
        let mut random = StdRng::seed_from_u64(7);
        let call = |_| call(&interface, &Known::new(), &mut random);
        (0..4000).map(call).collect::<Vec<_>>()
    };
    let calls = made();
    assert_eq!(calls, made());
    for command in &interface.commands {
        assert!(
            calls.iter().any(|(name, _)| *name == command.name),
            "{} is not called",
            command.name
        );
    }
}
