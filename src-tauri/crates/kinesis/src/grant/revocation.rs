//! Whether a permission was taken back: one fact for all its clones.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

#[derive(Clone, Debug, Default)]
pub(super) struct Revocation(Arc<AtomicBool>);

impl Revocation {
    pub fn take_back(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub fn is_taken_back(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The same permission, not one that looks the same.
impl PartialEq for Revocation {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Revocation {}
