//! The one list of what the window may call.
//!
//! Typed commands go through tauri-specta, which writes their TypeScript bindings and refuses 64-bit
//! integers. Commands that answer raw bytes have no type to write; they are listed beside them. Both are
//! declared to Tauri's access control by the build script, from `commands/names.rs`.

use crate::commands;
use std::sync::LazyLock;
use tauri_specta::{Builder, collect_commands};

/// All commands, as declared to the access control.
pub const COMMANDS: &[&str] = &include!("commands/names.rs");
/// Those that answer raw bytes and have no generated binding.
pub const RAW_COMMANDS: &[&str] = &["view_buckets", "record_bytes"];

/// The typed commands.
#[expect(clippy::too_many_lines, reason = "a line for each command")]
pub fn ipc() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            commands::app_info,
            commands::salvage_workspace,
            commands::subscribe,
            commands::search_text,
            commands::demo_status,
            commands::set_demo_rate,
            commands::list_connections,
            commands::open_connection,
            commands::probe_connection,
            commands::close_connection,
            commands::withdraw_trust,
            commands::keep_connection,
            commands::forget_connection,
            commands::test_connection,
            commands::connection_meter,
            commands::connection_permissions,
            commands::connection_calls,
            commands::list_streams,
            commands::stream_details,
            commands::stream_shards,
            commands::stream_consumers,
            commands::stream_tags,
            commands::create_stream,
            commands::delete_stream,
            commands::shard_of_key,
            commands::list_captures,
            commands::start_capture,
            commands::pause_capture,
            commands::resume_capture,
            commands::stop_capture,
            commands::rename_capture,
            commands::delete_capture,
            commands::capture_status,
            commands::use_local_time,
            commands::check_filter,
            commands::complete_filter,
            commands::narrow_filter,
            commands::toggle_filter,
            commands::open_view,
            commands::close_view,
            commands::view_status,
            commands::view_page,
            commands::view_row_at,
            commands::view_row_of,
            commands::view_coverage,
            commands::view_gaps,
            commands::view_groups,
            commands::masking,
            commands::add_mask,
            commands::switch_mask_on,
            commands::mask_again,
            commands::unmask,
            commands::kept_columns,
            commands::keep_columns,
            commands::read_path,
            commands::seen_fields,
            commands::check_question,
            commands::complete_question,
            commands::ask_question,
            commands::ask_sql,
            commands::sql_words,
            commands::question_status,
            commands::question_rows,
            commands::question_chart,
            commands::narrow_question,
            commands::stop_question,
            commands::close_question,
            commands::export_answer,
            commands::known_texts,
            commands::remember_text,
            commands::save_text,
            commands::forget_text,
            commands::open_record,
            commands::record_event,
            commands::earlier_record,
            commands::record_tree,
            commands::record_text,
            commands::record_raw,
            commands::record_copy,
            commands::find_in_tree,
            commands::place_in_tree,
            commands::possible_relations,
            commands::related_records,
            commands::open_inspector_window,
            commands::show_in_inspector_window,
            commands::watch_inspector_window,
            commands::step_from_inspector_window,
            commands::close_inspector_window,
            commands::stream_decoding,
            commands::pin_decoding,
            commands::add_schema,
            commands::forget_schema,
            commands::use_registry,
            commands::leave_registry,
            commands::ask_registry_again,
            commands::target_facts,
            commands::request_grant,
            commands::list_grants,
            commands::revoke_grant,
            commands::preview_draft,
            commands::publish_draft,
            commands::draft_command,
            commands::publish_history,
            commands::publish_status,
            commands::draft_of,
            commands::draft_of_published,
            commands::pause_publish,
            commands::resume_publish,
            commands::go_on_publish,
            commands::cancel_publish,
            commands::list_templates,
            commands::save_template,
            commands::delete_template,
            commands::pick_import_file,
            commands::preview_import,
            commands::start_import,
            commands::plan_replay,
            commands::preview_replay,
            commands::save_plan,
            commands::load_plan,
            commands::pick_replay_file,
            commands::start_replay,
            commands::list_replays,
            commands::replay_status,
            commands::pause_replay,
            commands::resume_replay,
            commands::step_replay,
            commands::cancel_replay,
            commands::set_replay_pace,
            commands::replay_records,
            commands::export_replay_report,
            commands::verify_replay,
            commands::record_replays,
            commands::import_capture,
            commands::export_capture,
            commands::saga_definitions,
            commands::read_saga_definition,
            commands::check_saga_definition,
            commands::save_saga_definition,
            commands::saga_words,
            commands::learn_saga_definition,
            commands::open_sagas,
            commands::saga_board,
            commands::close_sagas,
            commands::saga_rows,
            commands::saga_variants,
            commands::saga_scatter,
            commands::open_saga,
            commands::saga_of_record,
            commands::place_of_saga_id,
            commands::saga_state,
            commands::compare_sagas,
            commands::follow_value,
            commands::unanswered_commands,
            commands::fold_state,
            commands::choose_saga_folder,
            commands::export_saga,
            commands::send_saga_traces,
        ])
        .disable_serde_phases()
}

/// Answers typed and raw commands alike.
pub(crate) fn handler() -> impl Fn(tauri::ipc::Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
    /// The handler borrows what it was built from for as long as the program runs.
    static TYPED: LazyLock<Builder<tauri::Wry>> = LazyLock::new(ipc);

    let typed = TYPED.invoke_handler();
    let raw: fn(tauri::ipc::Invoke<tauri::Wry>) -> bool =
        tauri::generate_handler![commands::view_buckets, commands::record_bytes];
    move |invoke| {
        if RAW_COMMANDS.contains(&invoke.message.command()) {
            raw(invoke)
        } else {
            typed(invoke)
        }
    }
}
