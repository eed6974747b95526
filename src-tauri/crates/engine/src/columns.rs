//! Which columns a person gave the record table of a stream: their order, widths and pins. Remembered for each set of
//! streams that is looked at together, in one private file of the person's settings and not in the workspace: the same
//! stream has the same columns in every workspace, and the paths name what the person looks for.
//!
//! What a column shows is the view's page; what the columns of the product are called is the window's affair. An id is
//! kept as it is told: one that a later version does not know is passed over there.

use crate::{Engine, EngineError, ViewId, engine::blocking, private_file::Personal};
use decode::Path as JsonPath;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, path::Path};

const WHAT: &str = "the columns of the record table";
const FILE_NAME: &str = "columns.json";
/// The longest unchanged goes first.
const MOST_LAYOUTS: usize = 200;
const MOST_COLUMNS: usize = 100;
const MOST_ID_CHARS: usize = 1_000;

/// One column, shown or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptColumn {
    /// A name of the window's, or a path from `$` on.
    pub id: String,
    /// The window's own width where there is none.
    pub width_px: Option<u32>,
    pub is_pinned: bool,
    pub is_shown: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnLayout {
    /// The ARNs of the streams that are looked at together, sorted.
    pub streams: Vec<String>,
    /// In their order; none where nothing was chosen.
    pub columns: Vec<KeptColumn>,
}

/// The file, as it is written: the layouts, the latest changed first.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Written {
    layouts: Vec<ColumnLayout>,
}

pub(crate) struct Layouts(Personal<Written>);

impl Layouts {
    pub fn new(folder: Option<&Path>) -> Self {
        Self(Personal::new(folder, FILE_NAME, WHAT))
    }

    fn of(&self, streams: Vec<String>) -> ColumnLayout {
        let layouts = self.0.read().layouts.into_iter();
        let mut known = layouts.filter(|layout| layout.streams == streams);
        known.next().unwrap_or(ColumnLayout {
            streams,
            columns: Vec::new(),
        })
    }

    fn keep(&self, layout: ColumnLayout) -> Result<(), EngineError> {
        self.0.change(|written| {
            let layouts = &mut written.layouts;
            layouts.retain(|known| known.streams != layout.streams);
            if !layout.columns.is_empty() {
                layouts.insert(0, layout);
            }
            layouts.truncate(MOST_LAYOUTS);
            Ok(())
        })
    }
}

impl Engine {
    /// The columns that were chosen for the streams of a view.
    pub async fn kept_columns(&self, view: ViewId) -> Result<ColumnLayout, EngineError> {
        let lanes = self.views().lanes_of(view)?;
        let engine = self.clone();
        blocking(move || {
            let names = engine.names_of(lanes.iter().copied())?;
            let arns = lanes.iter().filter_map(|lane| names.get(lane));
            let streams: BTreeSet<String> = arns.map(|shard| shard.arn.to_string()).collect();
            Ok(engine.layouts().of(streams.into_iter().collect()))
        })
        .await?
    }

    /// In the place of what was chosen for these streams before; no columns forget it.
    ///
    /// # Errors
    /// [`EngineError::Input`] for more columns than can be kept, or an id that is too long.
    pub async fn keep_columns(&self, layout: ColumnLayout) -> Result<(), EngineError> {
        let is_long = |column: &KeptColumn| column.id.chars().count() > MOST_ID_CHARS;
        if layout.columns.len() > MOST_COLUMNS || layout.columns.iter().any(is_long) {
            return Err(EngineError::Input(format!(
                "at most {MOST_COLUMNS} columns, each with a path of at most {MOST_ID_CHARS} characters"
            )));
        }
        let engine = self.clone();
        blocking(move || engine.layouts().keep(layout)).await?
    }

    /// A typed path as it is written in full, from `$` on.
    ///
    /// # Errors
    /// [`EngineError::Input`] with what was expected where.
    pub fn read_path(&self, text: &str) -> Result<String, EngineError> {
        let text = text.trim();
        let path = JsonPath::parse(text).map_err(|error| {
            let before = text[..error.at].chars().count();
            EngineError::Input(format!("{error} after {before} characters"))
        })?;
        Ok(path.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(stream: &str, ids: &[&str]) -> ColumnLayout {
        let column = |id: &&str| KeptColumn {
            id: (*id).to_owned(),
            width_px: Some(120),
            is_pinned: *id == "time",
            is_shown: true,
        };
        ColumnLayout {
            streams: vec![stream.to_owned()],
            columns: ids.iter().map(column).collect(),
        }
    }

    #[test]
    fn columns_are_there_after_a_restart_for_their_streams_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let layouts = Layouts::new(Some(folder.path()));
        layouts.keep(layout("a", &["time"])).expect("kept");
        let wanted = layout("a", &["time", "$.amount", "of a later version"]);
        layouts.keep(wanted.clone()).expect("kept");
        layouts.keep(layout("b", &["key"])).expect("kept");
        let later = Layouts::new(Some(folder.path()));
        assert_eq!(later.of(vec!["a".to_owned()]), wanted);
        let both = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(later.of(both).columns, []);
        // chosen again as at the beginning
        later.keep(layout("a", &[])).expect("kept");
        assert_eq!(layouts.of(vec!["a".to_owned()]).columns, []);
        assert_eq!(layouts.0.read().layouts.len(), 1);
    }

    #[test]
    fn the_longest_unchanged_goes_first() {
        let layouts = Layouts::new(None);
        for stream in 0..=MOST_LAYOUTS {
            layouts
                .keep(layout(&stream.to_string(), &["key"]))
                .expect("kept");
        }
        assert_eq!(layouts.of(vec!["0".to_owned()]).columns, []);
        assert_eq!(layouts.of(vec!["1".to_owned()]).columns.len(), 1);
    }
}
