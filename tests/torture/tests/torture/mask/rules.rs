//! Fifty rules, each of which covers every value of the records, whatever lies around it.

use super::records::OF_KEY;
use engine::MaskKind;

#[derive(Debug)]
pub struct Rule {
    pub kind: MaskKind,
    pub text: &'static str,
    /// It names no more than the values.
    pub keeps_the_rest: bool,
}

const PATHS: [&str; 17] = [
    "$",
    "$.customer",
    "$.customer.card",
    "customer.card",
    "$['customer']['card']",
    "$.customer['card']",
    "$.detail.customer",
    "$.detail.customer.card",
    "$.data.customer.card",
    "$.body.customer.card",
    "$.new.customer",
    "$.new.customer.card",
    "$.old.customer.card",
    "$.dynamodb.NewImage.customer.card",
    "$.Message.customer.card",
    "$.requestPayload.customer",
    "$.Records[0].body.customer.card",
];
const NAMES: [&str; 8] = [
    "card", "Card", "CARD", "cArD", "customer", "Customer", "CUSTOMER", "cusTomer",
];
const PATTERNS: [&str; 25] = [
    "c4n4ry",
    "(?i)C4N4RY",
    "c4n4ry-[a-z]-[0-9a-f]+",
    "c4n4ry-.",
    "c4n4ry|other",
    r"\bc4n4ry\b",
    r"c\dn\dry",
    "c.n.r",
    "[c]4",
    "4n4",
    "n4ry-",
    "ry-[a-z]",
    "-[a-z]-",
    "(?:c4)(?:n4)ry",
    r"\w+-\w-\w+",
    r"[a-z]\d[a-z]\d[a-z]{2}-",
    "[[:alnum:]]{6}",
    r"\w{4,}",
    r"\p{Ll}4\p{Ll}4",
    "[0-9a-f]{16}",
    "c4n4ry-[^x]",
    r"\S+",
    "[^ ]{6,}",
    "(?s).{3,}",
    ".+",
];
/// They match whatever is as long.
const GREEDY: usize = 5;

pub fn rules() -> Vec<Rule> {
    let paths = PATHS
        .iter()
        .map(|text| (MaskKind::Path, *text, *text != "$"));
    let names = NAMES.iter().map(|text| (MaskKind::Name, *text, true));
    let patterns = PATTERNS.iter().enumerate().map(|(at, text)| {
        let keeps = at < PATTERNS.len() - GREEDY - 4 && !text.starts_with("(?s)");
        (MaskKind::Pattern, *text, keeps)
    });
    paths
        .chain(names)
        .chain(patterns)
        .map(|(kind, text, keeps_the_rest)| Rule {
            kind,
            text,
            keeps_the_rest,
        })
        .collect()
}

impl Rule {
    /// A partition key lies beside the payload: paths and names in it do not reach it.
    pub fn hides(&self, value: &str) -> bool {
        self.kind == MaskKind::Pattern || !value.starts_with(OF_KEY)
    }
}
