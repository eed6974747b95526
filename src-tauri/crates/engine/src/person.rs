//! What a person keeps in small files of their own, whatever the workspace: texts that were asked, columns, connections.

use crate::{Engine, columns::Layouts, known_connections::KnownConnections, texts::Texts};
use std::path::Path;

pub(crate) struct Person {
    texts: Texts,
    layouts: Layouts,
    known: KnownConnections,
}

impl Person {
    /// For this run only where there is no folder for settings.
    pub fn new(folder: Option<&Path>) -> Self {
        Self {
            texts: Texts::new(folder),
            layouts: Layouts::new(folder),
            known: KnownConnections::new(folder),
        }
    }
}

impl Engine {
    pub(crate) fn texts(&self) -> &Texts {
        &self.person().texts
    }

    pub(crate) fn layouts(&self) -> &Layouts {
        &self.person().layouts
    }

    pub(crate) fn known(&self) -> &KnownConnections {
        &self.person().known
    }
}
