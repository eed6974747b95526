//! Who writes, where a test says it: callers that change while connections stay open.

use emulator::Emulator;
use faults::{Action, Answer, Proxy, Rule};
use std::path::{Path, PathBuf};

/// Two profiles whose callers are what a file of each says now.
pub struct People(PathBuf);

impl People {
    pub fn at(home: &Path) -> Self {
        Self(home.to_owned())
    }

    fn file(&self, profile: &str) -> PathBuf {
        self.0.join(format!("{profile}.caller"))
    }

    pub fn is(&self, profile: &str, role: &str, session: u64) {
        let caller = format!("arn:aws:sts::000000000000:assumed-role/{role}/session-{session}");
        std::fs::write(self.file(profile), caller).expect("a caller");
    }

    /// An STS that tells of this profile.
    pub async fn sts(&self, profile: &str, emulator: &Emulator) -> Proxy {
        let file = self.file(profile);
        let sts = Proxy::to(&emulator.endpoint()).await;
        let told = Action::instead("a caller", move |_| {
            let caller = std::fs::read_to_string(&file).expect("a caller");
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
        });
        sts.add(Rule::always(told));
        sts
    }
}
