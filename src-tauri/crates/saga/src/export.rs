//! Sagas for other tools: Mermaid, JSON and traces without payloads, and an HTML page with them.

mod html;
mod json;
mod mermaid;
pub mod otlp;

pub use html::{Payload, Shown, html};
pub use json::json;
pub use mermaid::mermaid;
