//! The profiles in the AWS config and credentials files, and what each of them says.
//!
//! Parsing is the SDK's. Credentials are never read here: only the kind of their source is named.

use crate::{AwsSurroundings, KinesisError};
use aws_config::profile::{self, ProfileSet};
use aws_runtime::env_config::property::PropertiesKey;

/// One profile, as a person chooses it from a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    pub region: Option<String>,
    pub kind: CredentialKind,
    /// From the profile's own `endpoint_url`, or from its `services` section for Kinesis.
    pub endpoint_url: Option<String>,
}

/// Where a profile's credentials come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    AccessKey,
    Sso,
    AssumeRole,
    WebIdentity,
    CredentialProcess,
    /// `aws login`: a session with the console's credentials.
    Login,
    /// Only settings, or nothing at all.
    Absent,
}

/// The profiles of this process's AWS files, `default` first, then by name.
pub async fn profiles() -> Result<Vec<Profile>, KinesisError> {
    profiles_in(&AwsSurroundings::of_process()).await
}

/// [`profiles`], with the environment given.
pub async fn profiles_in(surroundings: &AwsSurroundings) -> Result<Vec<Profile>, KinesisError> {
    let set = load(surroundings).await?;
    let mut profiles: Vec<Profile> = set
        .profiles()
        .filter_map(|name| described(&set, name))
        .collect();
    profiles.sort_by(|a, b| (a.name != "default", &a.name).cmp(&(b.name != "default", &b.name)));
    Ok(profiles)
}

pub(crate) async fn load(surroundings: &AwsSurroundings) -> Result<ProfileSet, KinesisError> {
    let (fs, env) = AwsSurroundings::system();
    profile::load(&fs, &env, &surroundings.files(), None)
        .await
        .map_err(|error| KinesisError::ConfigFiles {
            cause: crate::classify::chain(&error),
        })
}

/// The profile, or an error that lists the names like it.
pub(crate) fn find<'a>(
    set: &'a ProfileSet,
    name: &str,
) -> Result<&'a profile::Profile, KinesisError> {
    set.get_profile(name)
        .ok_or_else(|| KinesisError::UnknownProfile {
            name: name.to_owned(),
            near: near_names(name, set.profiles()),
        })
}

/// `endpoint_url` under `kinesis =` of the `services` section that the profile names.
pub(crate) fn services_endpoint_url<'a>(
    set: &'a ProfileSet,
    profile: &profile::Profile,
) -> Option<&'a str> {
    let key = PropertiesKey::builder()
        .section_key("services")
        .section_name(profile.get("services")?)
        .property_name("kinesis")
        .sub_property_name("endpoint_url")
        .build()
        .ok()?;
    set.other_sections().get(&key).map(String::as_str)
}

fn described(set: &ProfileSet, name: &str) -> Option<Profile> {
    let profile = set.get_profile(name)?;
    let endpoint_url = services_endpoint_url(set, profile).or_else(|| profile.get("endpoint_url"));
    Some(Profile {
        name: name.to_owned(),
        region: profile.get("region").map(str::to_owned),
        kind: credential_kind(profile),
        endpoint_url: endpoint_url.map(str::to_owned),
    })
}

/// The first that is there, in the order in which the SDK looks for them.
fn credential_kind(profile: &profile::Profile) -> CredentialKind {
    let has = |key| profile.get(key).is_some();
    if has("role_arn") && has("web_identity_token_file") {
        CredentialKind::WebIdentity
    } else if has("role_arn") {
        CredentialKind::AssumeRole
    } else if has("sso_session") || has("sso_account_id") {
        CredentialKind::Sso
    } else if has("login_session") {
        CredentialKind::Login
    } else if has("credential_process") {
        CredentialKind::CredentialProcess
    } else if has("aws_access_key_id") {
        CredentialKind::AccessKey
    } else {
        CredentialKind::Absent
    }
}

/// How a person comes to new credentials once these have expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// `aws sso login`, with the profile that has the session's settings.
    Sso { profile: Option<String> },
    /// `aws login`, with the profile of that session.
    Login { profile: Option<String> },
    /// Keys that were put somewhere by hand, or by a program of the user's: they are replaced there.
    Replace,
}

/// Roles that lead to roles: the SDK follows as many as there are; a ring of them leads nowhere.
const MOST_ROLES: usize = 8;

/// For a profile: a role's credentials come from its source, and the sign-in is that one's.
pub(crate) fn sign_in(set: &ProfileSet, name: &str) -> SignIn {
    let mut name = name;
    for _ in 0..MOST_ROLES {
        let Some(profile) = set.get_profile(name) else {
            return SignIn::Replace;
        };
        let here = || Some(name.to_owned());
        match (credential_kind(profile), profile.get("source_profile")) {
            (CredentialKind::Sso, _) => return SignIn::Sso { profile: here() },
            (CredentialKind::Login, _) => return SignIn::Login { profile: here() },
            (CredentialKind::AssumeRole, Some(source)) if source != name => name = source,
            _ => return SignIn::Replace,
        }
    }
    SignIn::Replace
}

/// At most five names: those within a third of the letters, nearest first; else the first by name.
fn near_names<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    const SHOWN: usize = 5;
    let mut ranked: Vec<(usize, &str)> = names
        .map(|name| {
            (
                edit_distance(&wanted.to_lowercase(), &name.to_lowercase()),
                name,
            )
        })
        .collect();
    ranked.sort_unstable();
    let is_near = |&(distance, name): &(usize, &str)| {
        distance <= wanted.len().max(name.len()).div_ceil(3)
            || name.contains(wanted)
            || wanted.contains(name)
    };
    ranked
        .into_iter()
        .filter(is_near)
        .take(SHOWN)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// Levenshtein's distance, in characters.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_come_nearest_first() {
        let names = ["prod-eu", "prod-us", "staging", "default"];
        assert_eq!(
            near_names("prd-eu", names.into_iter()),
            ["prod-eu", "prod-us"]
        );
        assert_eq!(near_names("zzz", names.into_iter()), Vec::<String>::new());
        assert_eq!(near_names("stag", names.into_iter()), ["staging"]);
    }

    #[test]
    fn distance_counts_insertions_deletions_and_substitutions() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("same", "same"), 0);
    }
}
