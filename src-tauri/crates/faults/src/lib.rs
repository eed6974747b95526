//! What goes wrong outside the program, on purpose: for tests only.
//!
//! [`Proxy`] stands between the SDK and an endpoint. [`Rule`]s say which requests it spoils and how
//! ([`Action`]); everything else passes. What was asked, what was forwarded and what was answered is in its
//! [log](Proxy::log), so that a test can tell a lost request from a lost answer, and assert that its faults
//! fired. [`disk`] is a disk with little room.
//!
//! No crate of the product uses it but as a dev-dependency. It knows nothing of captures or replays: what
//! must hold while something fails is said by the tests that use it.
//!
//! **Adding a fault**: one function in `catalogue.rs` or below it, which puts it together from what `action.rs` can do
//! with a request, and one test under `tests/proxy/` that shows it through the real SDK.
//!
//! ```no_run
//! # async fn example(endpoint: &str) {
//! use faults::{Action, Calls, Proxy, Rule};
//!
//! let proxy = Proxy::to(endpoint).await;
//! let lost = proxy.add(Rule::on("PutRecords", Action::reset_after()).calls(Calls::Nth(3)));
//! // … the SDK writes through proxy.endpoint() …
//! assert_eq!(proxy.fired(lost), 1);
//! # }
//! ```

mod action;
mod asked;
mod catalogue;
pub mod disk;
mod entries;
mod forward;
mod line;
mod log;
mod proxy;
mod rules;

pub use action::{Action, Answer, Fields, raw};
pub use entries::Entries;
pub use log::{Answered, Exchange, Fault, Forwarded};
pub use proxy::Proxy;
pub use rules::{Calls, Rule, RuleId};
