use super::*;
use proptest::prelude::*;
use std::{collections::HashSet, fmt::Write};

const NO_CAPS: Caps = Caps {
    nodes: usize::MAX,
    depth: usize::MAX,
    bytes: usize::MAX,
};

fn tree(json: &str) -> JsonTree {
    JsonTree::parse(json.as_bytes(), Caps::default()).expect("JSON")
}

/// The rows as a person sees them.
fn seen(tree: &JsonTree, expansion: &Expansion) -> String {
    let page = tree.rows(expansion, 0, 1_000);
    assert_eq!(page.total, page.rows.len());
    page.rows.iter().fold(String::new(), |mut seen, row| {
        let mark = match (row.kind, row.expanded) {
            (NodeKind::Object | NodeKind::Array, true) => "▾",
            (NodeKind::Object | NodeKind::Array, false) => "▸",
            _ => "·",
        };
        let name = row
            .key
            .clone()
            .or(row.index.map(|index| format!("[{index}]")))
            .unwrap_or_default();
        let path = row.path.as_deref().unwrap_or("?");
        let _ = writeln!(
            seen,
            "{:indent$}{mark} {name} {} {}  {path}",
            "",
            row.text,
            row.children,
            indent = row.depth * 2
        );
        seen
    })
}

#[test]
fn rows_show_the_source_and_the_way_to_it() {
    let json = r#"{"id":5129900000000000001,"customer":{"id":42,"first name":"J\u00f6"},"lines":[{"sku":"A-1"},[],1.50E+3,null],"id":true}"#;
    insta::assert_snapshot!(seen(&tree(json), &Expansion::to_depth(9)), @r#"
    ▾   4  $
      · id 5129900000000000001 0  $.id
      ▾ customer  2  $.customer
        · id 42 0  $.customer.id
        · first name "J\u00f6" 0  $.customer['first name']
      ▾ lines  4  $.lines
        ▾ [0]  1  $.lines[0]
          · sku "A-1" 0  $.lines[0].sku
        ▾ [1]  0  $.lines[1]
        · [2] 1.50E+3 0  $.lines[2]
        · [3] null 0  $.lines[3]
      · id true 0  $.id
    "#);
}

#[test]
fn folding_hides_what_is_within() {
    let tree = tree(r#"{"a":{"b":{"c":1}},"d":[1,2]}"#);
    insta::assert_snapshot!(seen(&tree, &Expansion::default()), @r#"▸  {"a":{"b":{"c":1}},"d":[1,2]} 2  $"#);
    insta::assert_snapshot!(seen(&tree, &Expansion::to_depth(1)), @r#"
    ▾   2  $
      ▸ a {"b":{"c":1}} 1  $.a
      ▸ d [1,2] 2  $.d
    "#);
    // opened: `a` and what it holds; closed: nothing. 99 is no node, 3 is a scalar
    let toggled = HashSet::from([1, 2, 3, 99]);
    insta::assert_snapshot!(seen(&tree, &Expansion { depth: 1, toggled }), @"
    ▾   2  $
      ▾ a  1  $.a
        ▾ b  1  $.a.b
          · c 1 0  $.a.b.c
      ▸ d [1,2] 2  $.d
    ");
}

#[test]
fn what_is_no_text_is_shown_and_not_hidden() {
    let json = b"[\"\\ud800 \xFF \xE2\x80\xAE\", \"\\u0000\"]".to_vec();
    let tree = JsonTree::parse(json, Caps::default()).expect("JSON");
    let texts: Vec<_> = tree
        .rows(&Expansion::to_depth(1), 1, 9)
        .rows
        .into_iter()
        .map(|row| row.text)
        .collect();
    assert_eq!(texts, [r#""\ud800 \xFF \u{202E}""#, r#""\u0000""#]);
}

#[test]
fn numbers_of_400_digits_keep_every_digit() {
    let digits = "1234567890".repeat(40);
    let row = tree(&format!("[-{digits}.{digits}e-{digits}]"))
        .rows(&Expansion::to_depth(1), 1, 1)
        .rows
        .remove(0);
    assert_eq!(
        (row.text, row.is_cut),
        (
            format!("-{digits}.{digits}e-{digits}")[..1_024].to_owned(),
            true
        )
    );
    let row = tree(&digits)
        .rows(&Expansion::default(), 0, 1)
        .rows
        .remove(0);
    assert_eq!(
        (row.text, row.is_cut, row.kind),
        (digits, false, NodeKind::Number)
    );
}

#[test]
fn what_is_no_json_is_a_fault() {
    let fault = JsonTree::parse(&b"{\"a\": 1"[..], Caps::default())
        .map(|_| ())
        .expect_err("a fault");
    insta::assert_snapshot!(fault, @"the text ends too early, at byte 7");
    assert!(JsonTree::parse(&b""[..], Caps::default()).is_err());
}

#[test]
fn ten_thousand_levels_are_no_trouble() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let tree = tree(&deep);
    let page = tree.rows(&Expansion::to_depth(usize::MAX), 9_900, 200);
    assert_eq!(
        (page.total, page.rows.len(), page.stop),
        (10_000, 100, None)
    );
    assert_eq!((page.rows[99].depth, &page.rows[99].path), (9_999, &None));
    let path = tree.path(9_999).expect("a node");
    assert_eq!(
        (path.segments().len(), tree.lookup(&path)),
        (9_999, Some(9_999))
    );
    drop(tree);
    let objects = r#"{"a":"#.repeat(10_000) + "1" + &"}".repeat(10_000);
    assert_eq!(super::tests::tree(&objects).node_count(), 10_001);
}

#[test]
fn caps_end_the_tree_and_say_where() {
    let json = r#"{"a":[1,2,3],"b":{"c":4}}"#;
    let stopped = |caps| {
        let tree = JsonTree::parse(json.as_bytes(), caps).expect("JSON");
        let stop = tree.stop().map(|stop| (stop.at, stop.limit));
        (
            tree.node_count(),
            stop,
            tree.rows(&Expansion::to_depth(9), 0, 99).total,
        )
    };
    assert_eq!(stopped(NO_CAPS), (7, None, 7));
    assert_eq!(
        stopped(Caps {
            nodes: 4,
            ..NO_CAPS
        }),
        (4, Some((10, Limit::Nodes)), 4)
    );
    assert_eq!(
        stopped(Caps {
            depth: 2,
            ..NO_CAPS
        }),
        (2, Some((6, Limit::Depth)), 2)
    );
    assert_eq!(
        stopped(Caps {
            bytes: 9,
            ..NO_CAPS
        }),
        (3, Some((8, Limit::Bytes)), 3)
    );
    assert_eq!(
        stopped(Caps {
            bytes: 0,
            ..NO_CAPS
        }),
        (0, Some((0, Limit::Bytes)), 0)
    );
    assert_eq!(
        stopped(Caps {
            nodes: 0,
            ..NO_CAPS
        })
        .0,
        0
    );
}

#[test]
fn lookups_take_the_first_of_duplicates_and_any_spelling() {
    let tree = tree(r#"{"a":1,"\u0061":2,"b":[0,{"c":3}]}"#);
    let node = |path: &str| tree.lookup(&Path::parse(path).expect("a path"));
    assert_eq!(
        (node("a"), node("b[1].c"), node("$")),
        (Some(1), Some(6), Some(0))
    );
    assert_eq!((node("b[2]"), node("a.x"), node("b.c")), (None, None, None));
    assert_eq!(tree.source(6), Some(&b"3"[..]));
    assert_eq!((tree.source(99), tree.path(99)), (None, None));
}

#[test]
fn long_values_are_cut_and_that_is_said() {
    let long = format!(r#"{{"{0}":"{0}"}}"#, "é".repeat(600_000));
    let row = tree(&long)
        .rows(&Expansion::to_depth(1), 1, 1)
        .rows
        .remove(0);
    assert_eq!(
        (
            row.text.chars().count(),
            row.key.map(|key| key.chars().count())
        ),
        (1_024, Some(1_024))
    );
    assert!(row.is_cut && row.path.is_none() && row.span.len() == 1_200_002);
}

/// Documents of any shape, as `serde_json` values.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// What must be seen, by the definition of folding: the plain recursive walk.
fn expected_rows(tree: &JsonTree, node: u32, expansion: &Expansion, rows: &mut Vec<u32>) {
    rows.push(node);
    let is_above = (tree.node(node).depth as usize) < expansion.depth;
    if is_above != expansion.toggled.contains(&node) {
        for child in tree.children(node) {
            expected_rows(tree, child, expansion, rows);
        }
    }
}

proptest! {
    #[test]
    fn every_node_is_the_value_that_serde_finds_at_its_path(value in any_json(), is_pretty in any::<bool>()) {
        let json = if is_pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) };
        let tree = JsonTree::parse(json.expect("JSON"), Caps::default()).expect("JSON");
        for node in 0..tree.node_count() as u32 {
            let path = tree.path(node).expect("a node");
            let mut expected = &value;
            for segment in path.segments() {
                expected = match segment {
                    Segment::Key(key) => &expected[key],
                    Segment::Index(index) => &expected[index],
                };
            }
            let source = tree.source(node).expect("a node");
            prop_assert_eq!(&serde_json::from_slice::<serde_json::Value>(source).expect("JSON"), expected);
            prop_assert_eq!(tree.lookup(&path), Some(node));
        }
    }

    #[test]
    fn pages_are_the_rows_that_are_unfolded(
        value in any_json(),
        depth in 0usize..5,
        toggled in proptest::collection::hash_set(0u32..40, 0..8),
        first in 0usize..30,
        count in 0usize..30,
    ) {
        let tree = JsonTree::parse(serde_json::to_vec(&value).expect("JSON"), Caps::default()).expect("JSON");
        let expansion = Expansion { depth, toggled };
        let mut expected = Vec::new();
        expected_rows(&tree, 0, &expansion, &mut expected);
        let page = tree.rows(&expansion, first, count);
        let nodes: Vec<_> = page.rows.iter().map(|row| row.node).collect();
        prop_assert_eq!(page.total, expected.len());
        prop_assert_eq!(nodes, expected.into_iter().skip(first).take(count).collect::<Vec<_>>());
    }

    #[test]
    fn no_bytes_and_no_caps_make_it_panic(
        bytes in r#"([\[\]{},:]|"a"|12|\\|true){0,20}"#,
        nodes in 0usize..9,
        depth in 0usize..5,
        cap in 0usize..30,
    ) {
        if let Ok(tree) = JsonTree::parse(bytes.into_bytes(), Caps { nodes, depth, bytes: cap }) {
            tree.rows(&Expansion::to_depth(3), 0, 99);
            tree.pretty(20);
        }
    }
}

#[test]
fn a_node_is_found_by_where_its_value_begins() {
    let tree = tree(r#" {"a":{"b":[1,"x"]}} "#);
    let path = |at| Some(tree.path(tree.beginning_at(at)?)?.to_string());
    assert_eq!(path(1).as_deref(), Some("$"));
    assert_eq!(path(6).as_deref(), Some("$.a"));
    assert_eq!(path(14).as_deref(), Some("$.a.b[1]"));
    assert_eq!(path(2), None, "a key is no value");
}
