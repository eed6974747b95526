//! Dutch, in the words of the page's catalogue.

use super::{Facts, Files, Questions, Signs, Words};

pub(super) const WORDS: Words = Words {
    inspector_title: "Kinescope – Inspector",
    ask: Questions {
        write_title: "Schrijven toestaan?",
        write: |stream, minutes| {
            format!("Mag Kinescope {minutes} minuten lang naar {stream} schrijven?")
        },
        invoke_title: "Aanroepen toestaan?",
        invoke: |function, minutes| {
            format!("Mag Kinescope {minutes} minuten lang {function} aanroepen?")
        },
        invoke_at: |address, minutes| {
            format!("Mag Kinescope {minutes} minuten lang de functie op {address} aanroepen?")
        },
        invoke_warning: "Wat een functie met de records doet, bepaalt de functie zelf: ze kan overal schrijven.",
        allow: |minutes| format!("Toestaan voor {minutes} minuten"),
        refuse: "Niet toestaan",
        production: |sign| format!("Dit lijkt op productie vanwege {sign}."),
        type_it: |name| format!("Typ {name} om het toe te staan"),

        unmask_title: "Gemaskeerde waarden tonen?",
        unmask_session: "Echte waarden tonen totdat Kinescope wordt gesloten?",
        unmask_session_yes: "Echte waarden tonen",
        unmask_switch: "Deze maskeerregel uitzetten?",
        unmask_switch_yes: "Uitzetten",
        unmask_remove: "Deze maskeerregel verwijderen?",
        unmask_remove_yes: "Verwijderen",
        unmask_warning: "Wat verborgen was, is dan te zien in het venster, in kopieën en in bestanden. Het wordt met de tijd erbij vastgelegd.",
        unmask_no: "Gemaskeerd laten",

        trust_title: "Dit endpoint vertrouwen?",
        trust_signed: |host| {
            format!(
                "Mag Kinescope verzoeken ondertekenen voor {host}, dat niet van AWS en niet deze computer is?"
            )
        },
        trust_signed_warning: "Wie het beheert, ziet deze verzoeken, met de namen van streams. Dit wordt onthouden totdat je het intrekt onder Verbindingen.",
        trust_traces: |host| {
            format!(
                "Mag Kinescope traces van saga’s sturen naar {host}, dat niet deze computer is?"
            )
        },
        trust_traces_warning: "Wie het beheert, krijgt wat records over de saga’s zeggen. Dit wordt onthouden totdat je het intrekt onder Verbindingen.",
        trust_yes: "Vertrouwen",
        trust_no: "Niet vertrouwen",

        registry_title: "Een schemaregister bevragen?",
        registry: |host| format!("Mag Kinescope schema’s opvragen bij {host}?"),
        registry_warning: "Het register komt te weten welke schema’s de records van deze stream noemen. Er wordt geen record verstuurd en geen andere host bevraagd.",
        registry_yes: "Schema’s opvragen",
        registry_no: "Niet opvragen",
        password: |user| format!("Wachtwoord van {user}, bewaard totdat Kinescope wordt gesloten"),
    },
    facts: Facts {
        account: "Account",
        address: "Adres",
        arn: "ARN",
        asked_as: "Bevraagd als",
        connection: "Verbinding",
        created: "Gemaakt op",
        endpoint: "Endpoint",
        for_whom: "Voor",
        function: "Functie",
        host: "Host",
        invokes_as: "Roept aan als",
        region: "Regio",
        registry: "Register",
        rule: "Regel",
        signed_by: "Ondertekend door",
        stream: "Stream",
        writes_as: "Schrijft als",
        not_said: "dat zegt het endpoint niet",
        nobody: "niemand",
        nobody_unsigned: "niemand: verzoeken worden niet ondertekend",
        placeholders: "plaatshouders",
        environment: "omgevingsvariabelen",
        profile: |name| format!("profiel {name}"),
        traces: "traces van saga’s, niet ondertekend",
    },
    signs: Signs {
        marked: "de verbinding, die als productie is gemarkeerd",
        stream: |name| format!("de stream {name}"),
        function: |name| format!("de functie {name}"),
        account: |account| format!("het account {account}"),
        profile: |name| format!("het profiel {name}"),
        tag: |tag| format!("de tag {tag}"),
        unreadable_tags: "de tags, die niet te lezen zijn",
    },
    files: Files {
        open: "Openen",
        open_again: |name| format!("{name} opnieuw kiezen"),
        save: "Opslaan als",
        folder: "Een map kiezen",
        open_button: "_Openen",
        save_button: "Op_slaan",
        choose_button: "_Kiezen",
        cancel_button: "_Annuleren",
        all: "Alle bestanden",
        records: "Recordbestanden",
        plans: "Replayplannen",
        lines: "Records, één per regel",
        schemas: "Schema’s",
        workspaces: "Werkruimten",
    },
};
