//! The HTML report in a real browser. Not part of a plain `cargo test`, as it needs Chromium and its driver:
//! `TAILBACK_BROWSER=install cargo test --release --test outputs -- --ignored` installs them (Debian) and runs these.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod driver;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use tailback::report::{Portrait, write_html};
use tempfile::TempDir;

use super::{HOSTILE, hostile_origin, hostile_results};
use driver::Browser;

/// Two classes behind a dispatcher that is down for half an hour, an alert, an alternative and a sweep.
const OUTAGE: &str = r#"
title    = "A dispatcher is down"
question = "Who notices?"

[run]
start        = 2024-03-01T09:00:00Z
horizon      = "2h"
replications = 4

[jobs.mail]
via = "driver"
arrivals.poisson         = { rate = "1/s" }
service_time.exponential = { mean = "0.8s" }
objectives               = ["share(wait <= 30s) >= 99%"]

[jobs.report]
arrivals.poisson         = { rate = "0.2/s" }
service_time.exponential = { mean = "2s" }

[pools.workers]
size = 3

[dispatchers.driver]
interval = "5s"
outages  = [{ from = "09:20", to = "09:50" }]

[alerts.staged]
when = "staged_age(driver) > 5m"

[alternatives.more-workers]
title = "Twice the workers"
pools.workers.size = 6

[sweep]
"pools.workers.size" = [2, 3]
"jobs.mail.arrivals.poisson.rate" = ["0.5/s", "1/s"]
"#;

/// A provider with a cap, a pool whose workers break down, another whose workers boot, alternatives at other costs.
const CAPACITY: &str = r#"
title    = "A provider with a cap, workers that boot and break"
question = "Who waits for whom?"

[run]
start        = 2024-03-01T09:00:00Z
horizon      = "2h"
replications = 3

[jobs.mail]
provider = "smtp"
arrivals.poisson      = { rate = "2/s" }
service_time.constant = "0.8s"
objectives            = ["share(wait <= 30s) >= 99%"]

[jobs.report]
queue = "slow"
arrivals.burst           = { jobs = 400, from = "09:20", over = "20m" }
service_time.exponential = { mean = "8s" }

[providers.smtp]
concurrent = 3
windows    = [{ from = "09:40", to = "09:50", slow = 2 }]

[pools.mailers]
size     = 6
cost     = "0.1/h"
failures = { after.exponential = { mean = "20m" }, repair = "5m" }
take.strict = ["default"]

[pools.reporters]
size = 2
cost = "0.1/h"
take.strict = ["slow"]

[alternatives.scaled]
title = "Reporters by demand"
pools.reporters.autoscale.hpa = { metric = "age", target = "60s", min = 2, max = 6, boot = "5m" }

[alternatives.help]
title = "A third pool"
pools.helpers = { size = 1, cost = "0.1/h", take.strict = ["slow"] }

[alternatives.together]
title = "One pool for both"
pools.mailers.size = 6
pools.mailers.take.strict = ["default", "slow"]
pools.reporters.size = 0
"#;

/// The report of a scenario with these names in it, kept for all tests.
fn report(name: &str, text: &str) -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        driver::install();
        TempDir::new().unwrap()
    });
    let file = folder.path().join(format!("{name}.toml"));
    fs::write(&file, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = command.current_dir(folder.path()).args(["run", "-q"]).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder.path().join("outputs").join(name).join("report.html")
}

fn open(name: &str, text: &str) -> Browser {
    let browser = Browser::start(1100, 900);
    browser.open(&report(name, text));
    browser
}

/// The report of the outage in a window of a desk.
fn outage(name: &str) -> Browser {
    open(name, OUTAGE)
}

/// The middle of an element, after scrolling it into view.
fn middle(browser: &Browser, selector: &str) -> (f64, f64) {
    browser.evaluate(&format!("document.querySelector({selector:?}).scrollIntoView({{ block: 'center' }})"));
    let rect = |of: &str| {
        browser.number(&format!("(rect => {of})(document.querySelector({selector:?}).getBoundingClientRect())"))
    };
    (rect("rect.left + rect.width / 2"), rect("rect.top + rect.height / 2"))
}

const WAITS: &str = "#waits .canvas";

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn hovering_shows_the_values_of_every_class_and_leaving_hides_them() {
    let browser = outage("hover");
    assert!(browser.is("document.querySelector('#waits .tip').hidden"));
    let (x, y) = middle(&browser, WAITS);
    browser.point(&[(x, y), (x + 4.0, y)], false);
    let tip = browser.text("document.querySelector('#waits .tip').innerText");
    assert!(tip.starts_with("Created ") && tip.contains("mail") && tip.contains("report"), "{tip}");
    assert!(
        browser.is("document.querySelector('#backlog .cursor line') !== null"),
        "all pictures over time show the moment"
    );
    browser.point(&[(x, 2.0)], false);
    assert!(browser.is("document.querySelector('#waits .tip').hidden"));
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn a_class_is_hidden_by_its_button_and_by_the_keyboard() {
    let browser = outage("toggle");
    let lines = "document.querySelectorAll('#waits .line.s0').length";
    assert!(browser.number(lines) > 0.0);
    let (x, y) = middle(&browser, ".legend .key.s0");
    browser.point(&[(x, y), (x, y)], true);
    assert_eq!(browser.number(lines), 0.0);
    assert!(browser.number("document.querySelectorAll('#waits .line.s1').length") > 0.0);
    assert_eq!(browser.text("document.querySelector('.legend .key.s0').getAttribute('aria-pressed')"), "false");
    browser.evaluate("document.querySelector('.legend .key.s0').focus()");
    browser.press(&["\u{E007}"]);
    assert!(browser.number(lines) > 0.0, "Enter shows it again");
    browser.press(&[" "]);
    assert_eq!(browser.number(lines), 0.0, "and the space bar hides it");
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn alternatives_are_switched_by_keys_and_by_their_rows() {
    let browser = outage("alternatives");
    let top = "document.querySelector('#workers .plot svg').textContent";
    let before = browser.text(top);
    browser.evaluate("document.querySelector('.controls input[type=radio]').focus()");
    browser.press(&["\u{E014}"]);
    let after = browser.text(top);
    assert!(before != after && after.contains('6'), "{before}, {after}");
    assert!(browser.is("document.querySelector('.controls input[type=radio]:checked') === document.activeElement"));
    assert!(browser.number("document.querySelectorAll('#waits .line.ghost').length") > 0.0, "the base stays behind it");
    let (x, y) = middle(&browser, "#alternatives-picture .row");
    browser.point(&[(x, y), (x, y)], true);
    assert_eq!(browser.text(top), before);
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn dragging_zooms_all_pictures_over_time_and_a_double_click_or_the_button_resets() {
    let browser = outage("zoom");
    let ticks = "[...document.querySelectorAll('#backlog .tick')].map(tick => tick.textContent).join(' ')";
    let whole = browser.text(ticks);
    let reset = "[...document.querySelectorAll('.zoom button')].at(-1)";
    assert!(browser.is(&format!("{reset}.disabled")));
    let (x, y) = middle(&browser, WAITS);
    let drag = || browser.point(&[(x - 100.0, y), (x, y), (x + 50.0, y)], true);
    drag();
    let part = browser.text(ticks);
    assert!(part != whole && !part.contains("11:00"), "{whole}, {part}");
    browser.evaluate(&format!("{reset}.click()"));
    assert_eq!(browser.text(ticks), whole);
    drag();
    browser.evaluate(&format!(
        "document.querySelector('{WAITS}').dispatchEvent(new MouseEvent('dblclick', {{ bubbles: true }}))"
    ));
    assert_eq!(browser.text(ticks), whole);
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn the_keyboard_reads_values_zooms_and_resets() {
    let browser = outage("keys");
    browser.evaluate(&format!("document.querySelector('{WAITS}').focus()"));
    browser.press(&["\u{E014}", "\u{E014}", "\u{E014}"]);
    let told = browser.text("document.querySelector('#waits [aria-live]').textContent");
    assert!(told.starts_with("Created 09:01:15") && told.contains("mail"), "{told}");
    let ticks = "[...document.querySelectorAll('#waits .tick')].map(tick => tick.textContent).join(' ')";
    let whole = browser.text(ticks);
    browser.press(&["+", "+"]);
    assert_ne!(browser.text(ticks), whole);
    browser.press(&["-", "0"]);
    assert_eq!(browser.text(ticks), whole);
    browser.press(&["\u{E010}"]);
    assert!(!browser.is("document.querySelector('#waits .tip').hidden"));
    browser.press(&["\u{E00C}"]);
    assert!(browser.is("document.querySelector('#waits .tip').hidden"));
    browser.evaluate("document.body.focus()");
    let reached = browser.number("[...document.querySelectorAll('button, input, select, svg[tabindex], .row[tabindex], td[tabindex]')].filter(e => e.tabIndex >= 0).length");
    assert!(reached > 15.0, "{reached}");
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn hostile_names_stay_text_and_break_no_layout() {
    driver::install();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("report.html");
    let long = format!("{HOSTILE}\u{5e9}\u{5dc}\u{5d5}\u{5dd}{}", "x".repeat(10_000));
    fs::write(&file, write_html(&hostile_results(&long), &hostile_origin(&long), &Portrait::default())).unwrap();
    let browser = Browser::start(1100, 900);
    browser.open(&file);
    assert_eq!(browser.number("document.querySelectorAll('img, iframe, object, embed').length"), 0.0);
    assert_eq!(browser.number("document.querySelectorAll('script').length"), 2.0);
    assert!(browser.text("document.title").contains("<script>"), "the title is the text");
    assert!(browser.is("document.querySelectorAll('#waits .line').length > 0"), "the pictures are drawn");
    let (x, y) = middle(&browser, WAITS);
    browser.point(&[(x - 300.0, y), (x - 296.0, y)], false);
    assert!(browser.text("document.querySelector('#waits .tip').innerText").contains("<img src=x"));
    browser.evaluate("document.querySelectorAll('.controls select, .controls input').forEach(control => control.dispatchEvent(new Event('change')))");
    for width in [1100, 360] {
        browser.resize(width, 900);
        assert_fits(&browser, width);
    }
    assert_eq!(browser.console(), [""; 0]);
}

/// Nothing is wider than the page, whatever its own scrollers hold.
fn assert_fits(browser: &Browser, width: u32) {
    let reach = browser.number("document.documentElement.scrollWidth");
    assert!(reach <= f64::from(width), "the page is {reach} wide in a window of {width}");
    let outside = browser.evaluate(
        "[...document.querySelectorAll('svg text')].filter(text => { const own = text.getBoundingClientRect(), svg = text.closest('svg').getBoundingClientRect(); \
         return own.width > 0 && (own.left < svg.left - 2 || own.right > svg.right + 2); }).map(text => text.textContent.slice(0, 40))",
    );
    assert_eq!(outside.as_array().map(Vec::len), Some(0), "cut at {width}: {outside}");
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn a_narrow_window_has_no_horizontal_scroll_and_cuts_no_label() {
    let browser = outage("narrow");
    assert_fits(&browser, 1100);
    for width in [768, 360] {
        browser.resize(width, 740);
        assert_fits(&browser, width);
    }
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn print_is_light_and_has_no_controls_and_every_section() {
    let browser = outage("print");
    browser.emulate("screen", "dark");
    let paper = "getComputedStyle(document.body).backgroundColor";
    assert_eq!(browser.text(paper), "rgb(18, 23, 30)");
    browser.emulate("print", "dark");
    assert_eq!(browser.text(paper), "rgb(255, 255, 255)");
    let shown =
        |selector: &str| browser.is(&format!("document.querySelector('{selector}').getClientRects().length > 0"));
    assert!(!shown(".controls") && !shown("#waits .choice"));
    for section in ["#waits svg", "#backlog svg", "#workers svg", "#objectives", "#scenario", "#reproduce"] {
        assert!(shown(section), "{section}");
    }
    browser.emulate("", "light");
    assert!(browser.print().starts_with("JVBERi0"), "it is a PDF");
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn a_heatmap_tells_its_cells_and_switches_objectives() {
    let browser = outage("heatmap");
    assert_eq!(browser.number("document.querySelectorAll('.heatmap td.heat').length"), 4.0, "two values of two paths");
    browser.evaluate("document.querySelector('.heatmap td.heat').focus()");
    let told = browser.text("document.querySelector('#sweep-picture .readout').textContent");
    assert!(told.contains("pools.workers.size = 2") && told.contains('%'), "{told}");
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn a_world_of_one_class_and_one_minute_is_drawn() {
    let browser = Browser::start(1100, 900);
    let text = "[run]\nhorizon = \"1m\"\nreplications = 1\n[jobs.mail]\narrivals.poisson.rate = \"1/s\"\nservice_time.constant = \"0.1s\"\n[pools.workers]\nsize = 1\n";
    browser.open(&report("tiny", text));
    assert!(browser.is("document.querySelectorAll('#waits .line').length > 0"));
    assert_fits(&browser, 1100);
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn the_scenario_is_drawn_with_text_for_all_readers_and_follows_the_theme() {
    let browser = outage("scene");
    assert_eq!(browser.text("document.querySelector('svg.scene').getAttribute('role')"), "img");
    let told = browser.text(
        "document.querySelector('svg.scene').getAttribute('aria-labelledby').split(' ').map(id => document.getElementById(id).textContent).join(' ')",
    );
    assert!(["mail", "report", "driver", "workers"].into_iter().all(|name| told.contains(name)), "{told}");
    let names =
        browser.text("[...document.querySelectorAll('svg.scene text')].map(text => text.textContent).join(' ')");
    assert!(names.contains("dispatchers") && names.contains("driver"), "{names}");
    let ids = "[...document.querySelectorAll('[id]')].map(element => element.id)";
    assert!(browser.is(&format!("(ids => new Set(ids).size === ids.length)({ids})")), "{}", browser.evaluate(ids));
    let ink = "getComputedStyle([...document.querySelectorAll('svg.scene text')].at(-1)).fill";
    let box_ = "getComputedStyle(document.querySelector('svg.scene path[fill^=\"var(--paper\"]')).fill";
    let light = [browser.text(ink), browser.text(box_)];
    browser.emulate("screen", "dark");
    let dark = [browser.text(ink), browser.text(box_)];
    assert!(light.iter().zip(&dark).all(|(light, dark)| light != dark), "{light:?}, {dark:?}");
    assert_eq!(dark[1], "rgb(18, 23, 30)");
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn workers_load_providers_drain_and_costs_are_read_toggled_and_switched() {
    let browser = open("capacity", CAPACITY);
    let read = |figure: &str| {
        browser.evaluate(&format!("document.querySelector('#{figure} .canvas').focus()"));
        browser.press(&["\u{E014}", "\u{E014}"]);
        browser.text(&format!("document.querySelector('#{figure} [aria-live]').textContent"))
    };
    for (figure, parts) in [
        ("workers", ["available", "busy", "down"]),
        ("load", ["mail 1.6", "workers available", "09:00"]),
        ("providers", ["waiting to be let in", "in progress", "most at once 3"]),
        ("drain", ["Base case", "Reporters by demand", "One pool for both"]),
        ("costs", ["Cost of the workers: 1.60", "Base case", "%"]),
    ] {
        let told = read(figure);
        assert!(parts.into_iter().all(|part| told.contains(part)), "{figure}: {told}");
    }
    let load = "document.querySelectorAll('#load .area.s0').length";
    assert!(browser.number(load) > 0.0);
    browser.evaluate("document.querySelector('.legend .key.s0').click()");
    assert_eq!(browser.number(load), 0.0, "a hidden class offers no load");
    let whole = browser.text("document.querySelector('#drain .point').textContent");
    assert!(whole.contains("drain in"), "{whole}");
    let marked = "document.querySelectorAll('#workers .area.booting').length";
    assert_eq!(browser.number(marked), 0.0);
    browser.evaluate(
        "document.querySelectorAll('#drain .row')[1].dispatchEvent(new MouseEvent('click', { bubbles: true }))",
    );
    assert!(browser.number(marked) > 0.0, "workers boot where they are scaled");
    assert_eq!(browser.text("document.querySelector('.row.chosen .row-name').textContent"), "Reporters by demand");
    assert_eq!(browser.number("document.querySelectorAll('#costs .halo').length"), 1.0);
    let pools =
        "[...document.querySelectorAll('#workers .facet')].filter(facet => facet.getClientRects().length > 0).length";
    assert_eq!(browser.number(pools), 2.0, "a pool that the case lacks is not shown");
    let (x, y) = middle(&browser, WAITS);
    browser.point(&[(x, y), (x + 4.0, y)], false);
    browser.evaluate(
        "document.querySelectorAll('#drain .row')[2].dispatchEvent(new MouseEvent('click', { bubbles: true }))",
    );
    assert_eq!(browser.number(pools), 3.0);
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
#[ignore = "drives a real browser; see tests/browser/mod.rs"]
fn the_pictures_of_workers_and_costs_fit_a_phone_and_paper() {
    let browser = open("capacity-narrow", CAPACITY);
    for width in [1100, 768, 360] {
        browser.resize(width, 740);
        assert_fits(&browser, width);
        let size = |measure: &str| browser.number(&format!("document.querySelector('#workers .canvas').{measure}"));
        let (drawn, seen) = (size("viewBox.baseVal.width"), size("getBoundingClientRect().width"));
        assert!((drawn - seen).abs() <= 1.0, "drawn for {drawn}, seen at {seen}");
    }
    browser.emulate("print", "light");
    for part in ["#load .of-classes", "#costs svg", "#drain svg", "#providers svg", "svg.scene"] {
        assert!(browser.is(&format!("document.querySelector('{part}').getClientRects().length > 0")), "{part}");
    }
    assert_eq!(browser.console(), [""; 0]);
}
