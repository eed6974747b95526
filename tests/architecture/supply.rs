//! What the program is made of: which packages the pages hold, which licences they have, what the list of parts says. Crates are
//! `cargo deny`'s (`make supply`).

use crate::{read, root, sources};
use serde_json::Value;
use std::{collections::BTreeSet, process::Command};

/// Brought by another package beside it; no source names it.
const PEERS: &[&str] = &["@internationalized/date"];
const LICENCES: &[&str] = &["MIT", "ISC", "Apache-2.0", "Apache-2.0 OR MIT", "OFL-1.1"];
/// Its package says nothing; its repository has the text of MIT.
const UNSAID: &[&str] = &["node_modules/svelte-toolbelt"];

#[test]
fn what_the_pages_hold_is_listed_and_defended() {
    let defended: BTreeSet<String> = read("ui/DEPENDENCIES.md")
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.strip_prefix("| `")?.split_once('`')?;
            let reasons = rest.trim_start().strip_prefix('|')?;
            assert!(
                reasons
                    .split('|')
                    .all(|reason| reason.trim().len() > 4 || reason.is_empty()),
                "{line}"
            );
            Some(name.to_owned())
        })
        .collect();
    assert_eq!(
        defended,
        shipped_by_name(),
        "ui/DEPENDENCIES.md and ui/package.json differ"
    );
}

#[test]
fn the_pages_import_what_is_listed_and_nothing_else() {
    let mut imported = BTreeSet::new();
    for path in sources(&[".ts", ".svelte", ".css"]) {
        let name = path.to_string_lossy();
        if name.starts_with("ui/src/") && !name.ends_with(".test.ts") {
            imported.extend(imports(&read(&path)));
        }
    }
    // Node's own are for what builds and tests
    let mut listed = shipped_by_name();
    listed.retain(|name| !PEERS.contains(&name.as_str()));
    assert_eq!(imported, listed);
}

#[test]
fn imports_of_every_kind_are_seen() {
    let text = "import a from 'one/deep'\nimport '@two/x/y.css'\nconst b = await import('three')\n} from \"four\"\n\
                url('@five/font/files/a.woff2')\nimport c from './own'\nurl(#own)\n";
    let found: Vec<String> = imports(text).into_iter().collect();
    assert_eq!(found, ["@five/font", "@two/x", "four", "one", "three"]);
}

#[test]
fn each_package_is_of_a_known_licence_and_has_a_checksum() {
    let lock: Value = serde_json::from_str(&read("ui/package-lock.json")).expect("JSON");
    let mut shipped = 0;
    for (path, package) in lock["packages"].as_object().expect("packages") {
        if path.is_empty() {
            continue;
        }
        if package["dev"] == true || package["optional"] == true || package["devOptional"] == true {
            continue;
        }
        shipped += 1;
        assert!(
            package["integrity"]
                .as_str()
                .is_some_and(|sum| sum.starts_with("sha512-")),
            "{path} has no checksum"
        );
        let known = package["license"]
            .as_str()
            .map_or(UNSAID.contains(&path.as_str()), |licence| {
                LICENCES.contains(&licence)
            });
        assert!(known, "{path}: {}", package["license"]);
    }
    assert!(shipped >= shipped_by_name().len(), "{shipped} packages");
}

#[test]
fn the_list_of_parts_holds_what_is_linked_and_goes_into_the_bundle() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sbom.json");
    let made = Command::new("node")
        .arg(".ci/sbom.mjs")
        .arg(&file)
        .current_dir(root())
        .output()
        .expect("node runs");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let list: Value = serde_json::from_slice(&std::fs::read(&file).expect("a list")).expect("JSON");
    assert_eq!(
        (list["bomFormat"].as_str(), list["specVersion"].as_str()),
        (Some("CycloneDX"), Some("1.6"))
    );
    let components = list["components"].as_array().expect("components");
    let named = |name: &str| components.iter().find(|one| one["name"] == name);
    for linked in [
        "tauri",
        "rusqlite",
        "libsqlite3-sys",
        "aws-sdk-kinesis",
        "rustls",
        "zstd-sys",
        "svelte",
        "@codemirror/view",
        "store",
    ] {
        assert!(named(linked).is_some(), "{linked} is missing");
    }
    for absent in [
        "insta",
        "proptest",
        "tempfile-dev",
        "vitest",
        "playwright",
        "torture",
        "faults",
        "tauri-build",
    ] {
        assert!(
            named(absent).is_none(),
            "{absent} is no part of the program"
        );
    }
    for part in components {
        let is_ours = part.get("purl").is_none();
        assert!(
            is_ours
                || part["hashes"][0]["content"]
                    .as_str()
                    .is_some_and(|sum| sum.len() >= 64),
            "{part}"
        );
    }
    let configuration: Value = serde_json::from_str(&read("tauri.conf.json")).expect("JSON");
    let files = &configuration["bundle"]["linux"]["deb"]["files"];
    assert_eq!(
        files["/usr/share/doc/kinescope/sbom.cdx.json"],
        "target/sbom.cdx.json"
    );
}

fn shipped_by_name() -> BTreeSet<String> {
    let packages: Value = serde_json::from_str(&read("ui/package.json")).expect("JSON");
    let listed = packages["dependencies"].as_object().expect("dependencies");
    for (name, version) in listed {
        let version = version.as_str().unwrap_or_default();
        assert!(
            version.starts_with(|c: char| c.is_ascii_digit()),
            "{name} {version} is not exact"
        );
    }
    listed.keys().cloned().collect()
}

/// Names of packages in a source: what is imported, at once or later, and what a style takes from one.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for before in [
        "from '",
        "from \"",
        "import '",
        "import \"",
        "import('",
        "import(\"",
        "url('@",
        "url(\"@",
    ] {
        for rest in text.split(before).skip(1) {
            let at = if before.ends_with('@') { "@" } else { "" };
            let end = rest.find(['\'', '"']).unwrap_or(0);
            let name = format!("{at}{}", &rest[..end]);
            if name.starts_with(['.', '#', '/'])
                || name.contains([' ', '\n'])
                || name.is_empty()
                || name.starts_with("node:")
            {
                continue;
            }
            let parts = if name.starts_with('@') { 2 } else { 1 };
            found.insert(name.split('/').take(parts).collect::<Vec<_>>().join("/"));
        }
    }
    found
}
