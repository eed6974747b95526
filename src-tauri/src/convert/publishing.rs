use crate::wire::{
    CommandError, Draft, DraftEncoding, DraftField, DraftFormat, DraftPreview, DraftProblem,
    JobState, Number, PublishKind, PublishPage, PublishRow, RecordDraft, SentOutcome, SentRow,
    Template, WriteOrder, WriteTarget,
};
use engine::{
    ConnectionId, Encoding, Message, MessageField, MessageFormat, Order, Problem, PublishState,
    Published, PublishedDraft, SentRecord, safe_text,
};

impl TryFrom<Draft> for engine::Draft {
    type Error = CommandError;

    fn try_from(draft: Draft) -> Result<Self, CommandError> {
        Ok(Self {
            connection: draft.target.connection_id()?,
            stream: draft.target.stream,
            message: Message {
                text: draft.text,
                format: draft.format.into(),
                key: draft.key,
                explicit_hash_key: draft.explicit_hash_key,
                is_literal: draft.as_it_is,
                encoding: draft.encoding.into(),
            },
            repeat: whole(draft.repeat),
            every_millis: draft.every_millis.map(whole),
            aggregate: draft.aggregate,
            order: draft.order.into(),
            moment: None,
        })
    }
}

/// What is too large is refused by whoever knows what is not.
fn whole(number: Number) -> u32 {
    u32::try_from(number.as_u64()).unwrap_or(u32::MAX)
}

impl WriteTarget {
    pub fn connection_id(&self) -> Result<ConnectionId, CommandError> {
        let id = self.connection.parse().map(ConnectionId);
        id.map_err(|_| CommandError::invalid("no connection was named".to_owned()))
    }
}

impl From<PublishedDraft> for Draft {
    fn from(published: PublishedDraft) -> Self {
        let engine::Draft {
            connection,
            stream,
            message,
            repeat,
            every_millis,
            aggregate,
            order,
            moment: _,
        } = published.draft;
        Self {
            target: WriteTarget {
                connection: if published.is_connected {
                    connection.to_string()
                } else {
                    String::new()
                },
                stream,
            },
            text: message.text,
            format: message.format.into(),
            key: message.key,
            explicit_hash_key: message.explicit_hash_key,
            as_it_is: message.is_literal,
            repeat: Number::from_u64(repeat.into()),
            every_millis: every_millis.map(|millis| Number::from_u64(millis.into())),
            encoding: message.encoding.into(),
            aggregate,
            order: order.into(),
        }
    }
}

impl From<engine::DraftPreview> for DraftPreview {
    fn from(preview: engine::DraftPreview) -> Self {
        let units = preview.put_units;
        Self {
            text: safe_text(&preview.text).into_owned(),
            key: safe_text(&preview.key).into_owned(),
            hash_key: preview.hash_key.to_string(),
            shard: preview.shard.map(|shard| shard.to_string()),
            size_bytes: Number::from_u64(preview.size_bytes),
            plain_bytes: Number::from_u64(preview.plain_bytes),
            limit_bytes: Number::from_u64(preview.limit_bytes),
            problems: preview
                .problems
                .into_iter()
                .map(DraftProblem::from)
                .collect(),
            put_units: Number::from_u64(units.units_after),
            put_units_saved: Number::from_u64(units.units_before.saturating_sub(units.units_after)),
            moment: preview.moment.to_string(),
        }
    }
}

impl From<Problem> for DraftProblem {
    fn from(problem: Problem) -> Self {
        let number = |place: usize| Number::from_u64(place as u64);
        Self {
            message: safe_text(&problem.message).into_owned(),
            field: match problem.field {
                MessageField::Text => DraftField::Text,
                MessageField::Key => DraftField::Key,
                MessageField::HashKey => DraftField::HashKey,
            },
            line: problem.place.map(|(line, _)| number(line)),
            column: problem.place.map(|(_, column)| number(column)),
        }
    }
}

impl From<Published> for PublishRow {
    fn from(published: Published) -> Self {
        let results = (0..).zip(published.results);
        Self {
            id: published.id.to_string(),
            at: Number::from_i64(published.at.0),
            stream: published.stream,
            caller: published.caller,
            kind: match published.kind {
                engine::PublishKind::Draft => PublishKind::Draft,
                engine::PublishKind::Import => PublishKind::Import,
            },
            state: published.state.into(),
            sent: Number::from_u64(published.sent),
            refused: Number::from_u64(published.refused),
            unclear: Number::from_u64(published.unclear),
            total: Number::from_u64(published.total),
            size_bytes: Number::from_u64(published.size_bytes),
            results: results
                .map(|(index, (key, record))| sent_row(index, &key, record))
                .collect(),
            rate_per_second: Number::from_rate(published.records_per_second),
            eta_millis: published.left_millis.map(Number::from_u64),
            message: published.message,
            hint: published.hint,
            can_go_on: published.can_go_on,
            file: published
                .file
                .map(|path| safe_text(&path.to_string_lossy()).into_owned()),
            writes_to: published.writes_to.map(|(connection, stream)| WriteTarget {
                connection: connection.to_string(),
                stream,
            }),
        }
    }
}

fn sent_row(index: u64, key: &str, record: SentRecord) -> SentRow {
    SentRow {
        index: Number::from_u64(index),
        key: safe_text(key).into_owned(),
        outcome: match record.outcome {
            engine::SentOutcome::Acknowledged => SentOutcome::Acknowledged,
            engine::SentOutcome::Refused => SentOutcome::Refused,
            engine::SentOutcome::Unclear => SentOutcome::Unclear,
            engine::SentOutcome::Waiting => SentOutcome::Waiting,
            engine::SentOutcome::InFlight => SentOutcome::InFlight,
        },
        shard: record.shard.map(|shard| shard.to_string()),
        sequence: record.sequence.map(|sequence| sequence.to_string()),
        attempts: Number::from_u64(record.attempts),
        message: record.message.map(|words| safe_text(&words).into_owned()),
    }
}

impl PublishPage {
    pub fn of((total, rows): (usize, Vec<Published>)) -> Self {
        Self {
            total: Number::from_u64(total as u64),
            rows: rows.into_iter().map(PublishRow::from).collect(),
        }
    }
}

impl From<PublishState> for JobState {
    fn from(state: PublishState) -> Self {
        match state {
            PublishState::Running => Self::Running,
            PublishState::Paused => Self::Paused,
            PublishState::Finished => Self::Finished,
            PublishState::Cancelled => Self::Cancelled,
            PublishState::Failed => Self::Failed,
            PublishState::Interrupted => Self::Interrupted,
        }
    }
}

impl From<engine::RecordDraft> for RecordDraft {
    fn from(draft: engine::RecordDraft) -> Self {
        Self {
            text: draft.text,
            format: draft.format.into(),
            key: draft.key,
            explicit_hash_key: draft.explicit_hash_key.map(|key| key.to_string()),
            is_masked: draft.is_masked,
        }
    }
}

impl From<engine::Template> for Template {
    fn from(template: engine::Template) -> Self {
        Self {
            name: template.name,
            text: template.text,
            format: template.format.into(),
            key: template.key,
            as_it_is: template.is_literal,
            encoding: template.encoding.into(),
        }
    }
}

impl From<Template> for engine::Template {
    fn from(template: Template) -> Self {
        Self {
            name: template.name,
            text: template.text,
            format: template.format.into(),
            key: template.key,
            is_literal: template.as_it_is,
            encoding: template.encoding.into(),
        }
    }
}

impl From<DraftFormat> for MessageFormat {
    fn from(format: DraftFormat) -> Self {
        match format {
            DraftFormat::Json => Self::Json,
            DraftFormat::Text => Self::Text,
            DraftFormat::Base64 => Self::Base64,
        }
    }
}

impl From<MessageFormat> for DraftFormat {
    fn from(format: MessageFormat) -> Self {
        match format {
            MessageFormat::Json => Self::Json,
            MessageFormat::Text => Self::Text,
            MessageFormat::Base64 => Self::Base64,
        }
    }
}

impl From<DraftEncoding> for Encoding {
    fn from(encoding: DraftEncoding) -> Self {
        match encoding {
            DraftEncoding::None => Self::None,
            DraftEncoding::Gzip => Self::Gzip,
            DraftEncoding::Zlib => Self::Zlib,
            DraftEncoding::Zstd => Self::Zstd,
            DraftEncoding::Base64 => Self::Base64,
        }
    }
}

impl From<Encoding> for DraftEncoding {
    fn from(encoding: Encoding) -> Self {
        match encoding {
            Encoding::None => Self::None,
            Encoding::Gzip => Self::Gzip,
            Encoding::Zlib => Self::Zlib,
            Encoding::Zstd => Self::Zstd,
            Encoding::Base64 => Self::Base64,
        }
    }
}

impl From<WriteOrder> for Order {
    fn from(order: WriteOrder) -> Self {
        match order {
            WriteOrder::Keyed => Self::Keyed,
            WriteOrder::Strict => Self::Strict,
            WriteOrder::Fast => Self::Fast,
        }
    }
}

impl From<Order> for WriteOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::Keyed => Self::Keyed,
            Order::Strict => Self::Strict,
            Order::Fast => Self::Fast,
        }
    }
}
