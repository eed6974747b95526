//! A saga as Mermaid's sequence diagram (mermaid.js.org, "Sequence diagrams").

use crate::{
    saga::Saga,
    views::sequence::{Line, Message, sequence},
};
use std::fmt::Write;

/// Every name is escaped: what a record says can start no statement of its own.
pub fn mermaid(saga: &Saga<'_>) -> String {
    let diagram = sequence(saga);
    let mut text = String::from("sequenceDiagram\n");
    for (number, name) in diagram.lifelines.iter().enumerate() {
        push(
            &mut text,
            format_args!("    participant p{number} as {}\n", escaped(name)),
        );
    }
    for message in &diagram.messages {
        let arrow = match message.line {
            Line::Command => "->>",
            Line::Undo => "-)",
            Line::Failure => "--x",
            Line::Event => "-->>",
        };
        let Message {
            from,
            to,
            label,
            is_repeated,
            ..
        } = message;
        let again = if *is_repeated { " (again)" } else { "" };
        push(
            &mut text,
            format_args!("    p{from}{arrow}p{to}: {}{again}\n", escaped(label)),
        );
    }
    text
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("a string takes all text");
}

/// Letters and digits of any script, and what is harmless between them; the rest as Mermaid's entity codes.
fn escaped(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/') {
            escaped.push(c);
        } else {
            push(&mut escaped, format_args!("#{};", u32::from(c)));
        }
    }
    if escaped.trim().is_empty() {
        "?".to_owned()
    } else {
        escaped
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn names_cannot_break_out() {
        assert_eq!(escaped("order-events"), "order-events");
        assert_eq!(escaped("a\nb: <c>;#"), "a#10;b#58; #60;c#62;#59;#35;");
        assert_eq!(escaped(" "), "?");
    }
}
