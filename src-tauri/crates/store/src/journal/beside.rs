//! Which capture of its target runs beside a delivery. How far it has read is the coverage's.

use super::deliveries;
use crate::{CaptureId, DeliveryId, Store, StoreError, StoredCapture, captures};
use rusqlite::{OptionalExtension, params};

impl Store {
    /// From now on this capture counts for the delivery.
    pub fn capture_beside(
        &self,
        delivery: DeliveryId,
        capture: CaptureId,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            deliveries::require(connection, delivery)?;
            captures::require(connection, capture)?;
            connection
                .prepare_cached("INSERT INTO delivery_capture (delivery, capture) VALUES (?, ?)")?
                .execute(params![delivery, capture])?;
            Ok(())
        })
    }

    /// `None` where there never was one, and where it was deleted.
    pub fn delivery_capture(
        &self,
        delivery: DeliveryId,
    ) -> Result<Option<StoredCapture>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let capture: Option<CaptureId> = snapshot
            .prepare_cached(
                "SELECT capture FROM delivery_capture WHERE delivery = ? ORDER BY key DESC LIMIT 1",
            )?
            .query_row([delivery], |row| row.get(0))
            .optional()?;
        match capture.map(|capture| captures::one(&snapshot, capture)) {
            None | Some(Err(StoreError::UnknownCapture(_))) => Ok(None),
            Some(found) => found.map(Some),
        }
    }

    /// Every delivery that has a capture beside it, with that capture.
    pub fn captures_beside(&self) -> Result<Vec<(DeliveryId, CaptureId)>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut statement = snapshot.prepare_cached(
            "SELECT delivery, capture FROM delivery_capture AS beside
             WHERE key = (SELECT max(key) FROM delivery_capture WHERE delivery = beside.delivery)
               AND EXISTS (SELECT 1 FROM capture WHERE id = beside.capture AND NOT deleting)
             ORDER BY delivery",
        )?;
        let pairs = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(pairs.collect::<Result<_, _>>()?)
    }
}
