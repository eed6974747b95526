//! What the package brings beside the program: the menu's entry, the kind of file that it opens, the manual page.

use crate::read;
use kinescope::Options;
use serde_json::Value;

const MIME: &str = "application/vnd.kinescope.capture";
const LINKS: &str = "x-scheme-handler/kinescope";
const ENTRY: &str = "packaging/kinescope.desktop";
const KINDS: &str = "packaging/kinescope.xml";
const MANUAL: &str = "packaging/kinescope.1";

fn bundle() -> Value {
    let configuration: Value = serde_json::from_str(&read("tauri.conf.json")).expect("it is JSON");
    configuration["bundle"].clone()
}

#[test]
fn the_package_brings_all_of_them() {
    let bundle = bundle();
    let deb = &bundle["linux"]["deb"];
    assert_eq!(deb["desktopTemplate"], ENTRY);
    assert_eq!(
        deb["files"]["/usr/share/mime/packages/kinescope.xml"],
        KINDS
    );
    assert_eq!(deb["files"]["/usr/share/man/man1/kinescope.1"], MANUAL);
}

#[test]
fn the_menu_entry_opens_links_and_the_kind_of_file_that_is_declared() {
    let (entry, kinds) = (read(ENTRY), read(KINDS));
    let line = |name: &str| {
        let found = entry.lines().find_map(|line| line.strip_prefix(name));
        found.unwrap_or_else(|| panic!("{ENTRY} has no {name}"))
    };
    assert_eq!(line("MimeType="), format!("{MIME};{LINKS};"));
    assert_eq!(line("Exec="), "{{exec}} %u", "one file or link");
    assert!(kinds.contains(&format!("<mime-type type=\"{MIME}\">")));
    assert!(kinds.contains("<glob pattern=\"*.kscope\"/>"));
    let associations = &bundle()["fileAssociations"];
    assert_eq!(associations[0]["mimeType"], MIME);
    assert_eq!(associations[0]["ext"], serde_json::json!(["kscope"]));
}

#[test]
fn the_manual_names_every_option_that_the_program_names() {
    let manual = read(MANUAL).replace("\\-", "-");
    let options: Vec<&str> = Options::USAGE
        .split_whitespace()
        .map(|word| word.trim_matches(['[', ']']))
        .filter(|word| word.starts_with("--"))
        .collect();
    assert!(options.len() >= 4, "{options:?}");
    assert!(Options::USAGE.contains("LINK") && manual.contains(".RI [ LINK ]"));
    for option in options {
        assert!(manual.contains(option), "{MANUAL} does not name {option}");
    }
    assert!(manual.contains("KINESCOPE_LOG"));
}
