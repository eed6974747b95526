//! Each text in each language: that it is there, is no copy of the English one, and says the values that it is given.

use super::*;

/// Every text by its name, with marks in the place of what is filled in.
fn texts(language: Language) -> Vec<(&'static str, String)> {
    let Words {
        inspector_title,
        ask,
        facts,
        signs,
        files,
    } = language.words();
    let mut all = vec![("inspector_title", (*inspector_title).to_owned())];
    macro_rules! plain {
        ($from:ident: $($name:ident),+) => {
            $(all.push((stringify!($name), $from.$name.to_owned()));)+
        };
    }
    macro_rules! about {
        ($from:ident: $($name:ident),+) => {
            $(all.push((stringify!($name), ($from.$name)("VALUE")));)+
        };
    }
    plain!(ask: write_title, invoke_title, invoke_warning, refuse, unmask_title, unmask_session, unmask_session_yes);
    plain!(ask: unmask_switch, unmask_switch_yes, unmask_remove, unmask_remove_yes, unmask_warning, unmask_no);
    plain!(ask: trust_title, trust_signed_warning, trust_traces_warning, trust_yes, trust_no);
    plain!(ask: registry_title, registry_warning, registry_yes, registry_no);
    about!(ask: production, type_it, trust_signed, trust_traces, registry, password);
    plain!(facts: account, address, arn, asked_as, connection, created, endpoint, for_whom, function, host, invokes_as);
    plain!(facts: region, registry, rule, signed_by, stream, writes_as, not_said, nobody, nobody_unsigned);
    plain!(facts: placeholders, environment, traces);
    about!(facts: profile);
    plain!(signs: marked, unreadable_tags);
    about!(signs: stream, function, account, profile, tag);
    plain!(files: open, save, folder, open_button, save_button, choose_button, cancel_button, all, records, plans, lines);
    plain!(files: schemas, workspaces);
    about!(files: open_again);
    for (name, text) in [
        ("write", (ask.write)("VALUE", 61)),
        ("invoke", (ask.invoke)("VALUE", 61)),
        ("invoke_at", (ask.invoke_at)("VALUE", 61)),
        ("allow", (ask.allow)(61)),
    ] {
        assert!(text.contains("61"), "{name} says the minutes: {text}");
        all.push((name, text));
    }
    all
}

#[test]
fn every_text_is_there_and_says_its_values() {
    let english = texts(Language::English);
    for language in Language::ALL {
        for ((name, text), (_, model)) in texts(language).iter().zip(&english) {
            assert_eq!(text.trim(), text, "{language:?} {name}");
            assert!(!text.is_empty(), "{language:?} {name}");
            let values = |text: &str| text.matches("VALUE").count();
            assert_eq!(values(text), values(model), "{language:?} {name}: {text}");
            let is_question = model.ends_with('?');
            assert_eq!(text.ends_with('?'), is_question, "{language:?} {name}");
        }
    }
}

/// Words that users of the field say in every language, and those that are written alike by chance.
#[test]
fn nothing_is_left_in_english() {
    const ALIKE: [&str; 7] = [
        "account", "arn", "endpoint", "host", "region", "registry", "stream",
    ];
    let english = texts(Language::English);
    for language in [Language::Indonesian, Language::Dutch] {
        for ((name, text), (_, model)) in texts(language).iter().zip(&english) {
            let is_alike = ALIKE.contains(&text.trim_end_matches(" VALUE").to_lowercase().as_str());
            let is_name = *name == "inspector_title";
            assert!(
                text != model || is_alike || is_name,
                "{language:?} {name}: {text}"
            );
        }
    }
}

#[test]
fn the_answers_of_a_question_begin_with_different_letters() {
    for language in Language::ALL {
        let ask = &language.words().ask;
        let allow = (ask.allow)(60);
        for (no, yes) in [
            (ask.refuse, allow.as_str()),
            (ask.unmask_no, ask.unmask_session_yes),
            (ask.unmask_no, ask.unmask_switch_yes),
            (ask.unmask_no, ask.unmask_remove_yes),
            (ask.trust_no, ask.trust_yes),
            (ask.registry_no, ask.registry_yes),
        ] {
            let first = |text: &str| text.chars().next().filter(char::is_ascii_alphabetic);
            assert!(first(no).is_some() && first(yes).is_some(), "{no}, {yes}");
            assert_ne!(first(no), first(yes), "{language:?}: {no}, {yes}");
        }
    }
}

#[test]
fn the_language_of_a_tag() {
    for (tag, language) in [
        ("nl-NL", Language::Dutch),
        ("nl_BE.UTF-8", Language::Dutch),
        ("ID", Language::Indonesian),
        ("en-GB", Language::English),
        ("nld", Language::English),
        ("", Language::English),
    ] {
        assert_eq!(Language::of_tag(tag), language, "{tag}");
    }
}

#[test]
fn a_sign_of_production_is_told_in_the_person_s_language() {
    let signs = &Language::Dutch.words().signs;
    let tag = ProductionSign::Tag {
        key: "env".to_owned(),
        value: "prod".to_owned(),
    };
    assert_eq!(signs.of(&tag), "de tag env=prod");
    assert_eq!(
        signs.of(&ProductionSign::MarkedConnection),
        "de verbinding, die als productie is gemarkeerd"
    );
    // where nothing is translated, both say the same
    for sign in [
        tag,
        ProductionSign::Stream("a".to_owned()),
        ProductionSign::Function("a".to_owned()),
        ProductionSign::Account("a".to_owned()),
        ProductionSign::Profile("a".to_owned()),
        ProductionSign::MarkedConnection,
        ProductionSign::UnreadableTags,
    ] {
        assert_eq!(Language::English.words().signs.of(&sign), sign.to_string());
    }
}
