//! Who carries a delivery out: one at a time. A workspace is open once, so this process knows.

use crate::{DeliveryId, Store, StoreError};
use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

#[derive(Debug, Default)]
pub(crate) struct Claims(Mutex<HashSet<DeliveryId>>);

impl Claims {
    fn lock(&self) -> MutexGuard<'_, HashSet<DeliveryId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to carry a delivery out, given back when it is dropped.
pub struct DeliveryClaim {
    store: Store,
    id: DeliveryId,
}

impl DeliveryClaim {
    pub fn id(&self) -> DeliveryId {
        self.id
    }

    pub fn store(&self) -> &Store {
        &self.store
    }
}

impl std::fmt::Debug for DeliveryClaim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DeliveryClaim").field(&self.id).finish()
    }
}

impl Drop for DeliveryClaim {
    fn drop(&mut self) {
        self.store.shared.claims.lock().remove(&self.id);
    }
}

impl Store {
    /// # Errors
    /// [`StoreError::DeliveryRuns`] while another claim on it is held.
    pub fn claim_delivery(&self, id: DeliveryId) -> Result<DeliveryClaim, StoreError> {
        super::deliveries::require(&*self.shared.readers.snapshot()?, id)?;
        if !self.shared.claims.lock().insert(id) {
            return Err(StoreError::DeliveryRuns(id));
        }
        Ok(DeliveryClaim {
            store: self.clone(),
            id,
        })
    }
}
