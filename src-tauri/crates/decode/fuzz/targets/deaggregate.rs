//! KPL de-aggregation, behind a digest that fits.
#![no_main]

#[path = "../checks.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::deaggregate(bytes));
