//! Which type is what: the start, steps with requests, answers and undos, and the outcomes.

use super::{
    flow::Flow,
    words::{is_abort, is_antonym, is_completion, is_failure, is_kin, is_past_of, words},
};

/// Places in [`Flow::kinds`].
#[derive(Debug, Default)]
pub(super) struct Roles {
    pub start: Option<usize>,
    pub steps: Vec<Step>,
    pub abort: Vec<usize>,
    pub completed: Option<usize>,
    pub failed: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct Step {
    pub id: String,
    pub request: Option<usize>,
    pub success: usize,
    pub failure: Vec<usize>,
    /// Request and success of the undo.
    pub undo: Option<(Option<usize>, usize)>,
    pub after: Vec<usize>,
    /// The verb and the noun by which it was found.
    verb: String,
    noun: String,
}

/// In at least so many of the sagas that have both, one comes before the other.
const ALWAYS: f64 = 0.9;

impl Roles {
    pub fn new(flow: &Flow) -> Self {
        let mut roles = Self::default();
        let mut left: Vec<usize> = (0..flow.kinds.len())
            .filter(|&kind| flow.occurs(kind))
            .collect();
        let words: Vec<Vec<String>> = flow.kinds.iter().map(|kind| words(kind)).collect();
        let first = left.iter().copied().max_by_key(|&kind| flow.firsts[kind]);
        roles.start = first.filter(|&kind| flow.firsts[kind] * 2 > flow.sagas.len());
        left.retain(|&kind| Some(kind) != roles.start);
        roles.pair(&mut left, &words);
        roles.undo(flow, &words);
        roles.outcomes(&mut left, &words);
        roles.failures(&mut left, &words);
        roles.lone(&mut left, &words);
        roles
            .steps
            .sort_by(|a, b| flow.places[a.success].total_cmp(&flow.places[b.success]));
        roles.name(&words);
        roles.order(flow);
        roles
    }

    /// Commands and the events that answer them, by their names.
    fn pair(&mut self, left: &mut Vec<usize>, words: &[Vec<String>]) {
        for &request in &left.clone() {
            let [verb, nouns @ ..] = words[request].as_slice() else {
                continue;
            };
            let answers = |&success: &usize| match words[success].as_slice() {
                [others @ .., past] => {
                    success != request && others == nouns && is_past_of(past, verb)
                }
                [] => false,
            };
            if let Some(success) = left.iter().copied().find(answers) {
                left.retain(|&kind| kind != request && kind != success);
                self.steps.push(Step {
                    id: String::new(),
                    request: Some(request),
                    success,
                    failure: Vec::new(),
                    undo: None,
                    after: Vec::new(),
                    verb: verb.clone(),
                    noun: nouns.join("-"),
                });
            }
        }
    }

    /// Steps that take back others become their undos.
    fn undo(&mut self, flow: &Flow, words: &[Vec<String>]) {
        let comes_later = |step: &Step, undo: &Step| {
            flow.before(step.success, undo.success)
                .is_some_and(|share| share >= ALWAYS)
        };
        let takes_back =
            |step: &Step, undo: &Step| step.noun == undo.noun && is_antonym(&step.verb, &undo.verb);
        let mut undos = Vec::new();
        for (place, undo) in self.steps.iter().enumerate() {
            let found = self
                .steps
                .iter()
                .position(|step| takes_back(step, undo) && comes_later(step, undo));
            undos.extend(
                found
                    .filter(|&step| step != place)
                    .map(|step| (step, place)),
            );
        }
        for &(step, undo) in &undos {
            let pair = (self.steps[undo].request, self.steps[undo].success);
            self.steps[step].undo = Some(pair);
        }
        let mut place = 0;
        self.steps.retain(|_| {
            place += 1;
            undos.iter().all(|&(_, undo)| undo != place - 1)
        });
        debug_assert!(
            self.steps
                .iter()
                .all(|step| !words[step.success].is_empty())
        );
    }

    /// What the start's noun comes to.
    fn outcomes(&mut self, left: &mut Vec<usize>, words: &[Vec<String>]) {
        let Some(start) = self.start else {
            return;
        };
        let noun = words[start].split_last().map_or(&[][..], |(_, noun)| noun);
        let is_of_start = |kind: usize| {
            words[kind]
                .split_last()
                .is_some_and(|(_, others)| others == noun)
        };
        let found: Vec<usize> = left
            .iter()
            .copied()
            .filter(|&kind| is_of_start(kind))
            .collect();
        self.completed = found
            .iter()
            .copied()
            .find(|&kind| is_completion(&words[kind]));
        self.failed = found
            .iter()
            .copied()
            .filter(|&kind| is_failure(&words[kind]))
            .collect();
        self.abort = found
            .iter()
            .copied()
            .filter(|&kind| is_abort(&words[kind]))
            .collect();
        left.retain(|kind| {
            self.completed != Some(*kind)
                && !self.failed.contains(kind)
                && !self.abort.contains(kind)
        });
    }

    fn failures(&mut self, left: &mut Vec<usize>, words: &[Vec<String>]) {
        left.retain(|&kind| {
            if !is_failure(&words[kind]) {
                return true;
            }
            let about = &words[kind][..words[kind].len() - 1];
            let fits = |step: &&mut Step| {
                about
                    .iter()
                    .any(|word| is_kin(word, &step.noun) || is_kin(word, &step.verb))
            };
            match self.steps.iter_mut().find(fits) {
                Some(step) => step.failure.push(kind),
                None => return true,
            }
            false
        });
    }

    /// Events that nothing asks for, such as a notification: steps that need not be. Commands that nothing answers
    /// are no steps.
    fn lone(&mut self, left: &mut Vec<usize>, words: &[Vec<String>]) {
        for kind in left.drain(..) {
            let Some((past, noun)) = words[kind]
                .split_last()
                .filter(|(past, _)| past.ends_with("ed"))
            else {
                continue;
            };
            self.steps.push(Step {
                id: String::new(),
                request: None,
                success: kind,
                failure: Vec::new(),
                undo: None,
                after: Vec::new(),
                verb: past.clone(),
                noun: noun.join("-"),
            });
        }
    }

    /// By its noun; by its verb where the noun is the whole saga's or another step's.
    fn name(&mut self, words: &[Vec<String>]) {
        let of_saga = self
            .start
            .map(|start| words[start][..words[start].len().saturating_sub(1)].join("-"));
        let nouns: Vec<String> = self.steps.iter().map(|step| step.noun.clone()).collect();
        for place in 0..self.steps.len() {
            let step = &self.steps[place];
            let is_own = nouns.iter().filter(|noun| **noun == step.noun).count() == 1
                && Some(&step.noun) != of_saga.as_ref();
            let name = match (is_own && !step.noun.is_empty(), step.noun.is_empty()) {
                (true, _) => step.noun.clone(),
                (false, true) => step.verb.clone(),
                (false, false) => format!("{}-{}", step.verb, step.noun),
            };
            let is_taken = self.steps[..place].iter().any(|other| other.id == name);
            self.steps[place].id = if is_taken {
                format!("{name}-{}", place + 1)
            } else {
                name
            };
        }
    }

    /// Each step comes after those that always come before it, but for what follows from others.
    fn order(&mut self, flow: &Flow) {
        let count = self.steps.len();
        let before = |a: &Step, b: &Step| {
            flow.before(a.success, b.success)
                .is_some_and(|share| share >= ALWAYS)
        };
        let steps = &self.steps;
        let row = |later: usize| {
            (0..later)
                .map(|earlier| before(&steps[earlier], &steps[later]))
                .collect()
        };
        let always: Vec<Vec<bool>> = (0..count).map(row).collect();
        for later in 0..count {
            let direct = |earlier: &usize| {
                let through = |middle: usize| always[later][middle] && always[middle][*earlier];
                always[later][*earlier] && !(earlier + 1..later).any(through)
            };
            self.steps[later].after = (0..later).filter(direct).collect();
        }
    }
}
