use crate::wire::{
    GroupBy, GroupCounts, Number, PossibleRelation, RecordGroup, RecordRow, RelatedRecords,
    Relation, TreeFound, TreePlace, TreeTarget,
};

impl From<TreeTarget> for engine::TreeTarget {
    fn from(target: TreeTarget) -> Self {
        match target {
            TreeTarget::Node { node } => Self::Node(node),
            TreeTarget::Byte { at } => Self::Byte(at.as_u64()),
        }
    }
}

impl From<engine::TreeFound> for TreeFound {
    fn from(found: engine::TreeFound) -> Self {
        Self {
            nodes: found.nodes,
            total: Number::from_u64(found.total),
        }
    }
}

impl From<engine::TreePlace> for TreePlace {
    fn from(place: engine::TreePlace) -> Self {
        Self {
            node: place.node,
            toggled: place.expansion.toggled.into_iter().collect(),
            row: Number::from_u64(place.row),
        }
    }
}

impl From<Relation> for engine::Relation {
    fn from(relation: Relation) -> Self {
        match relation {
            Relation::Key => Self::Key,
            Relation::Id { event, path } => Self::Id { event, path },
            Relation::Bytes => Self::Bytes,
        }
    }
}

impl From<engine::PossibleRelation> for PossibleRelation {
    fn from(possible: engine::PossibleRelation) -> Self {
        Self {
            relation: match possible.relation {
                engine::Relation::Key => Relation::Key,
                engine::Relation::Id { event, path } => Relation::Id { event, path },
                engine::Relation::Bytes => Relation::Bytes,
            },
            value: possible.value,
        }
    }
}

impl From<engine::RelatedRecords> for RelatedRecords {
    fn from(related: engine::RelatedRecords) -> Self {
        Self {
            rows: related.rows.into_iter().map(RecordRow::from).collect(),
            before: Number::from_u64(related.before),
            total: Number::from_u64(related.total),
            complete: related.is_complete,
        }
    }
}

impl From<GroupBy> for engine::GroupBy {
    fn from(by: GroupBy) -> Self {
        match by {
            GroupBy::Type => Self::Type,
            GroupBy::Key => Self::Key,
        }
    }
}

impl From<engine::GroupCounts> for GroupCounts {
    fn from(counts: engine::GroupCounts) -> Self {
        Self {
            groups: counts.groups.into_iter().map(RecordGroup::from).collect(),
            others: counts.others.map(RecordGroup::from),
            other_values: Number::from_u64(counts.other_values),
            complete: counts.is_complete,
        }
    }
}

impl From<engine::RecordGroup> for RecordGroup {
    fn from(group: engine::RecordGroup) -> Self {
        Self {
            value: group.value,
            records: Number::from_u64(group.records),
            buckets: group.buckets,
        }
    }
}
