//! Nothing is written without a person's yes: one place in the program makes the proof of it.

use crate::{read, sources};

/// Where the proof is made, and where it is defined.
const MAKER: &str = "src-tauri/src/dialog/mod.rs";
const DEFINITION: &str = "src-tauri/crates/kinesis/src/grant/mod.rs";

#[test]
fn only_the_native_dialog_makes_a_yes() {
    let mut makers: Vec<String> = shipped()
        .filter(|(_, text)| text.contains("yes_in_native_dialog("))
        .map(|(name, _)| name)
        .collect();
    makers.sort();
    assert_eq!(makers, [DEFINITION, MAKER]);
    assert_eq!(
        read(MAKER).matches("yes_in_native_dialog(").count(),
        1,
        "{MAKER} makes it at one place"
    );
    let (definition, _tests) = read(DEFINITION)
        .split_once("#[cfg(test)]")
        .map(|(code, tests)| (code.to_owned(), tests.to_owned()))
        .expect("the definition's tests are behind cfg(test)");
    assert_eq!(
        definition.matches("yes_in_native_dialog(").count(),
        1,
        "{DEFINITION} defines it and calls it nowhere"
    );
}

#[test]
fn the_page_has_no_dialogs_of_the_host() {
    for manifest in sources(&["Cargo.toml"]) {
        assert!(
            !read(&manifest).contains("tauri-plugin"),
            "{} brings a plugin, whose commands the page could ask for",
            manifest.display()
        );
    }
}

/// Sources that are part of the program: no tests, benches or examples.
fn shipped() -> impl Iterator<Item = (String, String)> {
    let all = sources(&[".rs"]).into_iter();
    all.map(|path| path.to_string_lossy().into_owned())
        .filter(|name| name.starts_with("src-tauri/"))
        .filter(|name| !name.contains("/tests/") && !name.contains("/examples/"))
        .map(|name| {
            let text = read(&name);
            (name, text)
        })
}
