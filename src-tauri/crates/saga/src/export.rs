//! One saga as text for other tools: Mermaid and JSON. Payloads are not in it.

mod json;
mod mermaid;

pub use json::json;
pub use mermaid::mermaid;
