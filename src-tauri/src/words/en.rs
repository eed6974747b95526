//! English, which the others are translations of.

use super::{Facts, Files, Questions, Signs, Words};

pub(super) const WORDS: Words = Words {
    inspector_title: "Kinescope – Inspector",
    ask: Questions {
        write_title: "Allow writing?",
        write: |stream, minutes| format!("May Kinescope write to {stream} for {minutes} minutes?"),
        invoke_title: "Allow invoking?",
        invoke: |function, minutes| {
            format!("May Kinescope invoke {function} for {minutes} minutes?")
        },
        invoke_at: |address, minutes| {
            format!("May Kinescope invoke the function at {address} for {minutes} minutes?")
        },
        invoke_warning: "What a function does with the records is up to the function: it may write anywhere.",
        allow: |minutes| format!("Allow for {minutes} minutes"),
        refuse: "Don’t allow",
        production: |sign| format!("This looks like production because of {sign}."),
        type_it: |name| format!("Type {name} to allow it"),

        unmask_title: "Show masked values?",
        unmask_session: "Show true values until Kinescope is closed?",
        unmask_session_yes: "Show true values",
        unmask_switch: "Switch this masking rule off?",
        unmask_switch_yes: "Switch it off",
        unmask_remove: "Remove this masking rule?",
        unmask_remove_yes: "Remove it",
        unmask_warning: "What was hidden is shown in the window, in copies and in files. It is written down with the time.",
        unmask_no: "Keep them masked",

        trust_title: "Trust this endpoint?",
        trust_signed: |host| {
            format!(
                "May Kinescope sign requests for {host}, which is neither AWS nor this machine?"
            )
        },
        trust_signed_warning: "Whoever runs it sees these requests, with the names of streams. It is remembered until you withdraw it under Connections.",
        trust_traces: |host| {
            format!("May Kinescope send traces of sagas to {host}, which is not this machine?")
        },
        trust_traces_warning: "Whoever runs it gets what records say of the sagas. It is remembered until you withdraw it under Connections.",
        trust_yes: "Trust it",
        trust_no: "Don’t trust it",

        registry_title: "Ask a schema registry?",
        registry: |host| format!("May Kinescope ask {host} for schemas?"),
        registry_warning: "It learns which schemas the records of this stream name. No record is sent, and no other host is asked.",
        registry_yes: "Ask it for schemas",
        registry_no: "Don’t ask it",
        password: |user| format!("Password of {user}, kept until Kinescope is closed"),
    },
    facts: Facts {
        account: "Account",
        address: "Address",
        arn: "ARN",
        asked_as: "Asked as",
        connection: "Connection",
        created: "Created",
        endpoint: "Endpoint",
        for_whom: "For",
        function: "Function",
        host: "Host",
        invokes_as: "Invokes as",
        region: "Region",
        registry: "Registry",
        rule: "Rule",
        signed_by: "Signed by",
        stream: "Stream",
        writes_as: "Writes as",
        not_said: "the endpoint does not say",
        nobody: "nobody",
        nobody_unsigned: "nobody: requests are not signed",
        placeholders: "placeholders",
        environment: "environment",
        profile: |name| format!("profile {name}"),
        traces: "traces of sagas, unsigned",
    },
    signs: Signs {
        marked: "the connection, which is marked as production",
        stream: |name| format!("the stream {name}"),
        function: |name| format!("the function {name}"),
        account: |account| format!("the account {account}"),
        profile: |name| format!("the profile {name}"),
        tag: |tag| format!("the tag {tag}"),
        unreadable_tags: "its tags, which cannot be read",
    },
    files: Files {
        open: "Open",
        open_again: |name| format!("Choose {name} again"),
        save: "Save as",
        folder: "Choose a folder",
        open_button: "_Open",
        save_button: "_Save",
        choose_button: "Ch_oose",
        cancel_button: "_Cancel",
        all: "All files",
        records: "Records",
        plans: "Plans",
        lines: "Records, one a line",
        schemas: "Schemas",
        workspaces: "Workspaces",
    },
};
