//! The window's locks: a weaker configuration fails here.

use crate::read;
use serde_json::Value;

/// The policy, word for word: nothing inline, nothing remote, no frames, no plug-ins.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self'; connect-src ipc: http://ipc.localhost; worker-src 'self'; \
     object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[test]
fn the_window_is_locked_down() {
    assert_eq!(
        weaknesses(
            &json("tauri.conf.json"),
            &json("src-tauri/capabilities/main.json")
        ),
        Vec::<String>::new()
    );
}

#[test]
fn each_weaker_configuration_is_caught() {
    let (sound, capability) = (
        json("tauri.conf.json"),
        json("src-tauri/capabilities/main.json"),
    );
    let weaken: &[(&str, Value)] = &[
        ("/app/security/csp", Value::Null),
        (
            "/app/security/csp",
            "default-src 'self' 'unsafe-inline'".into(),
        ),
        (
            "/app/security/csp",
            CONTENT_SECURITY_POLICY
                .replace("script-src 'self'", "script-src 'self' blob:")
                .into(),
        ),
        ("/app/security/freezePrototype", false.into()),
        (
            "/app/security/capabilities",
            serde_json::json!(["main", "other"]),
        ),
        (
            "/app/security/dangerousDisableAssetCspModification",
            true.into(),
        ),
        ("/app/withGlobalTauri", true.into()),
    ];
    for (place, value) in weaken {
        let mut changed = sound.clone();
        *changed.pointer_mut(place).expect("the place exists") = value.clone();
        assert_ne!(
            weaknesses(&changed, &capability),
            Vec::<String>::new(),
            "{place} = {value} was not caught"
        );
    }
    for (place, value) in [
        ("/local", Value::from(false)),
        ("/permissions/0", "shell:default".into()),
        ("/permissions/0", "core:default".into()),
        ("/windows/0", "*".into()),
    ] {
        let mut changed = capability.clone();
        *changed.pointer_mut(place).expect("the place exists") = value.clone();
        assert_ne!(
            weaknesses(&sound, &changed),
            Vec::<String>::new(),
            "{place} = {value} was not caught"
        );
    }
    let mut remote = capability.clone();
    remote["remote"] = serde_json::json!({"urls": ["https://*"]});
    assert_ne!(
        weaknesses(&sound, &remote),
        Vec::<String>::new(),
        "a remote capability was not caught"
    );
}

#[test]
fn while_developing_the_window_and_vite_mean_the_same_address() {
    let address = json("tauri.conf.json")["build"]["devUrl"].clone();
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
fn no_second_capability_widens_the_first() {
    let files = crate::sources(&[".json", ".toml"]);
    let capabilities: Vec<_> = files
        .iter()
        .filter(|path| path.starts_with("src-tauri/capabilities"))
        .collect();
    assert_eq!(capabilities.len(), 1, "{capabilities:?}");
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

fn weaknesses(configuration: &Value, capability: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut expect = |what: &str, holds: bool| {
        if !holds {
            found.push(what.to_owned());
        }
    };
    let security = &configuration["app"]["security"];
    expect(
        "the content security policy differs",
        security["csp"] == CONTENT_SECURITY_POLICY,
    );
    expect(
        "prototypes can be changed",
        security["freezePrototype"] == true,
    );
    expect(
        "capabilities other than `main` apply",
        security["capabilities"] == serde_json::json!(["main"]),
    );
    expect(
        "Tauri may not add its nonces to scripts",
        security["dangerousDisableAssetCspModification"] == serde_json::json!(["style-src"]),
    );
    expect(
        "the page can reach Tauri's globals",
        configuration["app"]["withGlobalTauri"] == false,
    );
    expect(
        "windows are configured outside the shell",
        configuration["app"]["windows"] == serde_json::json!([]),
    );
    expect(
        "the capability is not for the main window only",
        capability["windows"] == serde_json::json!(["main"]),
    );
    expect("the capability is not local", capability["local"] == true);
    expect(
        "the capability has a remote part",
        capability.get("remote").is_none(),
    );
    let permissions = capability["permissions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let ours: Vec<Value> = kinescope::COMMANDS
        .iter()
        .map(|command| format!("allow-{}", command.replace('_', "-")).into())
        .collect();
    expect(
        "the permissions are not just our commands",
        permissions == ours,
    );
    found
}

fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
