//! Records into files, in the background: what a filter shows, as it may be shown, whole or not at all.

use super::lab::{COMMANDS, EVENTS, EVERYTHING, Lab, STEPS, until};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    CaptureId, EngineError, ExportId, ExportOverview, ExportState, MaskKind, RecordFormat,
    WantedChoice, WantedRecords,
};
use std::path::{Path, PathBuf};

const ORDERS: u64 = 20;

async fn captured(emulator: &Emulator) -> (Lab, CaptureId) {
    let lab = Lab::at(&emulator.endpoint()).await;
    let capture = lab.capture_orders(ORDERS).await;
    (lab, capture)
}

fn shown(filter: &str) -> WantedChoice {
    WantedChoice::Filter {
        filter: filter.to_owned(),
        from: None,
        until: None,
    }
}

/// Begins, and waits for its end.
async fn export(
    lab: &Lab,
    chosen: WantedChoice,
    format: RecordFormat,
    path: &Path,
) -> ExportOverview {
    let wanted = WantedRecords {
        captures: Vec::new(),
        chosen,
    };
    let begun = lab.engine.start_export(wanted, format, path.to_owned());
    let id = begun.await.expect("it begins").id;
    let now = || lab.engine.export(id).expect("an export");
    until("it came to its end", async || {
        now().state != ExportState::Running
    })
    .await;
    now()
}

fn written(export: &ExportOverview) -> String {
    assert_eq!(export.state, ExportState::Written);
    std::fs::read_to_string(&export.path).expect("the file")
}

fn names_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").path());
    names
        .filter(|path| path.to_string_lossy().contains("records"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_filter_shows_goes_into_a_file_of_each_kind() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let (lab, _) = captured(&emulator).await;
    let path = lab.folder.path().join("records.ndjson");

    let lines = export(&lab, shown("type:STEP_1"), RecordFormat::Lines, &path).await;
    assert_eq!(lines.records, ORDERS);
    let text = written(&lines);
    assert_eq!(text.lines().count() as u64, ORDERS);
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(record["data"]["eventType"], "STEP_1");
        assert!([EVENTS, COMMANDS].contains(&record["stream"].as_str().expect("a stream")));
        assert!(record["arrival"].as_str().expect("a time").ends_with('Z'));
        assert!(
            line.contains("\"amount\":11.50"),
            "as it was written: {line}"
        );
    }

    let filter = shown(&format!("stream:{EVENTS}"));
    let path = lab.folder.path().join("records.csv");
    let table = export(&lab, filter.clone(), RecordFormat::Csv, &path).await;
    let text = written(&table);
    assert_eq!(
        text.lines().count() as u64,
        table.records + 1,
        "with its head"
    );
    assert!(text.starts_with("arrival,stream,shard,sequence number,"));
    assert!(!text.contains(COMMANDS));

    let path = lab.folder.path().join("records.ferro.ndjson");
    let capture = export(&lab, filter, RecordFormat::Capture, &path).await;
    let imported = lab.engine.import_capture(&path).await.expect("imported");
    assert_eq!((imported.records, imported.bad_lines), (table.records, 0));
    assert_eq!(capture.records, table.records);
    assert_eq!(
        names_in(lab.folder.path()).len(),
        3,
        "nothing is left beside them"
    );
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_masked_is_masked_in_files_too() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let (lab, _) = captured(&emulator).await;
    let masked = lab.engine.add_mask(MaskKind::Name, "sagaId".to_owned());
    masked.await.expect("a rule");
    for (format, name) in [
        (RecordFormat::Lines, "records.ndjson"),
        (RecordFormat::Csv, "records.csv"),
        (RecordFormat::Capture, "records.ferro.ndjson"),
    ] {
        let path = lab.folder.path().join(name);
        let made = export(&lab, EVERYTHING, format, &path).await;
        assert_eq!(made.records, ORDERS * STEPS);
        for line in written(&made).lines() {
            let text = if format == RecordFormat::Capture {
                let put = exchange::read_captured_put(line).expect("a line");
                String::from_utf8(put.expect("a record").data).expect("text")
            } else {
                line.to_owned()
            };
            assert!(!text.contains("\"saga-"), "{format:?}: {text}");
            assert!(!text.contains("\"\"saga-"), "{format:?}: {text}");
        }
    }
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_written_is_told_and_a_filter_that_cannot_be_read_begins_none() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let (lab, _) = captured(&emulator).await;
    let nowhere = lab.folder.path().join("no folder").join("records.csv");
    let failed = export(&lab, EVERYTHING, RecordFormat::Csv, &nowhere).await;
    let ExportState::Failed(why) = failed.state else {
        panic!("{failed:?}");
    };
    assert!(why.contains("records.csv"), "{why}");

    let wanted = WantedRecords {
        captures: Vec::new(),
        chosen: shown("type:("),
    };
    let refused = lab
        .engine
        .start_export(wanted, RecordFormat::Csv, nowhere)
        .await;
    assert!(
        matches!(refused, Err(EngineError::Filter { .. })),
        "{refused:?}"
    );
    assert!(matches!(
        lab.engine.export(ExportId(99)),
        Err(EngineError::UnknownExport)
    ));
    lab.engine.close().await;
}
