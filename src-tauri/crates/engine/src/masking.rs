//! The person's masking rules: which there are, whether they are on, and whether this session shows true values.
//!
//! They are kept in one private file of the settings folder. One that cannot be read hides everything, and is not
//! written over: a rule that was lost would show what it hid. Whatever shows more than before needs a yes in the
//! native dialog, and is written down before it holds.

use crate::{
    DialogAnswer, Engine, EngineError, Masks,
    engine::{blocking, locked, now},
    private_file,
};
use decode::Path as JsonPath;
use query::{MaskError, MaskProblem, MaskRule};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    hash::RandomState,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, RwLock},
};

const FILE_NAME: &str = "masks.json";
const LOG_NAME: &str = "unmasking.log";
/// Each is looked for in every payload that is shown.
const MOST_RULES: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MaskKind {
    /// `$.customer.email`, from the record's root or from the root of what an envelope carries.
    Path,
    /// A member of any object, in any case; also `partitionKey` and `type`, which are the record's own.
    Name,
    /// A regular expression, within keys and values and in other text.
    Pattern,
}

/// One rule, known by its kind and its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMask {
    pub kind: MaskKind,
    pub text: String,
    pub is_on: bool,
}

/// How masking stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    pub rules: Vec<KeptMask>,
    /// This session shows true values, whatever the rules say.
    pub is_lifted: bool,
    /// Why the rules cannot be read: everything is hidden.
    pub problem: Option<String>,
}

/// What shows more than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmasking {
    /// All, until this session ends.
    Session,
    SwitchOff(MaskKind, String),
    Remove(MaskKind, String),
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Written {
    masks: Vec<KeptMask>,
}

/// A line of the log.
#[derive(Serialize)]
struct Logged<'a> {
    at: String,
    what: &'a str,
    kind: Option<MaskKind>,
    rule: Option<&'a str>,
}

pub(crate) struct Masking {
    /// Where rules are kept; for this run only without one.
    folder: Option<PathBuf>,
    held: Mutex<Masked>,
    /// One change at a time.
    changing: Mutex<()>,
    in_force: RwLock<Masks>,
    salt: RandomState,
}

impl Masking {
    pub fn new(folder: Option<&Path>) -> Self {
        let mut masked = Masked::default();
        match folder.map(|folder| read(&folder.join(FILE_NAME))) {
            Some(Ok(written)) => masked.rules = written.masks,
            Some(Err(error)) => masked.problem = Some(error),
            None => {}
        }
        let masking = Self {
            folder: folder.map(Path::to_owned),
            held: Mutex::default(),
            changing: Mutex::default(),
            in_force: RwLock::default(),
            salt: RandomState::new(),
        };
        masking.take(masked);
        masking
    }

    pub fn in_force(&self) -> Masks {
        let held = self.in_force.read();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is told, and what holds, as one change.
    fn take(&self, mut masked: Masked) {
        let rules = match compiled(&masked.rules, self.salt.clone()) {
            _ if masked.is_lifted => query::Masks::default(),
            Ok(rules) if masked.problem.is_none() => rules,
            Ok(_) => query::Masks::of_everything(self.salt.clone()),
            Err(error) => {
                masked.problem.get_or_insert(error.to_string());
                query::Masks::of_everything(self.salt.clone())
            }
        };
        if let Some(problem) = &masked.problem {
            tracing::error!(
                problem,
                "the masking rules cannot be used: everything is hidden"
            );
        }
        let mut held = locked(&self.held);
        let in_force = self.in_force.write();
        let mut in_force = in_force.unwrap_or_else(PoisonError::into_inner);
        *in_force = Masks::new(rules, in_force.revision() + 1);
        *held = masked;
    }

    /// Kept before it holds.
    fn change(
        &self,
        change: impl FnOnce(&mut Masked) -> Result<(), EngineError>,
    ) -> Result<Masked, EngineError> {
        let _alone = locked(&self.changing);
        let before = locked(&self.held).clone();
        let mut after = before.clone();
        change(&mut after)?;
        if after.rules != before.rules {
            if let Some(problem) = before.problem {
                return Err(EngineError::Input(format!(
                    "the masking rules cannot be read, and are not written over: {problem}"
                )));
            }
            compiled(&after.rules, self.salt.clone()).map_err(unusable)?;
            self.write(&after.rules)?;
        }
        self.take(after.clone());
        Ok(after)
    }

    fn write(&self, rules: &[KeptMask]) -> Result<(), EngineError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let path = folder.join(FILE_NAME);
        let masks = rules.to_vec();
        private_file::write(&path, &Written { masks })
            .map_err(|error| EngineError::File { path, error })
    }

    /// A line that is on the disk, or an error: then nothing is shown.
    fn log(&self, what: &Unmasking) -> Result<(), EngineError> {
        let (what, rule) = match what {
            Unmasking::Session => ("true values are shown in this session", None),
            Unmasking::SwitchOff(kind, text) => ("a rule is switched off", Some((*kind, text))),
            Unmasking::Remove(kind, text) => ("a rule is removed", Some((*kind, text))),
        };
        tracing::warn!("masking: {what}");
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let line = Logged {
            at: now().to_string(),
            what,
            kind: rule.map(|(kind, _)| kind),
            rule: rule.map(|(_, text)| &**text),
        };
        let path = folder.join(LOG_NAME);
        append(&path, &line).map_err(|error| EngineError::File { path, error })
    }
}

impl Engine {
    /// The rules that hold now.
    pub(crate) fn masks(&self) -> Masks {
        self.masking_rules().in_force()
    }

    pub fn masking(&self) -> Masked {
        locked(&self.masking_rules().held).clone()
    }

    /// Hides more from now on.
    ///
    /// # Errors
    /// [`EngineError::Filter`] with the place in the text, for what is no rule; [`EngineError::Input`] for one that is
    /// there already, or too many.
    pub async fn add_mask(&self, kind: MaskKind, text: String) -> Result<Masked, EngineError> {
        self.change_masks(move |masked| {
            let text = text.trim().to_owned();
            if find(masked, kind, &text).is_some() {
                return Err(EngineError::Input("there is such a rule".to_owned()));
            }
            if masked.rules.len() >= MOST_RULES {
                return Err(EngineError::Input(format!("at most {MOST_RULES} rules")));
            }
            let is_on = true;
            masked.rules.push(KeptMask { kind, text, is_on });
            Ok(())
        })
        .await
    }

    /// # Errors
    /// [`EngineError::Input`] where there is no such rule.
    pub async fn switch_mask_on(
        &self,
        kind: MaskKind,
        text: String,
    ) -> Result<Masked, EngineError> {
        self.change_masks(move |masked| {
            let rule = find(masked, kind, &text).ok_or_else(unknown)?;
            rule.is_on = true;
            Ok(())
        })
        .await
    }

    /// True values are hidden again.
    ///
    /// # Errors
    /// None of its own.
    pub async fn mask_again(&self) -> Result<Masked, EngineError> {
        self.change_masks(|masked| {
            masked.is_lifted = false;
            Ok(())
        })
        .await
    }

    /// Shows more than before, once a person said yes in the native dialog.
    ///
    /// # Errors
    /// [`EngineError::Input`] where there is no such rule; [`EngineError::File`] where it cannot be written down: then
    /// all stays hidden.
    pub async fn unmask(&self, what: Unmasking, _yes: DialogAnswer) -> Result<Masked, EngineError> {
        let engine = self.clone();
        self.change_masks(move |masked| {
            match &what {
                Unmasking::Session => masked.is_lifted = true,
                Unmasking::SwitchOff(kind, text) => {
                    find(masked, *kind, text).ok_or_else(unknown)?.is_on = false;
                }
                Unmasking::Remove(kind, text) => {
                    find(masked, *kind, text).ok_or_else(unknown)?;
                    let is_it = |rule: &KeptMask| rule.kind == *kind && rule.text == *text;
                    masked.rules.retain(|rule| !is_it(rule));
                }
            }
            engine.masking_rules().log(&what)
        })
        .await
    }

    /// What was made of payloads under other rules ends: boards, answers, and what is asked just now.
    async fn change_masks(
        &self,
        change: impl FnOnce(&mut Masked) -> Result<(), EngineError> + Send + 'static,
    ) -> Result<Masked, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let masked = engine.masking_rules().change(change)?;
            engine.boards().close_all();
            engine.saga_reads().end_all();
            engine.questions().close_all();
            Ok(masked)
        })
        .await?
    }
}

fn find<'m>(masked: &'m mut Masked, kind: MaskKind, text: &str) -> Option<&'m mut KeptMask> {
    let mut rules = masked.rules.iter_mut();
    rules.find(|rule| rule.kind == kind && rule.text == text)
}

fn unknown() -> EngineError {
    EngineError::Input("there is no such rule".to_owned())
}

fn compiled(rules: &[KeptMask], salt: RandomState) -> Result<query::Masks, Unusable> {
    // one that is off must be one, too: it can be switched on
    let all = rules.iter().map(rule).collect::<Result<Vec<_>, _>>()?;
    query::Masks::new(&all, salt.clone())?;
    let on = rules.iter().zip(all).filter(|(kept, _)| kept.is_on);
    let on: Vec<MaskRule> = on.map(|(_, rule)| rule).collect();
    Ok(query::Masks::new(&on, salt)?)
}

fn rule(kept: &KeptMask) -> Result<MaskRule, Unusable> {
    let text = kept.text.clone();
    Ok(match kept.kind {
        MaskKind::Path => MaskRule::Path(JsonPath::parse(&text).map_err(Unusable::Path)?),
        MaskKind::Name => MaskRule::Name(text),
        MaskKind::Pattern => MaskRule::Pattern(text),
    })
}

#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("{0}")]
    Path(decode::PathError),
    #[error(transparent)]
    Rule(#[from] MaskError),
}

fn unusable(error: Unusable) -> EngineError {
    match error {
        Unusable::Path(error) => EngineError::Filter {
            at: error.at..error.at,
            message: format!("expected {}", error.expected),
        },
        Unusable::Rule(MaskError {
            problem: MaskProblem::Pattern { at, message },
            ..
        }) => EngineError::Filter { at, message },
        Unusable::Rule(error) => EngineError::Input(error.problem.to_string()),
    }
}

/// No rules where there is no file.
fn read(path: &Path) -> Result<Written, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    match fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|error| told(&error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Written::default()),
        Err(error) => Err(told(&error)),
    }
}

fn append(path: &Path, line: &Logged<'_>) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(&text)?;
    file.sync_all()
}
