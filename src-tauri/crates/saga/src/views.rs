//! What the screens show of sagas, as data: no drawing, no colours, no texts of buttons.
//!
//! All of it is made from one model: the [`Engine`](crate::Engine) for many sagas, [`Saga`](crate::Saga) for one.

pub mod compare;
pub mod findings;
pub mod graph;
pub mod header;
pub mod list;
pub mod overview;
pub mod sequence;
pub mod state;
pub mod timeline;
pub mod told;
pub mod usual;
