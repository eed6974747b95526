//! The one way for text into the page: no character of it starts or ends markup, in content or in quoted attributes.

use decode::safe_text;
use std::fmt::{self, Display, Formatter, Write};

/// Text on one line; what could not be seen, or would reorder what is around it, is made visible.
pub(super) struct Text<'t>(pub &'t str);

/// Text in lines that was made safe to show before.
pub(super) struct Lines<'t>(pub &'t str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        escaped(f, &safe_text(self.0))
    }
}

impl Display for Lines<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        escaped(f, self.0)
    }
}

fn escaped(f: &mut Formatter<'_>, mut text: &str) -> fmt::Result {
    while let Some(at) = text.find(['&', '<', '>', '"', '\'']) {
        f.write_str(&text[..at])?;
        match text.as_bytes()[at] {
            b'&' => f.write_str("&amp;")?,
            b'<' => f.write_str("&lt;")?,
            b'>' => f.write_str("&gt;")?,
            quote => write!(f, "&#{quote};")?,
        }
        text = &text[at + 1..];
    }
    f.write_str(text)
}

/// Milliseconds since the start: `+1.215 s`.
pub(super) fn offset(millis: i64) -> String {
    let sign = if millis < 0 { '−' } else { '+' };
    let size = millis.unsigned_abs();
    if size < 60_000 {
        format!("{sign}{}.{:03} s", size / 1_000, size % 1_000)
    } else {
        let text = crate::span_text::span_text(i64::try_from(size).unwrap_or(i64::MAX));
        format!("{sign}{text}")
    }
}

/// A name for a place with little room: whole characters, and a sign that there was more.
pub(super) fn shortened(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        None => text.to_owned(),
        Some((end, _)) => {
            let mut short = text[..end].to_owned();
            let _ = short.write_char('…');
            short
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        let hostile = "</style><img src=x onerror=\"a('b')\">&amp;\u{202E}\0";
        assert_eq!(
            Text(hostile).to_string(),
            "&lt;/style&gt;&lt;img src=x onerror=&#34;a(&#39;b&#39;)&#34;&gt;&amp;amp;\\u{202E}␀"
        );
        assert_eq!(Lines("a\n<b>").to_string(), "a\n&lt;b&gt;");
    }

    #[test]
    fn offsets_say_milliseconds_where_they_matter() {
        assert_eq!(
            [0, 1_215, -7, 418_000].map(offset),
            ["+0.000 s", "+1.215 s", "−0.007 s", "+6 min 58 s"]
        );
    }

    #[test]
    fn names_are_cut_between_characters() {
        assert_eq!(shortened("ärger", 2), "är…");
        assert_eq!(shortened("ab", 2), "ab");
    }
}
