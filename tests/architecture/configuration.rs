//! The window's locks: a weaker configuration fails here.

use crate::read;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What the inspector's own window may call: what its tabs read, its page's own questions, how large it is drawn, and closing it.
const INSPECTORS: [&str; 17] = [
    "app_info",
    "zoom_window",
    "open_record",
    "record_event",
    "earlier_record",
    "record_tree",
    "record_text",
    "record_raw",
    "record_copy",
    "record_bytes",
    "find_in_tree",
    "place_in_tree",
    "possible_relations",
    "related_records",
    "watch_inspector_window",
    "step_from_inspector_window",
    "close_inspector_window",
];
/// What the main window may not: it is the other page's.
const NOT_MAINS: [&str; 2] = ["watch_inspector_window", "step_from_inspector_window"];

/// The policy, word for word: nothing inline, nothing remote, no frames, no plug-ins.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self'; connect-src ipc: http://ipc.localhost; worker-src 'self'; \
     object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[test]
fn the_window_is_locked_down() {
    assert_eq!(Locks::of_the_product().weaknesses(), Vec::<String>::new());
}

#[test]
fn while_developing_the_window_and_vite_mean_the_same_address() {
    let address = parsed("tauri.conf.json")["build"]["devUrl"].clone();
    let served = read("ui/vite.config.ts");
    let (host, port) = address
        .as_str()
        .and_then(|address| address.strip_prefix("http://")?.split_once(':'))
        .unwrap_or_else(|| panic!("{address} has no host and port"));
    assert!(
        served.contains(&format!("host: '{host}', port: {port}, strictPort: true")),
        "Vite does not serve {address}"
    );
}

#[test]
fn each_window_has_one_capability_and_there_are_no_others() {
    let files = crate::sources(&[".json", ".toml"]);
    let capabilities: BTreeSet<&str> = files
        .iter()
        .filter_map(|path| path.strip_prefix("src-tauri/capabilities").ok()?.to_str())
        .collect();
    assert_eq!(
        capabilities,
        BTreeSet::from(["inspector.json", "main.json"])
    );
}

#[test]
fn the_inspectors_window_only_reads() {
    let commands: BTreeSet<&str> = kinescope::COMMANDS.iter().copied().collect();
    for command in INSPECTORS {
        assert!(commands.contains(command), "{command} is no command");
        let reads = [
            "record",
            "app_info",
            "find_in_tree",
            "place_in_tree",
            "possible_relations",
        ];
        let is_its_own = ["close_inspector_window", "zoom_window"].contains(&command)
            || NOT_MAINS.contains(&command);
        assert!(
            is_its_own || reads.iter().any(|word| command.contains(word)),
            "{command} is not known to read one record"
        );
    }
}

#[test]
fn the_lock_file_names_no_registry() {
    let settings = read("ui/.npmrc");
    assert!(
        settings
            .lines()
            .any(|line| line == "omit-lockfile-registry-resolved=true")
    );
    assert!(
        !settings.contains("registry=") && !settings.contains("://"),
        "{settings}"
    );
    assert!(
        !read("ui/package-lock.json").contains("\"resolved\""),
        "ui/package-lock.json names download addresses"
    );
}

/// Everything that decides what a page in the window can do; changed copies of it are in `weaker`.
#[derive(Clone, Debug)]
pub struct Locks {
    pub configuration: Value,
    pub capability: Value,
    /// Of the inspector's own window.
    pub inspector: Value,
    /// The build script, which declares the commands.
    pub build: String,
    /// The shell's own sources, in one.
    pub shell: String,
    pub cargo: String,
    pub packages: Value,
}

impl Locks {
    pub fn of_the_product() -> Self {
        let shell = crate::sources(&[".rs"]);
        let shell = shell
            .iter()
            .filter(|path| path.starts_with("src-tauri/src"));
        Self {
            configuration: parsed("tauri.conf.json"),
            capability: parsed("src-tauri/capabilities/main.json"),
            inspector: parsed("src-tauri/capabilities/inspector.json"),
            build: read("src-tauri/build.rs"),
            shell: shell.map(read).collect(),
            cargo: read("Cargo.toml"),
            packages: parsed("ui/package.json"),
        }
    }

    /// What is weaker than it has to be, each in words.
    pub fn weaknesses(&self) -> Vec<String> {
        let all = [
            self.of_the_page(),
            self.of_the_commands(),
            self.of_the_code(),
        ]
        .concat();
        let weak = all.into_iter().filter(|(_, holds)| !holds);
        weak.map(|(what, _)| what.to_owned()).collect()
    }

    fn of_the_page(&self) -> Vec<(&'static str, bool)> {
        let (app, build) = (&self.configuration["app"], &self.configuration["build"]);
        let security = &app["security"];
        // what is not named here keeps its default, and a default that is not known is a weakness
        let known = [
            "csp",
            "dangerousDisableAssetCspModification",
            "freezePrototype",
            "capabilities",
        ];
        let of_app = ["withGlobalTauri", "security", "windows"];
        let at_home = build["devUrl"]
            .as_str()
            .is_some_and(|url| url.starts_with("http://127.0.0.1:") && !url.contains('@'));
        vec![
            (
                "the content security policy differs",
                security["csp"] == CONTENT_SECURITY_POLICY,
            ),
            (
                "prototypes can be changed",
                security["freezePrototype"] == true,
            ),
            (
                "capabilities other than the two windows' apply",
                security["capabilities"] == json!(["main", "inspector"]),
            ),
            (
                "Tauri may not add its nonces to scripts",
                security["dangerousDisableAssetCspModification"] == json!(["style-src"]),
            ),
            (
                "a security setting is not known here",
                names(security).iter().all(|name| known.contains(name)),
            ),
            (
                "a setting of the app is not known here",
                names(app).iter().all(|name| of_app.contains(name)),
            ),
            (
                "the page can reach Tauri's globals",
                app["withGlobalTauri"] == false,
            ),
            (
                "windows are configured outside the shell",
                app["windows"] == json!([]),
            ),
            (
                "a plugin is configured",
                self.configuration.get("plugins").is_none(),
            ),
            (
                "an updater's files are made",
                self.configuration["bundle"]
                    .get("createUpdaterArtifacts")
                    .is_none(),
            ),
            (
                "the pages are not the built ones",
                build["frontendDist"] == "ui/dist",
            ),
            ("the server of development is elsewhere", at_home),
        ]
    }

    fn of_the_commands(&self) -> Vec<(&'static str, bool)> {
        let mains = kinescope::COMMANDS
            .iter()
            .filter(|command| !NOT_MAINS.contains(command));
        let declared = vec![(
            "the commands are not declared: they would bypass the access control",
            self.build
                .contains(".app_manifest(tauri_build::AppManifest::new().commands(COMMANDS))")
                && self.build.contains("include!(\"src/commands/names.rs\")"),
        )];
        [
            capability(&self.capability, "main", mains),
            capability(&self.inspector, "inspector", INSPECTORS.iter()),
            declared,
        ]
        .concat()
    }

    fn of_the_code(&self) -> Vec<(&'static str, bool)> {
        let plugins = ["tauri-plugin", "tauri_plugin"];
        let tauri = self.cargo.lines().find(|line| line.starts_with("tauri = "));
        let packages = self.packages.to_string();
        let opens = self.shell.matches("WebviewWindowBuilder::new(").count();
        let checked = self
            .shell
            .matches(".on_navigation(move |url| is_ours(url, developing.as_ref()))")
            .count();
        let elsewhere = "_ => developing.is_some_and(|server| server.origin() == url.origin()),";
        let never = [
            ".plugin(",
            "WebviewUrl::External",
            "WebviewUrl::CustomProtocol",
            "register_uri_scheme_protocol",
            "register_asynchronous_uri_scheme_protocol",
            "on_new_window",
            "devtools(",
            "add_capability",
            "disable_drag_drop_handler",
            "with_global_tauri",
        ];
        vec![
            (
                "Tauri has a plugin or features of its own",
                tauri == Some("tauri = { version = \"2.12.5\" }")
                    && !plugins.iter().any(|name| self.cargo.contains(name)),
            ),
            (
                "the page brings a plugin",
                !packages.contains("@tauri-apps/plugin-"),
            ),
            (
                "a window opens that may be led elsewhere",
                opens == 1 && checked == opens && self.shell.contains(elsewhere),
            ),
            (
                "the page has a network",
                [
                    "builder = builder.proxy_url(NOWHERE.parse()",
                    "const NOWHERE: &str = \"http://127.0.0.1:9\";",
                    "page_network::ask_for_nothing_ahead(&window)?;",
                ]
                .iter()
                .all(|line| self.shell.contains(line)),
            ),
            (
                "the shell widens what a page can do",
                !never.iter().any(|word| self.shell.contains(word)),
            ),
        ]
    }
}

/// A window's own capability has just these commands, for just that window.
fn capability<'a>(
    capability: &Value,
    window: &str,
    commands: impl Iterator<Item = &'a &'a str>,
) -> Vec<(&'static str, bool)> {
    let ours: Vec<Value> = commands
        .map(|command| format!("allow-{}", command.replace('_', "-")).into())
        .collect();
    let known = [
        "$schema",
        "identifier",
        "description",
        "local",
        "windows",
        "permissions",
    ];
    vec![
        (
            "a capability is not for its own window only",
            capability["windows"] == json!([window]) && capability["identifier"] == window,
        ),
        ("a capability is not local", capability["local"] == true),
        (
            "a capability has a remote part",
            capability.get("remote").is_none(),
        ),
        (
            "a capability says something unknown",
            names(capability).iter().all(|name| known.contains(name)),
        ),
        (
            "the permissions are not just our commands",
            capability["permissions"] == Value::from(ours),
        ),
    ]
}

fn names(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect()
}

fn parsed(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
