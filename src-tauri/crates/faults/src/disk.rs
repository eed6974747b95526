//! A disk with little room: a tmpfs that only one test sees.
//!
//! Mounting takes rights that a test has not got, so the test runs itself once more in a mount namespace of
//! its own (`unshare`, util-linux), where the disk exists until the process ends. Nothing has to be cleaned up.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

/// Where the disk is, in the second run.
const MOUNTED_AT: &str = "FAULTS_SMALL_DISK";
/// A ballast file grows by this.
const CHUNK_BYTES: usize = 64 * 1024;

/// A disk of a few mebibytes, for the rest of the process.
#[derive(Clone, Debug)]
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// The disk within the second run of the test; in the first, `None` once that has passed.
    ///
    /// `test` is the test's full name, as `cargo test -- --list` shows it.
    ///
    /// # Panics
    /// If the second run fails, with all that it said.
    pub fn of_test(test: &str, mebibytes: u32) -> Option<Self> {
        if let Some(mounted) = std::env::var_os(MOUNTED_AT) {
            return Some(Self(mounted.into()));
        }
        let folder = std::env::temp_dir().join(format!("faults-disk-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder to mount on");
        let this = std::env::current_exe().expect("this test's own program");
        let script = r#"mount -t tmpfs -o "size=$1m,mode=700" faults "$2" && shift 2 && exec "$@""#;
        let output = Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
            .arg(mebibytes.to_string())
            .arg(&folder)
            .arg(this)
            .args(["--exact", test, "--nocapture", "--test-threads", "1"])
            .env(MOUNTED_AT, &folder)
            .output()
            .expect("unshare runs; it is part of util-linux");
        let _ = fs::remove_dir(&folder);
        let said = String::from_utf8_lossy(&output.stdout);
        // its figures, and what it found broken
        print!("{said}");
        assert!(
            output.status.success() && said.contains("1 passed"),
            "the test on a small disk failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        None
    }

    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Takes all the room that is left but `spare_bytes`, until the ballast is dropped.
    ///
    /// # Panics
    /// If the file cannot be made at all.
    pub fn fill(&self, spare_bytes: u64) -> Ballast {
        let path = self.0.join("ballast");
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .expect("a ballast file");
        // the last write that fits in part is cut off by the file system
        let chunk = vec![1; CHUNK_BYTES];
        while file.write_all(&chunk).is_ok() {}
        let length = file.metadata().expect("its length").len();
        file.set_len(length.saturating_sub(spare_bytes))
            .expect("room given back");
        Ballast(path)
    }
}

/// A file that takes the room; dropping it gives the room back.
#[derive(Debug)]
pub struct Ballast(PathBuf);

impl Drop for Ballast {
    fn drop(&mut self) {
        // gone already: there is room
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::SmallDisk;
    use std::{fs, io::ErrorKind};

    #[test]
    fn a_small_disk_fills_up_and_empties() {
        let Some(disk) = SmallDisk::of_test("disk::tests::a_small_disk_fills_up_and_empties", 2)
        else {
            return;
        };
        let file = disk.folder().join("file");
        fs::write(&file, vec![0; 100_000]).expect("room at first");
        let ballast = disk.fill(8192);
        let refused = fs::write(&file, vec![0; 200_000]).expect_err("no room");
        assert_eq!(refused.kind(), ErrorKind::StorageFull);
        drop(ballast);
        fs::write(&file, vec![0; 200_000]).expect("room again");
    }
}
