//! How much of what is stored has search text. It builds none: that goes on behind the writer.

use crate::{Engine, EngineError};
pub use store::SearchText;

impl Engine {
    pub async fn search_text(&self) -> Result<SearchText, EngineError> {
        self.ask(store::Store::search_text).await
    }
}
