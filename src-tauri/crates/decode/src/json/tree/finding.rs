use super::*;
use proptest::prelude::*;

fn tree(json: &str) -> JsonTree {
    JsonTree::parse(json.as_bytes(), Caps::default()).expect("JSON")
}

fn paths(tree: &JsonTree, text: &str) -> String {
    let found = tree.find(text, 100);
    assert_eq!(found.total, found.nodes.len());
    let path = |&node: &u32| tree.path(node).expect("a path").to_string();
    found.nodes.iter().map(path).collect::<Vec<_>>().join(" ")
}

const ORDER: &str = r#"{"orderId":"ord-7","note":"J\u00f6rg paid ORD-7","lines":[{"sku":"A\"1"},{"sku":"b"}],"Amount":5129900000000000001}"#;

#[test]
fn names_and_values_are_found_in_any_case() {
    let tree = tree(ORDER);
    assert_eq!(paths(&tree, "ord-7"), "$.orderId $.note");
    assert_eq!(paths(&tree, "SKU"), "$.lines[0].sku $.lines[1].sku");
    assert_eq!(paths(&tree, "JÖRG"), "$.note");
    assert_eq!(paths(&tree, "a\"1"), "$.lines[0].sku");
    assert_eq!(paths(&tree, "29900"), "$.Amount");
    assert_eq!(
        paths(&tree, "\""),
        "$.lines[0].sku",
        "the quotes around a text are not of it"
    );
    assert_eq!(paths(&tree, "{"), "", "nor is what stands around values");
    assert_eq!(paths(&tree, ""), "");
}

#[test]
fn more_than_is_listed_is_counted() {
    let many = format!("[{}]", vec!["\"x\""; 50].join(","));
    let found = tree(&many).find("x", 3);
    assert_eq!((found.nodes, found.total), (vec![1, 2, 3], 50));
}

#[test]
fn a_byte_belongs_to_the_innermost_value_around_it() {
    let tree = tree(ORDER);
    let at = |text: &str| {
        let node = tree.node_at(ORDER.find(text).expect("it is there"));
        tree.path(node.expect("a node"))
            .expect("a path")
            .to_string()
    };
    assert_eq!(at("orderId"), "$.orderId", "its name, too");
    assert_eq!(at("ord-7"), "$.orderId");
    assert_eq!(
        at(",\"note"),
        "$",
        "what stands between is of what is around"
    );
    assert_eq!(at("{\"sku\":\"b\""), "$.lines[1]");
    assert_eq!(at("]"), "$.lines");
    assert_eq!(tree.node_at(ORDER.len()), None);
}

#[test]
fn a_place_unfolds_what_is_around_it_and_nothing_else() {
    let tree = tree(ORDER);
    let node = tree.find("a\"1", 1).nodes[0];
    let place = tree.place(&Expansion::to_depth(1), node).expect("a place");
    let rows = tree.rows(&place.expansion, 0, 100);
    assert_eq!(rows.rows[place.row].node, node);
    assert_eq!(rows.total, 8, "the other line stays folded");
    let folded = Expansion {
        depth: 9,
        toggled: [0].into(),
    };
    let place = tree.place(&folded, node).expect("a place");
    assert!(place.expansion.toggled.is_empty());
    assert_eq!(tree.place(&folded, 99), None);
}

proptest! {
    #[test]
    fn whatever_is_unfolded_every_node_has_its_row(
        depth in 0..4_usize,
        toggled in proptest::collection::hash_set(0..9_u32, 0..5),
        node in 0..9_u32,
    ) {
        let tree = tree(ORDER);
        let place = tree.place(&Expansion { depth, toggled }, node).expect("a place");
        let rows = tree.rows(&place.expansion, place.row, 1);
        prop_assert_eq!(rows.rows[0].node, node);
        let span = rows.rows[0].span.clone();
        prop_assert_eq!(tree.node_at(span.start), Some(node));
    }
}
