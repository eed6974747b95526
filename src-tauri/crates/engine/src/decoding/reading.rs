//! What is kept, ready to be used: of each stream its layers and its schemas. It changes nothing.

use super::{SchemaOverview, SchemaRegistry, Written, fetched::Fetched, schemas::KeptSchema};
use crate::Engine;
use decode::{Pipeline, Schemas};
use std::{collections::BTreeMap, sync::Arc};

pub(crate) struct Reading {
    written: Written,
    /// Those of files.
    schemas: Schemas,
    /// Those of a registry and of files, which count before it.
    by_registry: BTreeMap<String, Schemas>,
    /// Grows with each change.
    pub revision: u64,
}

impl Reading {
    pub(super) fn new(written: Written, revision: u64) -> Self {
        let add = |schema: &KeptSchema, schemas: &mut Schemas| {
            if let Err(error) = schema.add_to(schemas) {
                tracing::warn!(schema = %schema.id, %error, "a kept schema cannot be used any more");
            }
        };
        let mut by_registry: BTreeMap<String, Schemas> = BTreeMap::new();
        for Fetched { registry, schema } in &written.fetched {
            add(schema, by_registry.entry(registry.clone()).or_default());
        }
        let mut schemas = Schemas::default();
        for schema in &written.schemas {
            for of_registry in by_registry.values_mut() {
                add(schema, of_registry);
            }
            add(schema, &mut schemas);
        }
        Self {
            written,
            schemas,
            by_registry,
            revision,
        }
    }

    pub fn pipeline(&self, stream_arn: &str) -> Pipeline {
        let pinned = self.written.pins.get(stream_arn);
        pinned.map_or(Pipeline::Auto, |steps| Pipeline::Pinned(steps.clone()))
    }

    pub fn has_pins(&self) -> bool {
        !self.written.pins.is_empty()
    }

    pub fn has_registries(&self) -> bool {
        !self.written.registries.is_empty()
    }

    pub fn registry(&self, stream_arn: &str) -> Option<&SchemaRegistry> {
        self.written.registries.get(stream_arn)
    }

    /// Of any stream.
    pub fn has_registry(&self, registry: &SchemaRegistry) -> bool {
        self.written.registries.values().any(|one| one == registry)
    }

    pub fn schemas(&self, stream_arn: &str) -> &Schemas {
        let registry = self.registry(stream_arn);
        let known = registry.and_then(|registry| self.by_registry.get(&registry.key()));
        known.unwrap_or(&self.schemas)
    }

    pub fn overviews(&self, stream_arn: &str) -> Vec<SchemaOverview> {
        let of_files = self.written.schemas.iter().map(KeptSchema::overview);
        let mut overviews: Vec<SchemaOverview> = of_files.collect();
        if let Some(registry) = self.registry(stream_arn) {
            let (key, host) = (registry.key(), registry.host());
            let fetched = self.written.fetched.iter();
            let fetched = fetched.filter(|fetched| fetched.registry == key);
            overviews.extend(fetched.map(|fetched| fetched.overview(&host)));
        }
        overviews
    }
}

/// As the inspector reads: by pinned layers, and with the schemas there are. As it stands whenever it is asked; once
/// the engine is gone, by content.
pub(crate) fn reading_of(engine: &Engine) -> store::ReadingOf {
    let engine = engine.downgrade();
    Arc::new(move |shard| {
        let Some(engine) = engine.upgrade() else {
            return Arc::default();
        };
        let reading = engine.decoding().reading();
        let names = engine.names_of([shard]).ok();
        let arn = names.as_ref().and_then(|names| names.get(&shard));
        let arn = arn.map_or("", |shard| &*shard.arn);
        Arc::new(store::Reading {
            pipeline: reading.pipeline(arn),
            schemas: reading.schemas(arn).clone(),
        })
    })
}
