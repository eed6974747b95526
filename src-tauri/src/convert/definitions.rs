use crate::wire::{
    DefinitionProblem, DefinitionRow, LearnedDefinition, LearnedNote, Number, SagaDefinitions,
    SagaWords, SeenPath, SeenType,
};
use engine::{DefinitionOverview, Proposal, Seen, safe_text};

impl From<engine::SagaDefinitions> for SagaDefinitions {
    fn from(all: engine::SagaDefinitions) -> Self {
        Self {
            folder: all.folder.display().to_string(),
            definitions: all
                .definitions
                .into_iter()
                .map(DefinitionRow::from)
                .collect(),
        }
    }
}

impl From<DefinitionOverview> for DefinitionRow {
    fn from(one: DefinitionOverview) -> Self {
        let problems = one.problems.into_iter();
        Self {
            name: one.name,
            shipped: one.file.is_none(),
            file: one.file.map(|file| file.display().to_string()),
            problems: problems.map(DefinitionProblem::from).collect(),
            version: one.version,
            streams: one.streams,
            steps: place(one.steps),
        }
    }
}

impl From<engine::DefinitionProblem> for DefinitionProblem {
    fn from(problem: engine::DefinitionProblem) -> Self {
        Self {
            line: problem.line.map(place),
            column: problem.column.map(place),
            message: safe_text(&problem.message).into_owned(),
            hint: problem.hint,
        }
    }
}

fn place(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl From<Seen> for SagaWords {
    fn from(seen: Seen) -> Self {
        let kind = |(kind, count): (String, usize)| SeenType {
            event_type: safe_text(&kind).into_owned(),
            count: Number::from_u64(count as u64),
        };
        let paths = seen.paths.into_iter();
        Self {
            types: seen.kinds.into_iter().map(kind).collect(),
            paths: paths
                .map(|(path, share)| SeenPath {
                    path: safe_text(&path.to_string()).into_owned(),
                    share: Number::from_rate(share),
                })
                .collect(),
        }
    }
}

impl From<Proposal> for LearnedDefinition {
    fn from(proposal: Proposal) -> Self {
        let safe = |text: &str| safe_text(text).into_owned();
        let key = proposal.candidates.first().map(|key| {
            let paths: Vec<String> = key.paths.iter().map(ToString::to_string).collect();
            LearnedNote::KeyTaken {
                paths: safe(&paths.join(", ")),
                sagas: Number::from_u64(proposal.sagas as u64),
            }
        });
        let aliases = proposal.candidates.iter().skip(1).map(|other| &other.name);
        let aliases: Vec<&str> = aliases.map(String::as_str).collect();
        let others = (!aliases.is_empty()).then(|| LearnedNote::OtherFields {
            names: safe(&aliases.join(", ")),
        });
        let follows = proposal.follows.first();
        let follows = follows.map(|edge| LearnedNote::Follows {
            first: safe(&edge.first),
            then: safe(&edge.then),
            times: Number::from_u64(edge.times as u64),
        });
        let notes = [key, others, follows].into_iter().flatten();
        Self {
            text: proposal.yaml,
            notes: notes.collect(),
        }
    }
}
