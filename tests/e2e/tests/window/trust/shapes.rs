//! What each command takes, read from the bindings that the window itself uses.

use std::{collections::BTreeMap, path::Path};

/// A type of the bindings.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Null,
    Text,
    Number,
    Bool,
    Channel,
    Literal(String),
    Named(String),
    List(Box<Shape>),
    Members(Vec<(String, Shape)>),
    OneOf(Vec<Shape>),
}

#[derive(Clone, Debug)]
pub struct Command {
    pub name: String,
    pub takes: Vec<(String, Shape)>,
}

#[derive(Debug)]
pub struct Interface {
    pub commands: Vec<Command>,
    pub types: BTreeMap<String, Shape>,
}

impl Interface {
    pub fn of_the_window() -> Self {
        let path = e2e::root().join("ui/src/backend/bindings.ts");
        let mut read = Self::parse(&without_comments(&text(&path)));
        // those that answer raw bytes have no binding
        for (name, takes) in [
            (
                "view_buckets",
                "view: number, from: number, until: number, buckets: number",
            ),
            (
                "record_bytes",
                "record: string, event: number | null, first: number, count: number",
            ),
        ] {
            let takes = Reader(takes).members(None);
            read.commands.push(Command {
                name: name.to_owned(),
                takes,
            });
        }
        let declared = text(&e2e::root().join("src-tauri/src/commands/names.rs"));
        for command in &read.commands {
            assert!(
                declared.contains(&format!("\"{}\"", command.name)),
                "{command:?}"
            );
        }
        assert_eq!(
            read.commands.len(),
            declared.matches("\",\n").count(),
            "every command is read"
        );
        read
    }

    fn parse(text: &str) -> Self {
        let commands = text.lines().filter_map(|line| {
            let (head, rest) = line.split_once(") => typedError<")?;
            let (_, takes) = head.split_once(": (")?;
            let (_, call) = rest.split_once("__TAURI_INVOKE(\"")?;
            let name = call.split('"').next()?.to_owned();
            Some(Command {
                name,
                takes: Reader(takes).members(None),
            })
        });
        let types = text.split("export type ").skip(1).map(|one| {
            let (name, rest) = one.split_once(" =").expect("a name and its type");
            (name.to_owned(), Reader(rest).one_of())
        });
        Self {
            commands: commands.collect(),
            types: types.collect(),
        }
    }
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn without_comments(text: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        left.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    left + rest
}

/// What is left to read.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn takes(&mut self, token: &str) -> bool {
        let rest = self.0.trim_start();
        let is_next = rest.starts_with(token);
        self.0 = if is_next { &rest[token.len()..] } else { rest };
        is_next
    }

    fn word(&mut self) -> String {
        let rest = self.0.trim_start();
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        self.0 = after;
        word.to_owned()
    }

    fn one_of(&mut self) -> Shape {
        self.takes("|");
        let mut all = vec![self.one()];
        while self.takes("|") {
            all.push(self.one());
        }
        if all.len() == 1 {
            all.remove(0)
        } else {
            Shape::OneOf(all)
        }
    }

    fn one(&mut self) -> Shape {
        let mut read = if self.takes("(") {
            let inner = self.one_of();
            assert!(self.takes(")"), "not closed: {}", self.0);
            inner
        } else if self.takes("{") {
            Shape::Members(self.members(Some("}")))
        } else if self.takes("\"") {
            let (literal, rest) = self.0.split_once('"').expect("a closed literal");
            self.0 = rest;
            Shape::Literal(literal.to_owned())
        } else {
            match self.word().as_str() {
                "null" => Shape::Null,
                "string" => Shape::Text,
                "number" => Shape::Number,
                "boolean" => Shape::Bool,
                "Channel" => {
                    self.takes("<");
                    self.one_of();
                    self.takes(">");
                    Shape::Channel
                }
                "" => panic!("no type: {}", self.0.chars().take(60).collect::<String>()),
                name => Shape::Named(name.to_owned()),
            }
        };
        while self.takes("[]") {
            read = Shape::List(Box::new(read));
        }
        read
    }

    /// Up to `end`, or all of it.
    fn members(&mut self, end: Option<&str>) -> Vec<(String, Shape)> {
        let mut all = Vec::new();
        loop {
            while self.takes(",") || self.takes(";") {}
            if self.0.is_empty() || end.is_some_and(|end| self.takes(end)) {
                return all;
            }
            let name = self.word();
            self.takes("?");
            assert!(self.takes(":"), "{name}: {}", self.0);
            all.push((name, self.one_of()));
        }
    }
}

#[test]
fn the_bindings_are_understood() {
    let interface = Interface::of_the_window();
    let named = |name: &str| interface.commands.iter().find(|one| one.name == name);
    let open = named("open_view").expect("a command");
    let list = Shape::List(Box::new(Shape::Text));
    let expected = [
        ("slot", Shape::Text),
        ("captures", list),
        ("filter", Shape::Text),
    ];
    assert_eq!(
        open.takes,
        expected.map(|(name, shape)| (name.to_owned(), shape))
    );
    let Some(Shape::OneOf(starts)) = interface.types.get("CaptureStart") else {
        panic!("{:?}", interface.types.get("CaptureStart"));
    };
    assert_eq!(starts.len(), 5);
}
