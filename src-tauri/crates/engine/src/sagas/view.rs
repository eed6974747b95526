//! The sagas of the boards that are open, as a view for SQL. Verdicts are the boards'; what is not open is not judged for a
//! statement.

use super::{board::Board, boards::Boards};
use saga::views::list::{ListRow, kept_rows};
use store::{Rows, SqlColumn, SqlValue, SqlView, Taking};

/// More are told as too many, and not cut: sums over a part would be wrong.
const MOST_SAGAS: usize = 200_000;

const fn column(name: &'static str, kind: &'static str, about: &'static str) -> SqlColumn {
    SqlColumn { name, kind, about }
}

pub(crate) const SAGAS: SqlView = SqlView {
    name: "sagas",
    about: "The sagas of the boards that are open on the Sagas screen, as they stand now.",
    columns: &[
        column("board", "INTEGER", ""),
        column("saga", "TEXT", "the definition's name"),
        column("key_name", "TEXT", "what the key is, such as orderId"),
        column("key", "TEXT", "the id that holds it together"),
        column("life", "INTEGER", "which one of this key, from 0"),
        column("status", "TEXT", "running, completed, failed, …"),
        column("waiting_for", "TEXT", "the step that is awaited"),
        column("started", "INTEGER", "milliseconds"),
        column("ended", "INTEGER", "milliseconds; NULL while it runs"),
        column("last", "INTEGER", "its last event, in milliseconds"),
        column("duration_millis", "INTEGER", ""),
        column("events", "INTEGER", ""),
        column("findings", "INTEGER", ""),
        column("streams", "TEXT", "with commas between"),
        column("last_event", "TEXT", "the type of its last event"),
    ],
};

/// The view over these boards, read when a statement asks for it.
pub(crate) fn saga_view(boards: &Boards) -> Rows {
    let boards = boards.clone();
    Rows::new(SAGAS, move |taking| {
        let open = boards.all();
        if open.is_empty() {
            return Err("no sagas are open: open the Sagas screen, then run this again".to_owned());
        }
        open.iter().try_for_each(|board| of_board(board, taking))
    })
}

/// As they are kept: nothing is judged for it, and it ends with the statement.
fn of_board(board: &Board, taking: &mut Taking<'_>) -> Result<(), String> {
    if !board.is_complete() {
        return Err("the sagas are still being read: run this again in a moment".to_owned());
    }
    let taken = board.ask(|judge| {
        if judge.len() > MOST_SAGAS {
            return Err(format!(
                "{} sagas are too many for SQL; {MOST_SAGAS} are the most",
                judge.len()
            ));
        }
        let name = &judge.definition().name;
        kept_rows(judge, |row| taking.row(cells(board.id.0, name, row)));
        Ok(())
    });
    taken.map_err(|error| error.to_string())?
}

fn cells(board: u32, saga: &str, row: ListRow) -> Vec<SqlValue> {
    vec![
        SqlValue::Integer(board.into()),
        SqlValue::text(saga),
        SqlValue::text(row.key.name),
        SqlValue::text(row.key.text),
        SqlValue::Integer(row.life.into()),
        SqlValue::text(row.status.word()),
        SqlValue::maybe(row.waiting_for, SqlValue::Text),
        SqlValue::Integer(row.started.0),
        SqlValue::maybe(row.ended, |time| SqlValue::Integer(time.0)),
        SqlValue::Integer(row.last.0),
        SqlValue::Integer(row.duration_millis),
        SqlValue::Integer(row.events.into()),
        SqlValue::Integer(row.findings.into()),
        SqlValue::Text(row.streams.join(", ")),
        SqlValue::Text(row.last_event),
    ]
}
