//! Templates that a person saved: a payload, what it is, and a key.

use super::plan::FormatWord;
use crate::{Engine, EngineError, engine::now};
use publish::{Encoding, MessageFormat};
use serde::{Deserialize, Serialize};
use store::{SavedTemplate, Store, StoreError};

const NAME_CHARS_MAX: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub name: String,
    pub text: String,
    pub format: MessageFormat,
    pub key: String,
    /// Nothing in text and key stands for anything else.
    pub is_literal: bool,
    pub encoding: Encoding,
}

/// As it is kept beside name and key.
#[derive(Serialize, Deserialize)]
struct Body {
    format: FormatWord,
    text: String,
    #[serde(default)]
    is_literal: bool,
    #[serde(default)]
    encoding: Encoding,
}

impl Body {
    fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a template is plain data")
    }
}

impl Engine {
    /// By name.
    pub async fn templates(&self) -> Result<Vec<Template>, EngineError> {
        let saved = self.ask(Store::templates).await?;
        saved.into_iter().map(template).collect()
    }

    /// An earlier one of its name is replaced.
    pub async fn save_template(&self, template: Template) -> Result<(), EngineError> {
        let name = template.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
            let what = format!("a template's name has 1 to {NAME_CHARS_MAX} characters");
            return Err(EngineError::Input(what));
        }
        let body = Body {
            format: template.format.into(),
            text: template.text,
            is_literal: template.is_literal,
            encoding: template.encoding,
        };
        let saved = SavedTemplate {
            name,
            partition_key: template.key,
            body: body.to_json(),
            saved_at: now(),
        };
        self.ask(move |store| store.save_template(&saved)).await
    }

    pub async fn delete_template(&self, name: String) -> Result<(), EngineError> {
        self.ask(move |store| store.remove_template(&name)).await
    }
}

fn template(saved: SavedTemplate) -> Result<Template, EngineError> {
    let body: Body = serde_json::from_str(&saved.body).map_err(|error| {
        let what = format!("the template {} cannot be read: {error}", saved.name);
        EngineError::Store(StoreError::Damaged { what })
    })?;
    Ok(Template {
        name: saved.name,
        text: body.text,
        format: body.format.into(),
        key: saved.partition_key,
        is_literal: body.is_literal,
        encoding: body.encoding,
    })
}
