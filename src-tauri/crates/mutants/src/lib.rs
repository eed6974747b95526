//! Seeded bugs, each to be found by the suite that it names: a suite that stays green on its mutant is broken.
//!
//! A bug stands where a developer would make it, behind `mutants::is_on(Mutant::…)`. That is `false` at compile time
//! unless the feature `seeded` is on, which no build that users get has. `make mutants` turns one on after the other.

/// Declares the bugs: name in `KINESCOPE_MUTANT`, the suite that must turn red, what it does wrong.
macro_rules! mutants {
    ($($variant:ident = $name:literal, $suite:literal, $wrong:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Mutant {
            $(#[doc = $wrong] $variant,)*
        }

        impl Mutant {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As `KINESCOPE_MUTANT` names it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The name of the suite, as in `target/torture/figures.json`, that must find it.
            pub const fn suite(self) -> &'static str {
                match self { $(Self::$variant => $suite,)* }
            }

            /// What it does wrong, in one sentence.
            pub const fn wrong(self) -> &'static str {
                match self { $(Self::$variant => $wrong,)* }
            }
        }
    };
}

mutants! {
    SynchronousOff = "synchronous-off", "power-cut", "SQLite never waits for the disk";
    SynchronousNormal = "synchronous-normal", "power-cut", "a commit is acknowledged before its log is on the disk";
    LogTrustedAfterError = "log-trusted-after-error", "power-cut", "what a failed sync left in the log counts as written";
    CommitErrorIgnored = "commit-error-ignored", "io-error", "a transaction that could not be committed is acknowledged";
    FullDiskWaitedFor = "full-disk-waited-for", "disk-full", "the writer waits on a full disk before it says so";
    ChecksUnread = "checks-unread", "corruption", "the checks of blocks, runs and unsealed records are not looked at";
    MigrationApart = "migration-apart", "migrate-kill", "a migration's statements are committed one by one";
    LockNotTaken = "lock-not-taken", "two-instances", "a workspace is opened without its lock";
    IntentLate = "intent-late", "kill-replay", "records are sent before the journal says so";
    FailedEntriesOnly = "failed-entries-only", "kill-replay", "what failed is sent again behind what came after it";
    GrantOfAnyIncarnation = "grant-of-any-incarnation", "wrong-target", "a grant is not compared with the stream's time of creation";
    CheckpointApart = "checkpoint-apart", "kill-capture", "a batch's checkpoint is committed before its records, in a transaction of its own";
    DuplicatesKept = "duplicates-kept", "kill-capture", "a record that comes again is stored again, and nothing looks whether it is there";
    SdkRetries = "sdk-retries", "throttle", "the SDK repeats reads that fail, behind the back of who paces them";
    LatestAgain = "latest-again", "sigstop", "LATEST is asked for again when an iterator has expired";
    StartAgain = "start-again", "sigstop", "an expired iterator is followed by one from the start of the shard";
    ChildEarly = "child-early", "reshard", "a child shard is read before its parents are at their end";
    GapUntold = "gap-untold", "gaps", "no gap is recorded where records were trimmed before they were read";
    NotFoundIsEnd = "not-found-is-end", "errors", "a stream that is not found counts as the end of the shard";
    BarredIsHammered = "barred-is-hammered", "errors", "a read that is refused for good is repeated at once";
    RecreatedIsSame = "recreated-is-same", "recreate", "a stream that was deleted and created again is read on as the same one";
    IdleInHaste = "idle-in-haste", "politeness", "a shard with nothing to catch up with is read as fast as one that is behind";
    UnpackedBare = "unpacked-bare", "mask", "what was packed in a payload is shown without a look at the masking rules";
    FileBare = "file-bare", "mask", "a capture is written into a file as it is stored, whatever the masking rules say";
}

/// Whether this process has that bug: the one that `KINESCOPE_MUTANT` names.
#[cfg(feature = "seeded")]
pub fn is_on(mutant: Mutant) -> bool {
    static NAMED: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    let named = NAMED.get_or_init(|| std::env::var("KINESCOPE_MUTANT").ok());
    named.as_deref() == Some(mutant.name())
}

#[cfg(not(feature = "seeded"))]
#[inline]
pub const fn is_on(_: Mutant) -> bool {
    false
}
