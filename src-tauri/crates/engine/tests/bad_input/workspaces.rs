//! Workspaces that cannot be opened: why, what to do, and nothing touched.

use crate::desk::{assert_clear, close, open, try_open};
use engine::EngineError;
use std::{fs, path::Path};

async fn refusal(workspace: &Path) -> EngineError {
    match try_open(workspace).await {
        Ok(_) => panic!("{} was opened", workspace.display()),
        Err(error) => error,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_of_a_newer_version_is_left_untouched() {
    /// Where `SQLite` keeps `user_version`: <https://www.sqlite.org/fileformat.html>.
    const USER_VERSION_AT: usize = 60;
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = folder.path().join("newer.kscope");
    close(open(&workspace).await).await;
    let mut bytes = fs::read(&workspace).expect("the file");
    bytes[USER_VERSION_AT..USER_VERSION_AT + 4].copy_from_slice(&4_000u32.to_be_bytes());
    fs::write(&workspace, &bytes).expect("written");
    let error = refusal(&workspace).await;
    assert_clear(&error, "newer version of Kinescope", "Update Kinescope");
    assert!(error.to_string().contains("newer.kscope"), "{error}");
    assert!(fs::read(&workspace).expect("the file") == bytes, "touched");
}

/// Not even root writes below /sys.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written() {
    for workspace in ["/sys/kinescope/new.kscope", "/sys/new.kscope"] {
        let error = refusal(Path::new(workspace)).await;
        assert_clear(&error, "/sys/", "open the copy");
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_something_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let notes = folder.path().join("notes.txt");
    fs::write(&notes, "buy milk").expect("written");
    let error = refusal(&notes).await;
    assert_clear(&error, "no Kinescope workspace", "Choose a .kscope file");
    assert_eq!(fs::read(&notes).expect("the file"), b"buy milk");
    let error = refusal(folder.path()).await;
    assert!(error.to_string().contains("cannot be used"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_is_open_already() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = folder.path().join("twice.kscope");
    let engine = open(&workspace).await;
    let error = refusal(&workspace).await;
    assert_clear(
        &error,
        "open in another Kinescope",
        "close it and try again",
    );
    close(engine).await;
    close(open(&workspace).await).await;
}

/// Every page of its tables behind the first two is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_workspace_names_the_way_out_and_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let [workspace, into] =
        ["damaged.kscope", "salvaged.kscope"].map(|name| folder.path().join(name));
    close(open(&workspace).await).await;
    let mut bytes = fs::read(&workspace).expect("the file");
    bytes[20_000..].fill(7);
    fs::write(&workspace, &bytes).expect("written");
    let error = refusal(&workspace).await;
    assert_clear(&error, "is damaged", "go on in a new workspace");
    let step = error.next_step().expect("a next step");
    assert!(step.starts_with("Salvage what is whole"), "{step}");
    fs::write(&workspace, &bytes).expect("written");
    let salvaged = engine::Engine::salvage(workspace.clone(), into.clone()).await;
    assert!(fs::read(&workspace).expect("the file") == bytes, "touched");
    match salvaged {
        Ok(salvaged) => assert_eq!(salvaged.records, 0),
        Err(error) => assert_clear(&error, "is damaged", "go on in a new workspace"),
    }
    if into.exists() {
        close(open(&into).await).await;
    }
}
