//! Opening the target of a replay: a stream under its grant, a file, a function; and starting the delivery
//! into it.

use super::{KeptReplay, PlanId, invoking::Invoking, kept::KeptStream, wanted::KeptInto};
use crate::{
    Engine, EngineError,
    engine::{blocking, now},
};
use kinesis::{Function, Grant, Identity};
use publish::{Delivery, KinesisTarget, OrderOptions, ShardMap, Target};
use replay::{
    FileTarget, LambdaTarget, PaceDial, ReplaySource, TargetShards, WrittenLines, shard_names,
};
use std::path::Path;
use store::{DeliveryClaim, DeliveryId, DeliveryKind, NewDelivery};

/// What events say about who polled the stream: Lambda needs some role there.
const INVOKE_IDENTITY: &str = "arn:aws:iam::000000000000:role/kinescope-replay";

/// A runtime interface emulator refuses an invocation beside another one.
const AT_ONCE_EMULATED: usize = 1;

/// What a person allowed.
#[derive(Debug)]
pub enum Permission {
    /// Enough for a file that was chosen in a native dialog.
    Nothing,
    Write(Grant),
    Invoke(Box<Invoking>),
}

/// A target with what it needs to be opened.
pub(super) enum Opened {
    Stream(Box<KinesisTarget>, Grant),
    File,
    Function(LambdaTarget),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    First,
    Again,
}

impl Engine {
    pub(super) fn new_delivery(
        &self,
        plan: &PlanId,
        kept: &KeptReplay,
        opened: &Opened,
    ) -> Result<NewDelivery, EngineError> {
        let caller = match (opened, &kept.into) {
            (Opened::Stream(_, grant), _) => caller(grant.target().caller()),
            (_, KeptInto::Function { through, .. }) => {
                let id = self.through(through);
                let opened = id.map(|id| self.connection(id)).transpose()?;
                opened.map_or_else(String::new, |opened| caller(&opened.identity))
            }
            _ => String::new(),
        };
        Ok(NewDelivery {
            token: plan.to_string(),
            kind: DeliveryKind::Replay,
            created_at: now(),
            caller,
            target: target_words(kept, opened),
            target_stream: kept.target.as_ref().and_then(KeptStream::identity),
            order: format!("{:?}", kept.setup.order).to_lowercase(),
            plan: kept.to_json()?,
            composed: None,
        })
    }

    /// Looks again at what may be written, and refuses what is not what was planned.
    pub(super) async fn open_target(
        &self,
        kept: &KeptReplay,
        permission: Permission,
        beginning: Beginning,
    ) -> Result<Opened, EngineError> {
        match (&kept.into, permission) {
            (KeptInto::Stream { through, stream }, Permission::Write(grant)) => {
                let planned = kept.target.as_ref().and_then(KeptStream::identity);
                if planned.as_ref() != Some(grant.target().stream()) {
                    return Err(EngineError::Input(format!(
                        "the permission is for {}, and this replay goes to {stream} as it was planned: plan it again",
                        grant.target().name()
                    )));
                }
                let connection = self.require_through(through, stream)?;
                let connection = self.connection(connection)?.connection;
                let sources = kept.source_streams();
                let target = KinesisTarget::open(connection, grant.clone(), &sources).await?;
                Ok(Opened::Stream(Box::new(target), grant))
            }
            (KeptInto::File { path, .. }, Permission::Nothing) => {
                // a replay takes what is stored: into a stream it is a copy, in a file it would be looked at
                if !self.masks().is_empty() {
                    return Err(EngineError::Input(
                        "masking is on, and this file would hold true values: export the capture, or show true values in this session first"
                            .to_owned(),
                    ));
                }
                // also where it goes on: a workspace from elsewhere may name any file
                let is_chosen = match beginning {
                    Beginning::First => self.replays().lock().files.contains(path),
                    Beginning::Again => self.may_go_on_in_file(path),
                };
                if is_chosen {
                    return Ok(Opened::File);
                }
                Err(EngineError::Input(format!(
                    "{} was not chosen in this run of the program: choose the file again",
                    path.display()
                )))
            }
            (
                KeptInto::Function { .. } | KeptInto::LocalFunction { .. },
                Permission::Invoke(invoking),
            ) => {
                if invoking.into != kept.into {
                    return Err(EngineError::Input(format!(
                        "the permission is for another function than {}",
                        kept.target_name()
                    )));
                }
                if let KeptInto::Function { through, function } = &kept.into {
                    self.require_through(through, function)?;
                }
                invoking.function.require_same().await?;
                self.open_function(invoking.function).await
            }
            (
                KeptInto::Stream { .. }
                | KeptInto::Function { .. }
                | KeptInto::LocalFunction { .. },
                _,
            ) => Err(EngineError::NotGranted),
            (KeptInto::File { .. }, _) => Err(EngineError::Input(
                "a file needs no permission to write to a stream".to_owned(),
            )),
        }
    }

    async fn open_function(&self, function: Function) -> Result<Opened, EngineError> {
        let store = self.store().clone();
        let role = INVOKE_IDENTITY.to_owned();
        let target = blocking(move || LambdaTarget::new(function, &store, role)).await??;
        Ok(Opened::Function(target))
    }

    pub(super) async fn open_file(
        &self,
        id: DeliveryId,
        kept: &KeptReplay,
        beginning: Beginning,
    ) -> Result<FileTarget, EngineError> {
        let KeptInto::File { path, format } = &kept.into else {
            return Err(EngineError::NotGranted);
        };
        let (path, format, store) = (path.clone(), *format, self.store().clone());
        blocking(move || {
            let sources = shard_names(&store)?;
            Ok(match beginning {
                Beginning::First => FileTarget::create(&path, format, sources, now)?,
                Beginning::Again => {
                    let written = WrittenLines::of_delivery(&store, id)?;
                    FileTarget::go_on(&path, format, sources, now, written)?
                }
            })
        })
        .await?
    }

    /// Whether a person chose this file in this run of the program, to be written anew or to go on in.
    pub fn may_go_on_in_file(&self, path: &Path) -> bool {
        let state = self.replays().lock();
        state.files.contains(path) || state.files_to_go_on_in.contains(path)
    }

    /// What was written into a file that was chosen to be replaced is not replaced once more.
    pub(super) fn used_file(&self, kept: &KeptReplay) {
        if let KeptInto::File { path, .. } = &kept.into {
            let mut state = self.replays().lock();
            state.files.remove(path);
            state.files_to_go_on_in.insert(path.clone());
        }
    }

    /// A person chose this file in a native dialog, to go on after what it holds.
    pub fn allow_going_on_in_file(&self, path: &Path) {
        self.replays()
            .lock()
            .files_to_go_on_in
            .insert(path.to_owned());
    }

    /// A person chose this file in a native dialog, and is content with what it holds being replaced: by one replay.
    pub fn allow_replay_file(&self, path: &Path) {
        self.replays().lock().files.insert(path.to_owned());
    }
}

pub(super) struct Start<'a> {
    pub claim: DeliveryClaim,
    pub source: ReplaySource,
    pub dial: &'a PaceDial,
    pub kept: &'a KeptReplay,
    pub is_held: bool,
}

impl Start<'_> {
    pub fn into<T: Target>(self, target: T) -> Delivery {
        let setup = &self.kept.setup;
        let request = &self.kept.plan.request;
        let mut options = OrderOptions::new(setup.order, request.limits.into());
        options.after_unclear = setup.after_unclear;
        options.seed = request.recipe.seed.0;
        if let KeptInto::LocalFunction { .. } = self.kept.into {
            options.requests_at_once = AT_ONCE_EMULATED;
        }
        let map = request.targets.as_ref().map(shard_map).unwrap_or_default();
        let start = if self.is_held {
            Delivery::start_held
        } else {
            Delivery::start
        };
        start(
            self.claim,
            target,
            self.source,
            self.dial.pace(),
            options,
            map,
        )
    }
}

fn shard_map(targets: &TargetShards) -> ShardMap {
    let shards = targets.shards().iter();
    ShardMap::of_ranges(shards.map(|shard| (shard.range(), shard.id.clone())))
}

fn caller(identity: &Identity) -> String {
    match identity {
        Identity::Known { arn, .. } => arn.clone(),
        Identity::Absent { .. } => String::new(),
    }
}

fn target_words(kept: &KeptReplay, opened: &Opened) -> String {
    match opened {
        Opened::Stream(_, grant) => {
            let target = grant.target();
            format!(
                "{} in {} of account {} at {}",
                target.name(),
                target.region(),
                target.account(),
                target.endpoint()
            )
        }
        Opened::File | Opened::Function(_) => kept.target_name(),
    }
}
