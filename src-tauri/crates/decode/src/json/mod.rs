//! JSON: a lenient skim for the hot paths.

pub(crate) mod number;
pub(crate) mod skim;
pub(crate) mod string;
