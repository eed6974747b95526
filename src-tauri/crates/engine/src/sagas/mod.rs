//! Sagas of captures: boards that follow them, what is asked of a board and of one saga, and definition files.
//!
//! Verdicts are the saga crate's. Here they get their records from the store, their time from the product's clock,
//! and their readers.

mod board;
mod boards;
mod definitions;
mod entity;
mod folder;
mod folding;
mod latest;
mod moment;
mod one;
mod page;
mod places;
mod questions;
mod reading;
mod samples;
mod sifting;
mod traces;
mod unpacking;
mod view;
mod watermarks;
mod worker;

pub use board::{BoardId, SagaSubject};
pub(crate) use boards::Boards;
pub(crate) use definitions::Definitions;
pub use definitions::{DefinitionOverview, DefinitionProblem, SagaDefinitions};
pub use entity::{EntityRule, FoldedEvent, FoldedState};
pub(crate) use latest::SagaReads;
pub use one::{OpenObligation, SagaDetail, SagaEvent, SagaFormat, SagaName, StateStep};
pub use places::IdPlace;
pub use questions::{
    BoardNote, BoardOverview, CapturedUntil, SagaPage, UnansweredCommand, UnansweredPage,
};
pub use sifting::{SagaFilter, SagaSearch};
pub use traces::{SentTraces, TracedSagas};
pub(crate) use view::{SAGAS as SAGAS_VIEW, saga_view};

// the words of the saga crate that these answers are made of
pub use saga::{
    Awaited, Confidence, Flags as SagaFlags, NamedId, Severity, Status as SagaStatus, StepState,
    fold::{Change as StateChange, Reduce},
    learn::{Proposal, Seen},
    views::{
        compare::{Comparison, Reached},
        findings::FindingRow,
        graph::Graph as SagaGraph,
        list::{ListFilter, ListRow, SortBy},
        overview::{Overview, Percentiles, Point, Points, Variant},
        sequence::{Line as MessageLine, Sequence},
        told::{Asked, EventRole, StepRow},
    },
};
