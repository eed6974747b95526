//! Computing a cell from others. Arithmetic is that of `f64`, and without a number it is missing.

use super::{number, value::Value};
use crate::clock::Bins;
use std::cmp::Ordering;

/// Texts grow at most to this.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// An expression over the cells of a row.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    Cell(usize),
    Constant(Value),
    Bin(Box<Formula>, Bins),
    Call(Function, Vec<Formula>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Negate,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Abs,
    Ceil,
    Floor,
    Round,
    Sqrt,
    StrLen,
    ToUpper,
    ToLower,
    Trim,
    Concat,
    SubStr,
    Coalesce,
    IsPresent,
}

/// Names, with the fewest and the most arguments.
const FUNCTIONS: [(&str, Function, usize, usize); 13] = [
    ("abs", Function::Abs, 1, 1),
    ("ceil", Function::Ceil, 1, 1),
    ("floor", Function::Floor, 1, 1),
    ("round", Function::Round, 1, 1),
    ("sqrt", Function::Sqrt, 1, 1),
    ("strlen", Function::StrLen, 1, 1),
    ("toupper", Function::ToUpper, 1, 1),
    ("tolower", Function::ToLower, 1, 1),
    ("trim", Function::Trim, 1, 1),
    ("concat", Function::Concat, 1, 20),
    ("substr", Function::SubStr, 2, 3),
    ("coalesce", Function::Coalesce, 1, 20),
    ("ispresent", Function::IsPresent, 1, 1),
];

impl Function {
    /// A function by its name in any case, with the fewest and the most arguments.
    pub fn named(name: &str) -> Option<(Self, usize, usize)> {
        let found = FUNCTIONS
            .iter()
            .find(|(known, ..)| known.eq_ignore_ascii_case(name));
        found.map(|&(_, function, least, most)| (function, least, most))
    }

    /// An operator between two values, and how tightly it binds.
    pub fn operator(mark: &str) -> Option<(Self, u8)> {
        Some(match mark {
            "=" | "==" => (Self::Equal, 1),
            "!=" => (Self::NotEqual, 1),
            "<" => (Self::Less, 1),
            "<=" => (Self::AtMost, 1),
            ">" => (Self::Greater, 1),
            ">=" => (Self::AtLeast, 1),
            "+" => (Self::Add, 2),
            "-" => (Self::Subtract, 2),
            "*" => (Self::Multiply, 3),
            "/" => (Self::Divide, 3),
            "%" => (Self::Remainder, 3),
            _ => return None,
        })
    }
}

pub(super) fn function_names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, ..)| *name)
}

impl Formula {
    pub fn value(&self, cells: &[Value]) -> Value {
        match self {
            Self::Cell(slot) => cells.get(*slot).cloned().unwrap_or_default(),
            Self::Constant(value) => value.clone(),
            Self::Bin(time, bins) => bin(&time.value(cells), bins),
            Self::Call(function, arguments) => {
                let values: Vec<Value> = arguments.iter().map(|part| part.value(cells)).collect();
                call(*function, &values)
            }
        }
    }
}

/// The beginning of the bin that a time, or a number, lies in.
fn bin(value: &Value, bins: &Bins) -> Value {
    match value {
        Value::Time(time) => Value::Time(bins.start(*time)),
        other => match other.as_f64() {
            Some(number) => {
                let span = bins.span as f64;
                Value::of_float((number / span).floor() * span)
            }
            None => Value::Missing,
        },
    }
}

fn call(function: Function, values: &[Value]) -> Value {
    let first = values.first().unwrap_or(&Value::Missing);
    match function {
        Function::Coalesce => {
            let there = values.iter().find(|value| value.is_there());
            there.or(values.last()).cloned().unwrap_or_default()
        }
        Function::IsPresent => Value::Bool(!matches!(first, Value::Missing)),
        Function::Concat => {
            let mut text = values.iter().map(ToString::to_string).collect::<String>();
            text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
            Value::Text(text)
        }
        Function::StrLen
        | Function::ToUpper
        | Function::ToLower
        | Function::Trim
        | Function::SubStr => {
            if first.is_there() {
                of_text(function, &first.to_string(), &values[1..])
            } else {
                Value::Missing
            }
        }
        Function::Equal
        | Function::NotEqual
        | Function::Less
        | Function::AtMost
        | Function::Greater
        | Function::AtLeast => compared(function, first, values.get(1).unwrap_or(&Value::Missing)),
        arithmetic => computed(arithmetic, values),
    }
}

fn of_text(function: Function, text: &str, more: &[Value]) -> Value {
    match function {
        Function::StrLen => Value::of_count(text.chars().count() as u64),
        Function::ToUpper => Value::Text(text.to_uppercase()),
        Function::ToLower => Value::Text(text.to_lowercase()),
        Function::Trim => Value::Text(text.trim().to_owned()),
        _ => {
            // characters from 0, and how many
            let place =
                |value: Option<&Value>| value.and_then(Value::as_f64).map(|n| n.max(0.0) as usize);
            let start = place(more.first()).unwrap_or(0);
            let len = place(more.get(1)).unwrap_or(usize::MAX);
            Value::Text(text.chars().skip(start).take(len).collect())
        }
    }
}

/// Missing where a side is missing; numbers by value, so that `1` is `1.0`.
fn compared(function: Function, a: &Value, b: &Value) -> Value {
    if matches!(a, Value::Missing) || matches!(b, Value::Missing) {
        return Value::Missing;
    }
    let order = match (a.number_text(), b.number_text()) {
        (Some(a), Some(b)) => number::compare(&a, &b),
        _ => a.cmp(b),
    };
    Value::Bool(match function {
        Function::Equal => order.is_eq(),
        Function::NotEqual => order.is_ne(),
        Function::Less => order == Ordering::Less,
        Function::AtMost => order.is_le(),
        Function::Greater => order == Ordering::Greater,
        _ => order.is_ge(),
    })
}

fn computed(function: Function, values: &[Value]) -> Value {
    let numbers: Option<Vec<f64>> = values.iter().map(Value::as_f64).collect();
    let Some(numbers) = numbers else {
        return Value::Missing;
    };
    let a = numbers.first().copied().unwrap_or(f64::NAN);
    let b = numbers.get(1).copied().unwrap_or(f64::NAN);
    Value::of_float(match function {
        Function::Add => a + b,
        Function::Subtract => a - b,
        Function::Multiply => a * b,
        Function::Divide => a / b,
        Function::Remainder => a % b,
        Function::Negate => -a,
        Function::Abs => a.abs(),
        Function::Ceil => a.ceil(),
        Function::Floor => a.floor(),
        Function::Round => a.round(),
        Function::Sqrt => a.sqrt(),
        // those that take texts were answered before
        _ => f64::NAN,
    })
}
