use crate::wire::{
    CopyForm, Number, RecordDetails, RecordText, TreeNodeKind, TreePage, TreeRequest, TreeRow,
};
use engine::{Expansion, NodeKind, OpenRecord, Pretty, TreeRows, TreeWindow};

impl From<OpenRecord> for RecordDetails {
    fn from(record: OpenRecord) -> Self {
        Self {
            row: record.row.into(),
            stream_arn: record.stream_arn,
            hash_key: record.hash_key.map(|key| key.to_string()),
            explicit_hash_key: record.explicit_hash_key.map(|key| key.to_string()),
            aggregate_bytes: record.aggregate_bytes.map(Number::from_u64),
            aggregate_fault: record.aggregate_fault,
            shown_bytes: Number::from_u64(record.shown_bytes),
            is_masked: record.is_masked,
            layers: record.layers.into(),
        }
    }
}

impl From<CopyForm> for engine::CopyForm {
    fn from(form: CopyForm) -> Self {
        match form {
            CopyForm::Json => Self::Json,
            CopyForm::Text => Self::Text,
            CopyForm::Base64 => Self::Base64,
            CopyForm::Hex => Self::Hex,
            CopyForm::AwsCommand => Self::AwsCommand,
            CopyForm::Curl => Self::Curl,
            CopyForm::Boto3 => Self::Boto3,
            CopyForm::LambdaEvent => Self::LambdaEvent,
        }
    }
}

impl From<TreeRequest> for TreeWindow {
    fn from(request: TreeRequest) -> Self {
        Self {
            expansion: Expansion {
                depth: request.depth as usize,
                toggled: request.toggled.into_iter().collect(),
            },
            first: request.first as usize,
            count: request.count as usize,
        }
    }
}

impl From<TreeRows> for TreePage {
    fn from(page: TreeRows) -> Self {
        Self {
            total: Number::from_u64(page.total as u64),
            truncated: page
                .stop
                .map(|stop| format!("truncated at byte {}", stop.at)),
            rows: page.rows.into_iter().map(TreeRow::from).collect(),
        }
    }
}

impl From<engine::TreeRow> for TreeRow {
    fn from(row: engine::TreeRow) -> Self {
        Self {
            node: row.node,
            depth: row.depth as u32,
            key: row.key,
            index: row.index.map(|index| index as u32),
            kind: match row.kind {
                NodeKind::Object => TreeNodeKind::Object,
                NodeKind::Array => TreeNodeKind::Array,
                NodeKind::String => TreeNodeKind::String,
                NodeKind::Number => TreeNodeKind::Number,
                NodeKind::Bool => TreeNodeKind::Boolean,
                NodeKind::Null => TreeNodeKind::Null,
            },
            text: row.text,
            children: row.children as u32,
            expanded: row.expanded,
            path: row.path,
            cut: row.is_cut,
            start: Number::from_u64(row.span.start as u64),
            end: Number::from_u64(row.span.end as u64),
        }
    }
}

impl From<Pretty> for RecordText {
    fn from(cut: Pretty) -> Self {
        Self {
            text: cut.text,
            truncated: cut
                .truncated_at
                .map(|byte| format!("truncated at byte {byte}")),
        }
    }
}
