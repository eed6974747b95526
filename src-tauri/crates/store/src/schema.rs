//! Migrations: numbered SQL files, one transaction each, a backup of the old file first.

use crate::StoreError;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// "KSCO" in the file's header: how a workspace is told from any other SQLite file.
pub(crate) const APPLICATION_ID: u32 = 0x4b53_434f;

/// Number n in the list brings a file from format n to n + 1.
pub(crate) const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_workspace.sql")];

/// Brings the file up to the last migration. `make_private` creates an empty file for the backup.
pub(crate) fn migrate(
    connection: &mut Connection,
    path: &Path,
    migrations: &[&str],
    make_private: impl Fn(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let known = migrations.len() as u32;
    let found = version(connection)?;
    if found > known {
        return Err(StoreError::NewerVersion {
            path: path.to_owned(),
            found,
            known,
        });
    }
    if found > 0 && found < known {
        let backup = backup_path(path, found);
        make_private(&backup)?;
        connection.execute("VACUUM INTO ?", [backup.to_string_lossy()])?;
    }
    for (number, sql) in (1u32..).zip(migrations).skip(found as usize) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
        tracing::info!(number, "workspace format brought up to date");
    }
    Ok(())
}

pub(crate) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Beside the workspace; an older backup of the same format is not overwritten.
fn backup_path(path: &Path, version: u32) -> PathBuf {
    let numbered = |n: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(if n == 0 {
            format!(".format-{version}.backup")
        } else {
            format!(".format-{version}.{n}.backup")
        });
        PathBuf::from(name)
    };
    (0..)
        .map(numbered)
        .find(|candidate| !candidate.exists())
        .unwrap_or_else(|| numbered(u32::MAX))
}
