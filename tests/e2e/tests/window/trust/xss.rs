//! Six hundred hostile texts through a real stream, and through an endpoint that lies, into every place that shows what comes
//! from elsewhere: nothing runs, nothing is asked for, the page stays where it is, and no element is made of a payload.
//!
//! What was told is more than what happened: an attempt that only the policy stopped counts as broken too.

use super::{
    home::Home,
    liar::Server,
    payloads::{MOST, Payload, token},
    sinks::{self, Reached},
    watch::{Seen, watch},
};
use crate::{
    live::Live,
    suite::{Counts, Suite},
};
use e2e::{Alone, Window, until};
use std::collections::BTreeMap;

#[tokio::test]
async fn xss() {
    let Some(alone) = Alone::of_test("trust::xss::xss") else {
        return;
    };
    let mut suite = Suite::begin(
        "xss",
        Counts {
            full: MOST,
            short: 12,
        },
    );
    let trap = Server::trap();
    let payloads: Vec<Payload> = suite
        .cases()
        .map(|case| Payload::of(case, trap.port))
        .collect();
    let home = Home::new();
    let window = Window::open(home.start()).await;
    watch(&window).await;
    let live = Live::capturing(&window).await;
    sinks::fill(&window, &live, &payloads).await;
    let reached = sinks::walk(&window, &payloads).await;
    let seen = Seen::of(&window).await;
    window.screenshot("e2e-xss").await;
    window.close().await;

    println!("{} places: {}", reached.len(), told(&reached));
    let requests = trap.asked.lock().expect("nobody panicked").clone();
    for payload in &payloads {
        let shown = reached
            .values()
            .filter(|cases| cases.contains(&payload.case))
            .count();
        suite.tried(
            payload.case,
            shown as u64,
            judge(payload, &seen, &requests, &reached),
        );
    }
    assert_eq!(seen.of_nobody(&payloads), Vec::<String>::new());
    assert_eq!(
        alone.packets_without_a_route(),
        0,
        "something was asked for elsewhere"
    );
    assert_eq!(requests, Vec::<String>::new());
    suite.end();
}

#[tokio::test]
async fn an_endpoint_that_lies_makes_no_markup() {
    let trap = Server::trap();
    let payloads: Vec<Payload> = (0..12).map(|case| Payload::of(case, trap.port)).collect();
    let home = Home::new();
    let window = Window::open(home.start()).await;
    watch(&window).await;
    let reached = sinks::of_a_liar(&window, &payloads).await;
    let seen = Seen::of(&window).await;
    window.close().await;
    for place in ["stream list", "endpoint error"] {
        assert_eq!(reached[place].len(), payloads.len(), "{place}");
    }
    assert_eq!(seen.of_nobody(&payloads), Vec::<String>::new());
    let requests = trap.asked.lock().expect("nobody panicked").clone();
    assert_eq!(requests, Vec::<String>::new());
}

fn judge(
    payload: &Payload,
    seen: &Seen,
    requests: &[String],
    reached: &Reached,
) -> Result<(), String> {
    let told: Vec<&String> = seen.about(payload).collect();
    if !told.is_empty() {
        return Err(format!("{:?}: {told:?}", payload.text));
    }
    if let Some(request) = requests
        .iter()
        .find(|asked| asked.contains(&token(payload.case)))
    {
        return Err(format!("{:?} asked: {request}", payload.text));
    }
    let missed: Vec<&str> = sinks::FOR_EACH
        .into_iter()
        .filter(|sink| {
            !reached
                .get(*sink)
                .is_some_and(|cases| cases.contains(&payload.case))
        })
        .collect();
    if missed.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{:?} was not shown, and so not tried, in {missed:?}",
        payload.text
    ))
}

fn told(reached: &Reached) -> String {
    let counts: BTreeMap<&str, usize> = reached
        .iter()
        .map(|(sink, cases)| (sink.as_str(), cases.len()))
        .collect();
    format!("{counts:?}")
}

/// The bench itself: a cell that makes markup of its text is found, and so are a script that runs, a request and a packet.
#[tokio::test]
async fn a_place_that_makes_markup_of_a_payload_is_found() {
    let Some(alone) = Alone::of_test("trust::xss::a_place_that_makes_markup_of_a_payload_is_found")
    else {
        return;
    };
    let trap = Server::trap();
    let payloads: Vec<Payload> = (0..24).map(|case| Payload::of(case, trap.port)).collect();
    let home = Home::new();
    let window = Window::open(home.start()).await;
    watch(&window).await;
    // the bug: what a cell shows becomes HTML
    let seeded = "setInterval(() => document.querySelectorAll('[data-column=key]:not([data-seeded])').forEach((cell) => {\
                    if (!cell.textContent.includes('kx')) return; cell.dataset.seeded = 'yes'; cell.innerHTML = cell.textContent }), 20)";
    window.script(seeded).await;
    let live = Live::capturing(&window).await;
    sinks::fill(&window, &live, &payloads).await;
    until("each visible cell was made markup", || async {
        let made = window
            .script("return document.querySelectorAll('[data-seeded]').length")
            .await;
        (made.as_u64() > Some(10)).then_some(())
    })
    .await;
    let seen = Seen::of(&window).await;
    assert!(seen.told() > 10, "{seen:?}");
    window.script("top.kxHit(7); return true").await;
    assert!(
        Seen::of(&window).await.about(&payloads[7]).count() > 0,
        "a script that runs is told"
    );
    window.close().await;
    std::net::TcpStream::connect(("127.0.0.1", trap.port)).expect("it listens");
    until("whoever asks is counted", || async {
        (!trap.asked.lock().expect("nobody panicked").is_empty()).then_some(())
    })
    .await;
    if !alone.is_watched() {
        return;
    }
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").expect("a socket");
    let before = alone.packets_without_a_route();
    socket
        .send_to(b"x", "192.0.2.7:9")
        .expect_err("there is no route");
    assert!(
        alone.packets_without_a_route() > before,
        "a packet to elsewhere is counted"
    );
}
