//! The names of layers, as a pipeline stores them.

use decode::LayerKind;

pub fn name(kind: LayerKind) -> String {
    let json = serde_json::to_string(&kind).expect("a name");
    json.trim_matches('"').to_owned()
}
