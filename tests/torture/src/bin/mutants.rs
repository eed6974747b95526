//! Proves the suites: each must be green as it is, and red with each of the bugs that name it. `make mutants` runs it.
//!
//! The test program is built with the feature `seeded`, or given as the first argument. `KINESCOPE_MUTANTS=a,b` takes
//! only these bugs; then no figure is written.

use mutants::Mutant;
use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Output, Stdio},
    time::{Duration, Instant},
};
use torture::Figure;

/// How a run of one suite ended.
struct Run {
    is_green: bool,
    /// What the suite says of its first broken case.
    broken: Option<String>,
    took: Duration,
    said: String,
}

fn main() -> ExitCode {
    let only = std::env::var("KINESCOPE_MUTANTS").ok();
    let is_wanted = |mutant: &Mutant| {
        let names = only.as_deref().map(|only| only.split(','));
        names.is_none_or(|mut names| names.any(|name| name == mutant.name()))
    };
    let wanted: Vec<Mutant> = Mutant::ALL.iter().copied().filter(is_wanted).collect();
    let program = std::env::args_os().nth(1).map_or_else(built, PathBuf::from);
    let tests = tests(&program);
    let mut failed = Vec::new();
    for suite in suites(&wanted) {
        let run = run(&program, &tests, suite, None);
        line("none", suite, &run, run.is_green);
        if !run.is_green {
            failed.push(format!("{suite} is red without any bug:\n{}", run.said));
        }
    }
    let mut found = 0;
    for mutant in &wanted {
        let run = run(&program, &tests, mutant.suite(), Some(mutant.name()));
        // a run that ends for another reason has found nothing
        let is_found = !run.is_green && run.broken.is_some();
        line(mutant.name(), mutant.suite(), &run, is_found);
        found += u64::from(is_found);
        if !is_found {
            failed.push(format!(
                "{} stays green although {}:\n{}",
                mutant.suite(),
                mutant.wrong(),
                run.said
            ));
        }
    }
    let figure = Figure {
        name: "mutants".to_owned(),
        tried: wanted.len() as u64,
        fired: found,
        broken: failed.len() as u64,
    };
    if only.is_none() {
        let figures = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../target/torture/figures.json"
        );
        figure
            .save(Path::new(figures))
            .expect("the figures are written");
    }
    println!("mutants: {} tried, {found} found", wanted.len());
    for one in &failed {
        println!("\n{one}");
    }
    ExitCode::from(u8::from(!failed.is_empty()))
}

fn suites(mutants: &[Mutant]) -> Vec<&'static str> {
    let mut suites: Vec<_> = mutants.iter().map(|mutant| mutant.suite()).collect();
    suites.sort_unstable();
    suites.dedup();
    suites
}

/// Where cargo has put the test program, beside this one.
fn built() -> PathBuf {
    let this = std::env::current_exe().expect("this program");
    let target = this.ancestors().nth(2).expect("a target folder");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--package", "torture", "--features", "seeded"])
        .args(["--test", "torture", "--no-run"])
        .args([
            "--message-format",
            "json-render-diagnostics",
            "--target-dir",
        ])
        .arg(target)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the test program cannot be built");
    let said = String::from_utf8_lossy(&output.stdout);
    let messages = said
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let program = messages
        .filter(|message: &serde_json::Value| message["target"]["name"] == "torture")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    program.expect("cargo names the test program")
}

/// The full name of the test that runs a suite, by its own name: `kill-capture` is `kill_capture`.
fn tests(program: &Path) -> BTreeMap<String, String> {
    let listed = Command::new(program).arg("--list").output();
    let listed = listed.expect("the test program runs").stdout;
    let listed = String::from_utf8_lossy(&listed);
    let names = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"));
    let own = |name: &str| name.rsplit("::").next().unwrap_or(name).replace('_', "-");
    names.map(|name| (own(name), name.to_owned())).collect()
}

fn run(program: &Path, tests: &BTreeMap<String, String>, suite: &str, mutant: Option<&str>) -> Run {
    let test = tests.get(suite);
    let test = test.unwrap_or_else(|| panic!("no test runs the suite {suite}"));
    let mut command = Command::new(program);
    command.args(["--exact", test, "--nocapture"]);
    command
        .env_remove("KINESCOPE_MUTANT")
        .env_remove("KINESCOPE_TORTURE");
    if let Some(mutant) = mutant {
        command.env("KINESCOPE_MUTANT", mutant);
    }
    let began = Instant::now();
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the test program runs");
    let said = String::from_utf8_lossy(&stdout).into_owned();
    let prefix = format!("broken: {suite} ");
    let broken = said.lines().find(|line| line.starts_with(&prefix));
    Run {
        is_green: status.success() && said.contains("1 passed"),
        broken: broken.map(str::to_owned),
        took: began.elapsed(),
        said: end_of(&format!("{said}{}", String::from_utf8_lossy(&stderr))),
    }
}

/// What it said last, which tells most.
fn end_of(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

fn line(mutant: &str, suite: &str, run: &Run, is_right: bool) {
    let colour = if run.is_green { "green" } else { "red" };
    let verdict = if is_right { "as it must be" } else { "WRONG" };
    let seconds = run.took.as_secs_f64();
    println!("{mutant:<22} {suite:<14} {colour:<6} {seconds:>6.1} s  {verdict}");
    if let Some(broken) = &run.broken {
        println!("    {broken}");
    }
    let _ = std::io::stdout().flush();
}
