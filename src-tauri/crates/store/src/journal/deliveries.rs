//! Deliveries as wholes, what was composed for them, and saved templates.

use crate::{DeliveryId, Store, StoreError, sql::millis};
use record::{HashKey, Millis, StreamIdentity};
use rusqlite::{Connection, OptionalExtension, Row, params};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            fn from_word(word: &str) -> Result<Self, StoreError> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(StoreError::damaged(concat!("an unknown ", stringify!($name)))),
                }
            }
        }
    };
}

words!(DeliveryKind { Publish = "publish", Replay = "replay" });

words!(DeliveryState {
    /// Made, and nothing sent yet.
    Planned = "planned",
    Running = "running",
    Paused = "paused",
    /// Everything is settled.
    Finished = "finished",
    Cancelled = "cancelled",
    /// It cannot go on without a person; the detail says why.
    Stopped = "stopped",
});

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Names the request: a second delivery with the same one is not made.
    pub token: String,
    pub kind: DeliveryKind,
    pub created_at: Millis,
    /// Who writes.
    pub caller: String,
    /// Where to, for people: account, region, endpoint, name.
    pub target: String,
    /// `None` for files and functions.
    pub target_stream: Option<StreamIdentity>,
    pub order: String,
    /// What was planned, as its owner writes it.
    pub plan: String,
    pub composed: Option<Composed>,
}

/// A message as a person composed it, before variables were filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    pub partition_key: String,
    pub explicit_hash_key: Option<HashKey>,
    pub body: Vec<u8>,
}

/// Whether this request was new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    New(DeliveryId),
    /// It was begun before: nothing is to be sent for it again.
    Before(DeliveryId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDelivery {
    pub id: DeliveryId,
    pub delivery: NewDelivery,
    pub state: DeliveryState,
    pub detail: Option<String>,
    pub changed_at: Millis,
}

/// A delivery without what was planned and composed for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryHead {
    pub id: DeliveryId,
    pub token: String,
    pub kind: DeliveryKind,
    pub target: String,
    pub target_stream: Option<StreamIdentity>,
    pub state: DeliveryState,
}

/// One line of a delivery's own log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryEvent {
    pub at: Millis,
    pub state: DeliveryState,
    /// Why it stopped, or who goes on by which permission.
    pub detail: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedTemplate {
    pub name: String,
    pub partition_key: String,
    pub body: String,
    pub saved_at: Millis,
}

const COLUMNS: &str = "SELECT d.id, d.token, d.kind, d.created_at, d.caller, d.target, d.target_arn, d.target_created_at,
        d.order_mode, d.plan, c.partition_key, c.explicit_hash_key, c.body, e.state, e.detail, e.at
     FROM delivery d LEFT JOIN composed c ON c.delivery = d.id
     JOIN delivery_event e ON e.key = (SELECT max(key) FROM delivery_event WHERE delivery = d.id)";

impl Store {
    /// Makes a delivery, unless its token is known.
    pub fn begin_delivery(&self, new: &NewDelivery) -> Result<Begun, StoreError> {
        let new = new.clone();
        self.write(move |connection| begin(connection, &new))
    }

    /// Appends a state to the delivery's log.
    pub fn note_delivery(
        &self,
        id: DeliveryId,
        at: Millis,
        state: DeliveryState,
        detail: Option<&str>,
    ) -> Result<(), StoreError> {
        let detail = detail.map(str::to_owned);
        self.write(move |connection| {
            require(connection, id)?;
            note(connection, id, at, state, detail.as_deref())
        })
    }

    /// How a delivery went, from its beginning.
    pub fn delivery_events(&self, id: DeliveryId) -> Result<Vec<DeliveryEvent>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        require(&snapshot, id)?;
        let mut statement = snapshot.prepare_cached(
            "SELECT at, state, detail FROM delivery_event WHERE delivery = ? ORDER BY key",
        )?;
        let events = statement.query_and_then([id], |row| {
            let state: String = row.get(1)?;
            Ok(DeliveryEvent {
                at: millis(row, 0)?,
                state: DeliveryState::from_word(&state)?,
                detail: row.get(2)?,
            })
        })?;
        events.collect()
    }

    /// The newest first. Plans and bodies, which may be large, are not read.
    pub fn delivery_heads(&self) -> Result<Vec<DeliveryHead>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut statement = snapshot.prepare_cached(
            "SELECT d.id, d.token, d.kind, d.target, d.target_arn, d.target_created_at, e.state FROM delivery d
             JOIN delivery_event e ON e.key = (SELECT max(key) FROM delivery_event WHERE delivery = d.id)
             ORDER BY d.id DESC",
        )?;
        let heads = statement.query_and_then([], |row| {
            Ok(DeliveryHead {
                id: row.get(0)?,
                token: row.get(1)?,
                kind: DeliveryKind::from_word(&row.get::<_, String>(2)?)?,
                target: row.get(3)?,
                target_stream: target_stream(row, 4)?,
                state: DeliveryState::from_word(&row.get::<_, String>(6)?)?,
            })
        })?;
        heads.collect()
    }

    /// All of one kind, the newest first.
    pub fn delivery_ids(&self, kind: DeliveryKind) -> Result<Vec<DeliveryId>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut statement =
            snapshot.prepare_cached("SELECT id FROM delivery WHERE kind = ? ORDER BY id DESC")?;
        let ids = statement.query_map([kind.word()], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// The delivery that was begun with this token, if one was.
    pub fn delivery_of_token(&self, token: &str) -> Result<Option<DeliveryId>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut statement = snapshot.prepare_cached("SELECT id FROM delivery WHERE token = ?")?;
        Ok(statement.query_row([token], |row| row.get(0)).optional()?)
    }

    pub fn delivery(&self, id: DeliveryId) -> Result<StoredDelivery, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut statement = snapshot.prepare_cached(&format!("{COLUMNS} WHERE d.id = ?"))?;
        let mut rows = statement.query([id])?;
        match rows.next()? {
            Some(row) => stored(row),
            None => Err(StoreError::UnknownDelivery(id)),
        }
    }

    /// Keeps a template under its name; an earlier one of that name is replaced.
    pub fn save_template(&self, template: &SavedTemplate) -> Result<(), StoreError> {
        let template = template.clone();
        self.write(move |connection| {
            connection.execute(
                "INSERT INTO template (name, partition_key, body, saved_at) VALUES (?, ?, ?, ?)
                 ON CONFLICT (name) DO UPDATE SET partition_key = excluded.partition_key,
                    body = excluded.body, saved_at = excluded.saved_at",
                params![
                    template.name,
                    template.partition_key,
                    template.body,
                    template.saved_at.0
                ],
            )?;
            Ok(())
        })
    }

    pub fn remove_template(&self, name: &str) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.write(move |connection| {
            connection.execute("DELETE FROM template WHERE name = ?", [name])?;
            Ok(())
        })
    }

    /// By name.
    pub fn templates(&self) -> Result<Vec<SavedTemplate>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut statement = snapshot.prepare_cached(
            "SELECT name, partition_key, body, saved_at FROM template ORDER BY name",
        )?;
        let templates = statement.query_and_then([], |row| {
            Ok(SavedTemplate {
                name: row.get(0)?,
                partition_key: row.get(1)?,
                body: row.get(2)?,
                saved_at: millis(row, 3)?,
            })
        })?;
        templates.collect()
    }
}

fn begin(connection: &Connection, new: &NewDelivery) -> Result<Begun, StoreError> {
    let known: Option<DeliveryId> = connection
        .prepare_cached("SELECT id FROM delivery WHERE token = ?")?
        .query_row([&new.token], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(Begun::Before(id));
    }
    let stream = new.target_stream.as_ref();
    connection.execute(
        "INSERT INTO delivery (token, kind, created_at, caller, target, target_arn, target_created_at, order_mode, plan)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            new.token,
            new.kind.word(),
            new.created_at.0,
            new.caller,
            new.target,
            stream.map(|stream| stream.arn.as_str()),
            stream.map(|stream| stream.created_at.0),
            new.order,
            new.plan
        ],
    )?;
    let id = DeliveryId(connection.last_insert_rowid());
    if let Some(composed) = &new.composed {
        connection.execute(
            "INSERT INTO composed (delivery, partition_key, explicit_hash_key, body) VALUES (?, ?, ?, ?)",
            params![
                id,
                composed.partition_key,
                composed.explicit_hash_key.map(|key| key.to_string()),
                composed.body
            ],
        )?;
    }
    note(connection, id, new.created_at, DeliveryState::Planned, None)?;
    Ok(Begun::New(id))
}

fn note(
    connection: &Connection,
    id: DeliveryId,
    at: Millis,
    state: DeliveryState,
    detail: Option<&str>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO delivery_event (delivery, at, state, detail) VALUES (?, ?, ?, ?)",
        )?
        .execute(params![id, at.0, state.word(), detail])?;
    Ok(())
}

pub(super) fn require(connection: &Connection, id: DeliveryId) -> Result<(), StoreError> {
    let found = connection
        .prepare_cached("SELECT 1 FROM delivery WHERE id = ?")?
        .exists([id])?;
    if found {
        Ok(())
    } else {
        Err(StoreError::UnknownDelivery(id))
    }
}

fn stored(row: &Row<'_>) -> Result<StoredDelivery, StoreError> {
    Ok(StoredDelivery {
        id: row.get(0)?,
        delivery: NewDelivery {
            token: row.get(1)?,
            kind: DeliveryKind::from_word(&row.get::<_, String>(2)?)?,
            created_at: millis(row, 3)?,
            caller: row.get(4)?,
            target: row.get(5)?,
            target_stream: target_stream(row, 6)?,
            order: row.get(8)?,
            plan: row.get(9)?,
            composed: composed(row)?,
        },
        state: DeliveryState::from_word(&row.get::<_, String>(13)?)?,
        detail: row.get(14)?,
        changed_at: millis(row, 15)?,
    })
}

/// From its ARN in one column and its creation time in the next.
fn target_stream(row: &Row<'_>, column: usize) -> Result<Option<StreamIdentity>, StoreError> {
    let Some(arn) = row.get::<_, Option<String>>(column)? else {
        return Ok(None);
    };
    Ok(Some(StreamIdentity {
        arn: arn
            .parse()
            .map_err(|_| StoreError::damaged("a delivery's target is no ARN"))?,
        created_at: millis(row, column + 1)?,
    }))
}

fn composed(row: &Row<'_>) -> Result<Option<Composed>, StoreError> {
    let Some(partition_key) = row.get(10)? else {
        return Ok(None);
    };
    let hash: Option<String> = row.get(11)?;
    let explicit_hash_key = hash
        .map(|hash| hash.parse())
        .transpose()
        .map_err(|_| StoreError::damaged("a composed message's hash key is no number"))?;
    Ok(Some(Composed {
        partition_key,
        explicit_hash_key,
        body: row.get(12)?,
    }))
}
