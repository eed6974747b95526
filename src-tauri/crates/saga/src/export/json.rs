//! A saga as a JSON document: its verdict, its events by place, its findings.

use crate::{
    saga::Saga,
    verdict::Trigger,
    views::{findings::findings, header::header},
};
use record::Millis;
use serde_json::{Value, json};

pub fn json(saga: &Saga<'_>) -> Value {
    let header = header(saga);
    let definition = saga.definition();
    let judgement = &saga.judgement;
    let time = |millis: Millis| millis.to_string();
    let step_id = |step: usize| definition.steps[step].id.clone();
    let events = saga.events().iter().zip(&judgement.effective).map(|(event, counts)| {
        let mut said = json!({
            "type": saga.kind(event), "source": saga.source(event), "time": time(event.time),
            "arrival": time(event.arrival), "stream": saga.stream(event),
            "shard": saga.streams().shard_id(event.shard), "sequenceNumber": event.sequence().to_string(),
            "subSequenceNumber": event.sub, "repeated": !counts, "replayed": event.replayed,
        });
        if event.part > 0 {
            said["eventOfRecord"] = event.part.into();
        }
        said
    });
    let steps = definition.steps.iter().zip(&judgement.steps);
    let obligations = judgement.obligations.iter().map(|open| {
        json!({
            "step": open.step.map(step_id), "awaited": open.awaited, "types": open.types(definition),
            "since": time(open.opened), "due": open.due.map(time), "optional": open.optional, "overdue": open.overdue,
        })
    });
    let trigger = judgement.trigger.map(|trigger| match trigger {
        Trigger::Event(event) => json!({ "event": event }),
        Trigger::Deadline { step, due } => json!({ "step": step_id(step), "due": time(due) }),
        Trigger::Unseen { before } => json!({ "before": time(before) }),
    });
    let findings = findings(saga).into_iter().map(|finding| {
        json!({
            "code": finding.code, "severity": finding.severity, "confidence": finding.confidence,
            "says": finding.sentence, "steps": finding.steps, "events": finding.events,
        })
    });
    json!({
        "saga": definition.name,
        "definitionVersion": definition.version,
        "key": { "name": saga.key.name, "value": saga.key.text, "life": saga.life },
        "aliases": saga.aliases.iter().map(|id| json!({ "name": id.name, "value": id.text })).collect::<Vec<_>>(),
        "status": judgement.status,
        "flags": judgement.flags,
        "summary": header.sentence,
        "unknown": header.unknown,
        "started": time(judgement.started),
        "startCaptured": judgement.start_captured,
        "ended": judgement.ended.map(time),
        "trigger": trigger,
        "path": judgement.path.0,
        "steps": steps.map(|(step, state)| json!({ "id": step.id, "state": state })).collect::<Vec<_>>(),
        "obligations": obligations.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "events": events.collect::<Vec<_>>(),
    })
}
