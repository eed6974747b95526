//! The language that the window speaks.
//!
//! Under `LANG=C.UTF-8`, the default of containers, `navigator.language` is "C" and `Intl` throws at it; an
//! uninstalled locale shows as `en-US`. So the locale is read here, and told to the page before its first
//! script runs.

const FALLBACK: &str = "en-US";

/// A BCP 47 tag that `Intl` accepts.
pub fn from_system() -> String {
    accepted(sys_locale::get_locale())
}

fn accepted(locale: Option<String>) -> String {
    locale
        .filter(|tag| is_language_tag(tag))
        .unwrap_or_else(|| FALLBACK.to_owned())
}

/// A language of two or three letters, then parts of up to eight letters and digits.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// A script that gives `navigator.language` and `languages` the value that Rust found.
pub fn initialization_script(locale: &str) -> String {
    debug_assert!(
        is_language_tag(locale),
        "only letters, digits and hyphens stand in the script"
    );
    format!(
        "Object.defineProperty(Navigator.prototype, 'language', {{ get: () => '{locale}' }});\
         Object.defineProperty(Navigator.prototype, 'languages', {{ get: () => Object.freeze(['{locale}']) }});"
    )
}

#[cfg(test)]
mod tests {
    use super::accepted;

    #[test]
    fn what_intl_would_throw_at_is_not_passed_on() {
        for (given, expected) in [
            (Some("nl-NL"), "nl-NL"),
            (Some("id"), "id"),
            (Some("zh-Hant-TW"), "zh-Hant-TW"),
            (Some("C"), "en-US"),
            (Some("POSIX"), "en-US"),
            (Some("en-US'; alert(1); '"), "en-US"),
            (Some(""), "en-US"),
            (None, "en-US"),
        ] {
            assert_eq!(accepted(given.map(str::to_owned)), expected, "{given:?}");
        }
    }
}
