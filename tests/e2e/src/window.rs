//! The app's real window, driven over `WebDriver` as a user would.
//!
//! `WebKit`'s driver knows no `browserName` and has crashed on execute/async: only execute/sync is used, and
//! conditions are polled.

use crate::{
    desk::Desk,
    dialog::NativeDialog,
    kin::{Kin, descendants},
    processes::Group,
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use thirtyfour::{Capabilities, prelude::*};

/// Nothing here takes this long unless it is broken, even where all tests share two cores.
const PATIENCE: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(50);

/// How to start the app.
#[derive(Clone, Debug, Default)]
pub struct Start {
    pub arguments: Vec<String>,
    pub environment: Vec<(String, String)>,
    /// What is started in the app's place, such as a script that starts it.
    pub program: Option<PathBuf>,
    /// Of the screen, in pixels; `None` for the usual one.
    pub desk: Option<(u32, u32)>,
}

impl Start {
    pub fn demo(workspace: &Path) -> Self {
        let mut start = Self::workspace(workspace);
        start.arguments.insert(0, "--demo".to_owned());
        start
    }

    pub fn workspace(workspace: &Path) -> Self {
        let start = Self {
            arguments: vec![workspace.display().to_string()],
            ..Self::default()
        };
        start.at_home_of(workspace)
    }

    /// What the program and its page keep of a person is this workspace's alone: a language that another test chose is
    /// not this one's, and is there again where the same workspace is opened again.
    fn at_home_of(mut self, workspace: &Path) -> Self {
        let mut hasher = DefaultHasher::new();
        workspace.hash(&mut hasher);
        let home = root().join(format!("target/tmp/homes/{:016x}", hasher.finish()));
        for (name, folder) in [
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CACHE_HOME", "cache"),
        ] {
            self = self.with(name, &home.join(folder).display().to_string());
        }
        self
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// On a screen of this size, in pixels.
    #[must_use]
    pub fn on_desk(mut self, width: u32, height: u32) -> Self {
        self.desk = Some((width, height));
        self
    }

    /// What the app and its web processes write to standard error goes to `log`; a script beside it starts them.
    #[must_use]
    pub fn logged(mut self, log: &Path) -> Self {
        let script = log.with_extension("sh");
        let text = format!(
            "#!/bin/sh\nexec '{}' \"$@\" 2>>'{}'\n",
            app_binary().display(),
            log.display()
        );
        std::fs::write(&script, text).expect("a script is written");
        std::fs::set_permissions(&script, PermissionsExt::from_mode(0o700)).expect("it can be run");
        self.program = Some(script);
        self
    }
}

impl Prepared {
    /// Starts the app and waits until it says that it is ready.
    pub async fn open(self) -> Window {
        let mut capabilities = Capabilities::new();
        let program = self.program.unwrap_or_else(app_binary);
        let options = serde_json::json!({"application": program, "args": self.arguments});
        capabilities
            .set("tauri:options", options)
            .expect("the options are JSON");
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", self.port), capabilities)
            .await
            .unwrap_or_else(|error| panic!("no WebDriver session: {error}"));
        let window = Window {
            driver,
            desk: self.desk,
            driver_process: self.driver_process,
        };
        window
            .wait_for(
                "the window is ready",
                "return document.documentElement.hasAttribute('data-ready')",
            )
            .await;
        window
    }
}

pub struct Window {
    pub driver: WebDriver,
    pub desk: Desk,
    driver_process: Group,
}

/// A screen and a driver that wait for the app to be started.
pub struct Prepared {
    desk: Desk,
    driver_process: Group,
    port: u16,
    arguments: Vec<String>,
    program: Option<PathBuf>,
}

impl Window {
    /// Opens the app and waits until it says that it is ready.
    pub async fn open(start: Start) -> Self {
        Self::prepare(start).await.open().await
    }

    /// Everything but the app itself.
    pub async fn prepare(start: Start) -> Prepared {
        let (width, height) = start.desk.unwrap_or((1480, 940));
        let desk = Desk::open(width, height);
        let (port, native_port) = (free_port(), free_port());
        let mut command = Command::new(root().join("target/tools/bin/tauri-driver"));
        command
            .args([
                "--port",
                &port.to_string(),
                "--native-port",
                &native_port.to_string(),
            ])
            .env("DISPLAY", desk.display())
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .envs(start.environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null());
        let driver_process = Group::start(command);
        // tauri-driver passes requests on to WebKit's own driver, and drops them until that one listens
        for (who, port) in [("tauri-driver", port), ("WebKitWebDriver", native_port)] {
            until(&format!("{who} listens"), || async {
                TcpStream::connect(("127.0.0.1", port))
                    .is_ok()
                    .then_some(())
            })
            .await;
        }
        Prepared {
            desk,
            driver_process,
            port,
            arguments: start.arguments,
            program: start.program,
        }
    }

    /// Ends the session, which closes the app as a user would close its window.
    pub async fn close(self) {
        let session = self.driver.clone();
        session.quit().await.expect("the session ends");
    }

    /// The app's own process, and the web processes that it started.
    pub fn kin(&self) -> Kin {
        Kin::among(&descendants(self.driver_process.id()))
    }

    pub async fn script(&self, script: &str) -> serde_json::Value {
        self.script_with(script, Vec::new()).await
    }

    /// The script finds the values in `arguments`.
    pub async fn script_with(
        &self,
        script: &str,
        values: Vec<serde_json::Value>,
    ) -> serde_json::Value {
        let answer = self.driver.execute(script, values).await;
        answer
            .unwrap_or_else(|error| panic!("{script}: {error}"))
            .json()
            .clone()
    }

    /// Polls until the script returns true.
    pub async fn wait_for(&self, what: &str, script: &str) {
        let start = Instant::now();
        while self.script(script).await != true {
            if start.elapsed() > PATIENCE {
                let picture = self.picture("waited-in-vain");
                panic!(
                    "waited {PATIENCE:?}, and still not: {what}; see {}",
                    picture.display()
                );
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The element with this `data-testid`, once it is there and shown.
    pub async fn element(&self, test_id: &str) -> WebElement {
        self.element_at(&format!("[data-testid=\"{test_id}\"]"))
            .await
    }

    async fn element_at(&self, selector: &str) -> WebElement {
        until(&format!("{selector} is shown"), || async {
            let element = self.driver.find(By::Css(selector)).await.ok()?;
            element
                .is_displayed()
                .await
                .unwrap_or(false)
                .then_some(element)
        })
        .await
    }

    pub async fn click(&self, test_id: &str) {
        self.click_at(&format!("[data-testid=\"{test_id}\"]")).await;
    }

    /// The first element of a CSS selector, once it is shown.
    pub async fn click_at(&self, selector: &str) {
        let element = self.element_at(selector).await;
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("{selector} cannot be clicked: {error}"));
    }

    pub async fn text(&self, test_id: &str) -> String {
        self.element(test_id)
            .await
            .text()
            .await
            .unwrap_or_else(|error| panic!("{test_id} has no text: {error}"))
    }

    /// Keys to whatever has the focus.
    pub async fn keys(&self, keys: &str) {
        self.driver
            .action_chain()
            .send_keys(keys)
            .perform()
            .await
            .expect("keys can be typed");
    }

    /// One of the program's own dialogs, by its title, once it is shown.
    pub async fn dialog(&self, title: &str) -> NativeDialog<'_> {
        NativeDialog::shown(&self.desk, title).await
    }

    /// A key with Ctrl held down.
    pub async fn control(&self, key: char) {
        let chord = self.driver.action_chain().key_down(Key::Control);
        chord
            .key_down(key)
            .key_up(key)
            .key_up(Key::Control)
            .perform()
            .await
            .expect("keys can be typed");
    }

    /// Gives the page this size, and waits until it has it.
    pub async fn resize(&self, width: u32, height: u32) {
        let frame = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
        let frame = self.script(frame).await;
        let outer = |at: usize, inner: u32| inner + frame[at].as_u64().unwrap_or(0) as u32;
        self.driver
            .set_window_rect(0, 0, outer(0, width), outer(1, height))
            .await
            .expect("the window can be resized");
        self.wait_for(
            &format!("the page is {width} x {height}"),
            &format!("return innerWidth === {width} && innerHeight === {height}"),
        )
        .await;
    }

    /// For a person to look at: target/screens/NAME.png, once what the page holds is drawn.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let ask = "window.isDrawn = false;\
                   requestAnimationFrame(() => requestAnimationFrame(() => { window.isDrawn = true; }));";
        self.script(ask).await;
        self.wait_for("the page is drawn", "return window.isDrawn")
            .await;
        self.picture(name)
    }

    /// The screen as it is, without its empty ground. Taken from the display, because `WebKit`'s driver hangs at times
    /// when it is asked for a picture of an accelerated page.
    fn picture(&self, name: &str) -> PathBuf {
        let folder = root().join("target/screens");
        std::fs::create_dir_all(&folder).expect("target/screens can be made");
        let path = folder.join(format!("{name}.png"));
        let taken = Command::new("import")
            .args(["-display", self.desk.display(), "-window", "root"])
            .args(["-trim", "+repage"])
            .arg(&path)
            .status()
            .expect("ImageMagick's import runs; run: make set-up");
        assert!(taken.success(), "the screen cannot be taken");
        path
    }
}

/// What failed is told at once: the session would end itself over a connection that only the test's own thread, which waits for
/// it, could serve.
impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::mem::forget(self.driver.clone());
        }
    }
}

/// Asks again and again until there is an answer; panics, with what was waited for, when patience ends.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "waited {PATIENCE:?}, and still not: {what}"
        );
        tokio::time::sleep(POLL).await;
    }
}

/// The repository's folder, for the tests and for the bench alike.
pub fn root() -> &'static Path {
    let of_package = Path::new(env!("CARGO_MANIFEST_DIR"));
    of_package
        .ancestors()
        .find(|folder| folder.join("tauri.conf.json").is_file())
        .unwrap_or(of_package)
}

/// The app that `KINESCOPE_APP` names, for one that was packed; else the app from the build that this program came out
/// of: its own folder, or the one above `deps`.
pub fn app_binary() -> PathBuf {
    if let Some(named) = std::env::var_os("KINESCOPE_APP") {
        return named.into();
    }
    let own = std::env::current_exe().expect("this program knows where it lies");
    let built = own
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("kinescope"))
        .find(|app| app.is_file());
    built.expect("the app is built beside this program: cargo build")
}

/// On the loopback address.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener
        .local_addr()
        .expect("a bound listener has an address")
        .port()
}
