//! A headless Chromium, driven over WebDriver on the loopback interface.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A browser with one page.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    /// What the browser keeps; gone with it.
    _profile: tempfile::TempDir,
}

/// Keys, as WebDriver writes them.
pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const RIGHT: &str = "\u{e014}";
pub(crate) const ENTER: &str = "\u{e007}";

impl Browser {
    /// A browser; none where this machine has no Chromium with its driver.
    pub(crate) fn start() -> Option<Browser> {
        let driver = ["chromedriver", "chromium.chromedriver"]
            .into_iter()
            .find_map(|name| {
                let mut command = Command::new(name);
                // It says which port it has chosen.
                command
                    .arg("--port=0")
                    .stdin(Stdio::null())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::null());
                command.spawn().ok()
            });
        let Some(mut driver) = driver else {
            println!("skipped: no chromedriver");
            return None;
        };
        let port = port(&mut driver);
        let profile = tempfile::tempdir().expect("a folder");
        let mut browser = Browser {
            driver,
            session: format!("http://127.0.0.1:{port}/session"),
            _profile: profile,
        };
        let flag = format!("--user-data-dir={}", browser._profile.path().display());
        let options = json!({
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1200,900", flag,
            ],
        });
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let answer = browser.post("", &wanted);
        let Some(id) = answer["sessionId"].as_str() else {
            println!("skipped: no browser: {answer}");
            return None;
        };
        browser.session = format!("{}/{id}", browser.session);
        Some(browser)
    }

    /// Opens a file.
    pub(crate) fn open(&self, path: &Path) {
        self.post("/url", &json!({"url": format!("file://{}", path.display())}));
    }

    /// What a script answers; it is the body of a function.
    pub(crate) fn ask(&self, script: &str) -> Value {
        let answer = self.post("/execute/sync", &json!({"script": script, "args": []}));
        assert!(answer.get("error").is_none(), "{script}: {answer}");
        answer
    }

    /// What a script answers, which is a list of complaints: none.
    pub(crate) fn complains_of_nothing(&self, script: &str) {
        let complaints = self.ask(script);
        assert_eq!(complaints, json!([]), "{script}");
    }

    /// Presses keys one after the other.
    pub(crate) fn press(&self, keys: &[&str]) {
        let actions: Vec<Value> = keys
            .iter()
            .flat_map(|key| {
                [
                    json!({"type": "keyDown", "value": key}),
                    json!({"type": "keyUp", "value": key}),
                ]
            })
            .collect();
        self.post(
            "/actions",
            &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}),
        );
    }

    /// Sets the size of the page and what the system prefers.
    pub(crate) fn look(&self, width: u32, dark: bool) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", &media);
    }

    /// Sends a command of the browser's own protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) {
        self.post(
            "/goog/cdp/execute",
            &json!({"cmd": command, "params": parameters}),
        );
    }

    /// What stands in one of the browser's logs since the last look.
    pub(crate) fn log(&self, kind: &str) -> Vec<Value> {
        let answer = self.post("/se/log", &json!({"type": kind}));
        answer
            .as_array()
            .cloned()
            .unwrap_or_else(|| panic!("{kind}: {answer}"))
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.session);
        let answer = minreq::post(&url)
            .with_timeout(60)
            .with_header("Content-Type", "application/json")
            .with_body(body.to_string())
            .send();
        let answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut answer: Value =
            serde_json::from_slice(answer.as_bytes()).unwrap_or_else(|error| panic!("{path}: {error}"));
        answer["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = minreq::delete(&self.session).with_timeout(10).send();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that the driver listens on: it says so first.
fn port(driver: &mut Child) -> u16 {
    use std::io::{BufRead, BufReader};
    let said = driver.stdout.take().expect("its output");
    let started = Instant::now();
    for line in BufReader::new(said).lines().map_while(Result::ok) {
        let words: Vec<&str> = line.trim_end_matches('.').split(' ').collect();
        let port = words
            .windows(2)
            .find(|pair| pair[0] == "port")
            .and_then(|pair| pair[1].parse().ok());
        if line.contains("started successfully")
            && let Some(port) = port
        {
            sleep(Duration::from_millis(50));
            return port;
        }
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "the driver does not start"
        );
    }
    panic!("the driver has ended");
}
