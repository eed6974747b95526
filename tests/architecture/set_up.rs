//! Where there is no apt, `.ci/set-up` installs nothing and says the line to type: for what is needed to build, and
//! for what only tests need.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

/// What the script itself calls.
const CALLED: [&str; 12] = [
    "bash", "cargo", "cut", "dirname", "env", "grep", "head", "ls", "node", "sed", "sort", "tr",
];

/// What it says on a machine that has these programs, each of which says `true` to everything.
fn said_with(programs: &[(&str, &str)]) -> (bool, String) {
    let folder = tempfile::tempdir().expect("a folder");
    for program in CALLED {
        let found = std::env::split_paths(&std::env::var_os("PATH").expect("a PATH"))
            .map(|path| path.join(program))
            .find(|path| path.exists());
        let found = found.unwrap_or_else(|| panic!("{program} is not here"));
        std::os::unix::fs::symlink(found, folder.path().join(program)).expect("a link");
    }
    for (program, script) in programs {
        let path = folder.path().join(program);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a program");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/set-up");
    let output = Command::new(folder.path().join("bash"))
        .arg(script)
        .env("PATH", folder.path())
        .output()
        .expect("the script");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), said)
}

const LINUX: (&str, &str) = ("uname", "echo Linux");
const HAS_WEBKIT: (&str, &str) = ("pkg-config", "exit 0");
const LACKS_WEBKIT: (&str, &str) = ("pkg-config", "exit 1");

#[test]
fn what_is_needed_to_build_is_said_with_the_line_to_type() {
    for (manager, line) in [
        ("dnf", "Type:  sudo dnf install webkit2gtk4.1-devel"),
        ("pacman", "Type:  sudo pacman -S --needed webkit2gtk-4.1"),
    ] {
        let (is_done, said) = said_with(&[LINUX, LACKS_WEBKIT, (manager, "exit 0")]);
        assert!(!is_done && said.contains(line), "{manager}: {said}");
    }
    let mac = ("uname", "echo Darwin");
    let (is_done, said) = said_with(&[mac, ("xcode-select", "exit 2")]);
    assert!(
        !is_done && said.contains("xcode-select --install"),
        "{said}"
    );
}

#[test]
fn what_only_tests_need_is_said_and_stops_nothing() {
    for (manager, line) in [
        (
            "dnf",
            "Type:  sudo dnf install /usr/bin/WebKitWebDriver /usr/bin/Xvfb",
        ),
        (
            "pacman",
            "Type:  sudo pacman -S --needed webkit2gtk-4.1 xorg-server-xvfb",
        ),
    ] {
        let (is_done, said) = said_with(&[LINUX, HAS_WEBKIT, (manager, "exit 0")]);
        assert!(is_done && said.contains(line), "{manager}: {said}");
    }
}

#[test]
fn nothing_is_said_where_nothing_is_missing() {
    let there = [
        "WebKitWebDriver",
        "Xvfb",
        "xdotool",
        "openbox",
        "import",
        "chromium-browser",
        "python3",
        "strace",
    ];
    let mut programs: Vec<_> = there.iter().map(|program| (*program, "exit 0")).collect();
    programs.extend([LINUX, HAS_WEBKIT, ("dnf", "exit 0")]);
    assert_eq!(said_with(&programs), (true, String::new()));
}
