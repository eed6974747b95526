//! Who writes, where a test says it: callers that change while connections stay open.
//!
//! A custom endpoint is its own STS, so each endpoint's proxy answers for the profiles, by who signed the question.
//! Whoever has no profile is nobody there.

use faults::{Action, Answer, Proxy, Rule};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Profiles, each with the access key of its own name, and who stands behind them now.
pub struct People {
    profiles: &'static [&'static str],
    callers: Arc<Mutex<HashMap<&'static str, String>>>,
}

impl People {
    /// Each is itself, until it is said otherwise.
    pub fn of(profiles: &'static [&'static str]) -> Self {
        let people = Self {
            profiles,
            callers: Arc::default(),
        };
        people.are_themselves(0);
        people
    }

    /// The AWS config file.
    pub fn config(profiles: &[&str]) -> String {
        let section = |name: &&str| {
            format!(
                "[profile {name}]\naws_access_key_id = {name}\naws_secret_access_key = of-{name}\n"
            )
        };
        profiles.iter().map(section).collect()
    }

    /// In this session of the role that each has.
    pub fn are_themselves(&self, session: u64) {
        for profile in self.profiles {
            self.is(profile, profile, session);
        }
    }

    pub fn are_all(&self, role: &str) {
        for profile in self.profiles {
            self.is(profile, role, 0);
        }
    }

    fn is(&self, profile: &'static str, role: &str, session: u64) {
        let caller = format!("arn:aws:sts::000000000000:assumed-role/{role}/session-{session}");
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers.insert(profile, caller);
    }

    /// From now on this endpoint knows them.
    pub fn are_known_to(&self, proxy: &Proxy) {
        for &profile in self.profiles {
            let callers = Arc::clone(&self.callers);
            let told = Action::instead("a caller", move |_| {
                let callers = callers.lock().unwrap_or_else(PoisonError::into_inner);
                answer(&callers[profile])
            });
            proxy.add(Rule::on("GetCallerIdentity", told).signed_by(profile));
        }
    }
}

fn answer(caller: &str) -> Answer {
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>{caller}</Arn><UserId>A:b</UserId><Account>000000000000</Account></GetCallerIdentityResult>\
         </GetCallerIdentityResponse>"
    );
    Answer {
        status: 200,
        content_type: "text/xml",
        body: body.into(),
    }
}
