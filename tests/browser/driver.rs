//! A client of the WebDriver protocol (W3C) that is just large enough to drive Chromium.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const INSTALL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/install");
const QUIET: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// A browser with one window, gone when dropped.
pub(super) struct Browser {
    driver: Child,
    session: String,
    _profile: TempDir,
}

impl Browser {
    /// Starts one with a window of this size in CSS pixels.
    pub(super) fn start(width: u32, height: u32) -> Self {
        let profile = TempDir::new().unwrap();
        let mut driver = Command::new("chromedriver");
        let driver = driver.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = driver.unwrap_or_else(|error| {
            panic!("cannot start `chromedriver`: {error}; tests/browser/install installs it, and TAILBACK_BROWSER=install has it called")
        });
        let port = port_of(&mut driver);
        let folder = format!("--user-data-dir={}", profile.path().display());
        let arguments: Vec<&str> = QUIET.into_iter().chain([folder.as_str()]).collect();
        let options = json!({ "args": arguments });
        let wanted = json!({
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" },
        });
        let root = format!("http://127.0.0.1:{port}/session");
        let session = post(&root, &json!({ "capabilities": { "alwaysMatch": wanted } }));
        let session = format!("{root}/{}", session["sessionId"].as_str().unwrap());
        let browser = Self { driver, session, _profile: profile };
        browser.resize(width, height);
        browser
    }

    /// Has the page laid out at this size, however narrow.
    pub(super) fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
    }

    pub(super) fn open(&self, file: &Path) {
        self.command("url", &json!({ "url": format!("file://{}", file.display()) }));
    }

    /// The value of an expression in the page.
    pub(super) fn evaluate(&self, expression: &str) -> Value {
        self.command("execute/sync", &json!({ "script": format!("return ({expression});"), "args": [] }))
    }

    pub(super) fn text(&self, expression: &str) -> String {
        self.evaluate(expression).as_str().unwrap_or_else(|| panic!("{expression} is no text")).to_owned()
    }

    pub(super) fn number(&self, expression: &str) -> f64 {
        self.evaluate(expression).as_f64().unwrap_or_else(|| panic!("{expression} is no number"))
    }

    pub(super) fn is(&self, expression: &str) -> bool {
        self.evaluate(expression) == Value::Bool(true)
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub(super) fn press(&self, keys: &[&str]) {
        let event = |kind: &str, key: &str| json!({ "type": kind, "value": key });
        let actions: Vec<Value> = keys.iter().flat_map(|key| [event("keyDown", key), event("keyUp", key)]).collect();
        self.perform(&json!([{ "type": "key", "id": "keys", "actions": actions }]));
    }

    /// Moves the pointer through points of the window; with the button down between the first and the last where `drag`.
    pub(super) fn point(&self, path: &[(f64, f64)], drag: bool) {
        let button = |kind: &str| json!({ "type": kind, "button": 0 });
        let moves =
            |&(x, y): &(f64, f64)| json!({ "type": "pointerMove", "duration": 20, "x": x as i64, "y": y as i64 });
        let mut actions: Vec<Value> = path.iter().map(moves).collect();
        if drag {
            actions.insert(1, button("pointerDown"));
            actions.push(button("pointerUp"));
        }
        self.perform(&json!([{ "type": "pointer", "id": "mouse", "actions": actions }]));
    }

    fn perform(&self, actions: &Value) {
        self.command("actions", &json!({ "actions": actions }));
    }

    /// What the page wrote to the console, errors of scripts and of the policy among it.
    pub(super) fn console(&self) -> Vec<String> {
        let entries = self.command("se/log", &json!({ "type": "browser" }));
        entries.as_array().unwrap().iter().map(|entry| entry["message"].to_string()).collect()
    }

    /// The page printed, as PDF in base64.
    pub(super) fn print(&self) -> String {
        self.command("print", &json!({ "background": true })).as_str().unwrap().to_owned()
    }

    /// Has media queries answered as for these features.
    pub(super) fn emulate(&self, medium: &str, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.devtools("Emulation.setEmulatedMedia", &json!({ "media": medium, "features": [feature] }));
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.command("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        post(&format!("{}/{path}", self.session), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that a driver says it listens on.
fn port_of(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let mut told = lines
        .map_while(Result::ok)
        .filter_map(|line| line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok());
    told.next().expect("the driver tells its port")
}

fn post(address: &str, body: &Value) -> Value {
    let request = ureq::post(address).config().http_status_as_error(false).build();
    let mut answer = request.send(body.to_string()).unwrap();
    let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    assert!(answer["value"].get("error").is_none(), "{address}: {}", answer["value"]);
    answer["value"].clone()
}

/// Calls the script that installs the browser, where it is asked for.
pub(super) fn install() {
    if std::env::var("TAILBACK_BROWSER").as_deref() == Ok("install") {
        assert!(Command::new(INSTALL).status().unwrap().success(), "{INSTALL} failed");
    }
}
