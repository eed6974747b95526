//! Permissions to write: what a target is, what a person is to be asked about it, and what was allowed until when.
//!
//! A grant stays here, in Rust; the window knows its number. It lives in memory only: with the program, the
//! connection or an hour it is over. It shows no dialog, the shell does, and it writes nothing:
//! [`Granted::open`] makes what can.

use crate::{
    ConnectionId, Engine, EngineError, OpenedConnection,
    engine::{locked, now},
    streams::stream_name,
};
use kinesis::{
    Connection, DialogAnswer, Grant, ProductionSign, Question, RecordDistribution, ShardSummary,
};
use publish::{KinesisTarget, Limits};
use record::StreamIdentity;
use std::{fmt, sync::Mutex, time::Duration};

/// Long enough for a test session; nobody forgets for a day that a window may write.
pub const GRANT_LASTS: Duration = Duration::from_hours(1);

/// One permission; never used again after it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantId(pub u64);

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is known of a target before anybody is asked about it.
#[derive(Clone, Debug)]
pub struct TargetFacts {
    pub question: Question,
    /// Closed ones too.
    pub shards: Vec<ShardSummary>,
}

impl TargetFacts {
    /// Partition keys and hash keys are ignored there, and there is no order.
    pub fn is_placed_automatically(&self) -> bool {
        self.question.stream().distribution == RecordDistribution::Automatic
    }

    /// What one record may have, key and data.
    pub fn record_limit_bytes(&self) -> u64 {
        Limits::of_stream(self.question.stream().max_record_kib).record_bytes as u64
    }
}

/// A question that can be put to a person, about a target that was resolved just now.
#[derive(Clone, Debug)]
pub struct WriteQuestion {
    through: OpenedConnection,
    question: Question,
}

impl WriteQuestion {
    pub fn asked(&self) -> &Question {
        &self.question
    }

    /// Whether it can be answered with what was typed: asked before a dialog is opened.
    ///
    /// # Errors
    /// [`kinesis::WriteError::NameNotTyped`]
    pub fn require_name(&self, typed: Option<&str>) -> Result<(), EngineError> {
        Ok(self.question.require_name(typed)?)
    }

    /// Of the connection that will write, for people.
    pub fn connection_label(&self) -> String {
        self.through.choice.label()
    }
}

/// What a person allowed.
#[derive(Clone, Debug)]
pub struct Granted {
    pub id: GrantId,
    pub through: ConnectionId,
    pub connection_label: String,
    /// Why the stream's name had to be typed, if it had to.
    pub production_sign: Option<ProductionSign>,
    pub grant: Grant,
    connection: Connection,
}

impl Granted {
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The target, after the endpoint was asked again who we are and which stream this is. `sources` are the
    /// streams that the records come from.
    ///
    /// # Errors
    /// [`kinesis::WriteError`]: something is another than granted, the permission is over, or a source is the
    /// target. Nothing was sent.
    pub async fn open(&self, sources: &[StreamIdentity]) -> Result<KinesisTarget, EngineError> {
        let opened = KinesisTarget::open(self.connection.clone(), self.grant.clone(), sources);
        Ok(opened.await?)
    }

    fn holds(&self) -> bool {
        !self.grant.is_revoked() && now() < self.grant.expires_at()
    }
}

/// The permissions that hold, in the order in which they were given.
#[derive(Debug, Default)]
pub(crate) struct Grants(Mutex<Given>);

#[derive(Debug, Default)]
struct Given {
    so_far: u64,
    living: Vec<Granted>,
}

impl Grants {
    fn add(&self, granted: impl FnOnce(GrantId) -> Granted) -> Granted {
        let mut given = locked(&self.0);
        given.so_far += 1;
        let granted = granted(GrantId(given.so_far));
        given.living.push(granted.clone());
        granted
    }

    fn living(&self) -> Vec<Granted> {
        let mut given = locked(&self.0);
        given.living.retain(Granted::holds);
        given.living.clone()
    }

    /// Takes back those that fit; says whether there were any.
    fn revoke(&self, fits: impl Fn(&Granted) -> bool) -> bool {
        let mut given = locked(&self.0);
        let before = given.living.len();
        given.living.retain(|granted| {
            let ends = fits(granted);
            if ends {
                granted.grant.revoke();
            }
            !ends
        });
        given.living.len() < before
    }
}

impl Engine {
    /// Asks the endpoint what the target is. Nobody is asked for permission by this.
    pub async fn target_facts(
        &self,
        connection: ConnectionId,
        stream: &str,
    ) -> Result<TargetFacts, EngineError> {
        let asked = self.ask_to_write(connection, stream);
        let (asked, shards) = tokio::join!(asked, self.shards(connection, stream));
        Ok(TargetFacts {
            question: asked?.question,
            shards: shards?,
        })
    }

    /// What a person is to be asked before anything is written to this stream.
    pub async fn ask_to_write(
        &self,
        connection: ConnectionId,
        stream: &str,
    ) -> Result<WriteQuestion, EngineError> {
        let through = self.connection(connection)?;
        let stream = stream_name(stream)?;
        let patterns = self.production_patterns(&through.choice).await?;
        let question = through.connection.ask_to_write(&stream, &patterns);
        Ok(WriteQuestion {
            question: question.await?,
            through,
        })
    }

    /// Takes a person's yes for what it is: the permission to write to this one target, for [`GRANT_LASTS`].
    ///
    /// # Errors
    /// [`kinesis::WriteError::NameNotTyped`]; [`EngineError::UnknownConnection`] where it was closed meanwhile.
    pub fn grant(
        &self,
        question: WriteQuestion,
        answer: DialogAnswer,
    ) -> Result<Granted, EngineError> {
        let WriteQuestion { through, question } = question;
        let production_sign = question.production_sign().cloned();
        let grant = Grant::confirm(question, answer, now(), GRANT_LASTS)?;
        let granted = self.held_grants().add(|id| Granted {
            id,
            through: through.id,
            connection_label: through.choice.label(),
            production_sign,
            grant,
            connection: through.connection,
        });
        // looked at after the grant is in the list, so that a closing connection finds it there
        if self.connection(granted.through).is_err() {
            self.revoke_grants_through(granted.through);
            return Err(EngineError::UnknownConnection(granted.through));
        }
        self.notices().wrote();
        Ok(granted)
    }

    /// The permissions that hold now.
    pub fn grants(&self) -> Vec<Granted> {
        self.held_grants().living()
    }

    /// # Errors
    /// [`EngineError::UnknownGrant`] where it does not hold any more.
    pub fn granted(&self, id: GrantId) -> Result<Granted, EngineError> {
        let living = self.grants().into_iter();
        let mut found = living.filter(|granted| granted.id == id);
        found.next().ok_or(EngineError::UnknownGrant)
    }

    /// What is written with it stops after the request that is under way.
    pub fn revoke_grant(&self, id: GrantId) {
        self.revoke_grants(|granted| granted.id == id);
    }

    pub(crate) fn revoke_grants_through(&self, connection: ConnectionId) {
        self.revoke_grants(|granted| granted.through == connection);
    }

    fn revoke_grants(&self, fits: impl Fn(&Granted) -> bool) {
        if self.held_grants().revoke(fits) {
            self.notices().wrote();
        }
    }
}
