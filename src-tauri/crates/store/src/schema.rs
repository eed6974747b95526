//! Migrations: numbered SQL files, one transaction each, a backup of the old file first.

use crate::StoreError;
use mutants::Mutant;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// "KSCO" in the file's header: how a workspace is told from any other SQLite file.
pub(crate) const APPLICATION_ID: u32 = 0x4b53_434f;

/// Number n in the list brings a file from format n to n + 1.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_workspace.sql"),
    include_str!("../migrations/0002_deliveries.sql"),
    include_str!("../migrations/0003_delivery_captures.sql"),
    include_str!("../migrations/0004_checks.sql"),
];

/// Backups of one format that are kept beside each other.
const MAX_BACKUPS: u32 = 100;

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
        if mutants::is_on(Mutant::MigrationApart) {
            connection.execute_batch(sql)?;
            connection.pragma_update(None, "user_version", number)?;
            continue;
        }
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
    let free = |n: &u32| !numbered(*n).exists();
    numbered((0..MAX_BACKUPS).find(free).unwrap_or(MAX_BACKUPS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::create_private_file;

    const FIRST: &str = "CREATE TABLE one (x); INSERT INTO one VALUES (1)";

    fn migrated(path: &Path, migrations: &[&str]) -> Result<Connection, StoreError> {
        let mut connection = Connection::open(path)?;
        migrate(&mut connection, path, migrations, create_private_file)?;
        Ok(connection)
    }

    fn count(connection: &Connection, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        connection
            .query_row(&sql, [], |row| row.get(0))
            .expect("a count")
    }

    #[test]
    fn a_backup_is_made_before_an_old_file_is_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.kscope");
        drop(migrated(&path, &[FIRST]).expect("format 1"));
        assert_eq!(
            std::fs::read_dir(folder.path()).expect("a folder").count(),
            1,
            "a new file needs no backup"
        );
        let connection =
            migrated(&path, &[FIRST, "CREATE TABLE two (x)", "DROP TABLE one"]).expect("format 3");
        assert_eq!(
            (
                version(&connection).expect("a version"),
                count(&connection, "two")
            ),
            (3, 0)
        );
        let backup = Connection::open(backup_path_taken(&path, 1)).expect("the backup");
        assert_eq!(
            (version(&backup).expect("a version"), count(&backup, "one")),
            (1, 1)
        );
    }

    fn backup_path_taken(path: &Path, version: u32) -> PathBuf {
        assert_ne!(
            backup_path(path, version),
            path.with_extension("kscope.format-1.backup"),
            "not overwritten"
        );
        path.with_extension("kscope.format-1.backup")
    }

    #[test]
    fn a_migration_that_fails_leaves_the_format_before_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.kscope");
        let broken = [
            FIRST,
            "CREATE TABLE two (x)",
            "CREATE TABLE three (x); SELECT nonsense",
        ];
        assert!(migrated(&path, &broken).is_err());
        let connection = Connection::open(&path).expect("the file");
        assert_eq!(
            (
                version(&connection).expect("a version"),
                count(&connection, "two")
            ),
            (2, 0)
        );
        assert!(connection.prepare("SELECT * FROM three").is_err());
    }

    #[test]
    fn a_newer_format_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.kscope");
        drop(migrated(&path, &[FIRST, "CREATE TABLE two (x)"]).expect("format 2"));
        assert!(matches!(
            migrated(&path, &[FIRST]),
            Err(StoreError::NewerVersion {
                found: 2,
                known: 1,
                ..
            })
        ));
    }
}
