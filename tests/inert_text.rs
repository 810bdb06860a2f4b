//! Names and titles that GitHub, GitLab or a runner of CI would act on, through the command: in summaries they stay text, in tables columns stay
//! below each other.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// What viewers make links, mentions or pictures of.
const ACTIVE: [&str; 16] = [
    "GH-1",
    "owner/repo#1",
    "#12",
    "@user",
    "www.example.org",
    "https://example.org",
    "x@example.org",
    ":tada:",
    ":+1:",
    "0123abc",
    "0123456789abcdef0123456789abcdef01234567",
    "deadbeef",
    "!3",
    "&4",
    "%5",
    "~bug",
];

fn tailback(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap_or(-1), said)
}

/// Everything that has a name or a title has all that is active in it.
fn active_world() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let all = ACTIVE.join(" ");
    let mut text = format!(
        "title = \"{all}\"\nquestion = \"{all}?\"\nsource = \"{all}\"\n[run]\nhorizon = \"30m\"\nreplications = 2\n"
    );
    for (i, name) in ACTIVE.iter().enumerate() {
        text += &format!(
            "[jobs.\"{name}\"]\narrivals.poisson = {{ rate = \"1/min\" }}\nservice_time.constant = \"{}s\"\n",
            20 + i
        );
        text += "objectives = [\"p95(wait) <= 1s\"]\n";
    }
    text += "[pools.\"GH-7 :tada: 0123abc\"]\nsize = 2\n";
    text += &format!("[alternatives.\"GH-8 :x: @me\"]\ntitle = \"{all}\"\npools.\"GH-7 :tada: 0123abc\".size = 3\n");
    fs::write(folder.path().join("s.toml"), text).unwrap();
    folder
}

/// The Markdown without what is code.
fn prose(markdown: &str) -> String {
    let mut text = String::new();
    let mut fenced = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            // Code spans of one backtick: no name here holds one.
            text.extend(line.split('`').step_by(2));
            text.push('\n');
        }
    }
    text
}

#[test]
fn nothing_in_markdown_is_a_link_a_mention_or_an_emoji() {
    let folder = active_world();
    assert_eq!(tailback(folder.path(), &["run", "s.toml", "--quiet"]).0, 0);
    let (code, said) =
        tailback(folder.path(), &["check", "s.toml", "--quiet", "--markdown", "c.md", "--max-replications", "2"]);
    assert!(code != 2 && code != 3, "{said}");
    for file in ["outputs/s/summary.md", "c.md"] {
        let markdown = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(ACTIVE.iter().all(|active| markdown.contains(active)), "{file}");
        let prose = prose(&markdown).replace('\\', "");
        for active in ACTIVE {
            assert!(!prose.contains(active), "{file} {active}:\n{prose}");
        }
    }
}

#[test]
fn columns_stay_below_each_other_whatever_names_are_written_out() {
    let folder = tempfile::tempdir().unwrap();
    let class = |name: &str| {
        format!(
            "[jobs.\"{name}\"]\narrivals.poisson = {{ rate = \"1/min\" }}\nservice_time.constant = \"9s\"\nobjectives = [\"p95(wait) <= 9s\"]\n"
        )
    };
    let names = ["::error::x", "##[group]y", "plain", "##vso[z]"];
    let jobs: String = names.map(class).concat();
    fs::write(folder.path().join("s.toml"), format!("[run]\nhorizon = \"30m\"\nreplications = 2\n{jobs}[pools.w]\nsize = 2\n[alternatives.\"::warning::\"]\npools.w.size = 3\n")).unwrap();
    for arguments in [
        &["run", "s.toml", "--quiet"][..],
        &["check", "s.toml", "--quiet", "--max-replications", "2"],
        &["explain", "s.toml"],
    ] {
        let (_, said) = tailback(folder.path(), arguments);
        let lines: Vec<&str> = said.lines().collect();
        let mut tables = 0;
        for (i, rule) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("--") && line.contains("  --")) {
            tables += 1;
            // Before each column there is a gap in every row.
            let gaps = || rule.match_indices("  -").map(|(at, _)| at);
            for row in lines[i + 1..].iter().take_while(|row| row.starts_with('\\') || row.starts_with("plain")) {
                let cells: Vec<char> = row.chars().collect();
                let is_gap = |at: usize| cells.get(at..at + 2).is_none_or(|gap| gap == [' ', ' ']);
                assert!(gaps().all(is_gap), "{rule}\n{row}\n{said}");
            }
        }
        assert!(tables > 0 || arguments[0] == "explain", "{said}");
        assert!(said.lines().all(|line| !line.trim_start().starts_with("::")) && !said.contains("##["), "{said}");
    }
}

/// A command for a shell names a file that looks like an option as a path.
#[test]
fn the_command_of_the_page_can_be_pasted() {
    let folder = tempfile::tempdir().unwrap();
    let world = "[run]\nhorizon = \"5m\"\nreplications = 2\n[jobs.a]\narrivals.poisson = { rate = \"1/min\" }\nservice_time.constant = \"9s\"\n[pools.w]\nsize = 2\n";
    fs::write(folder.path().join("-s.toml"), world).unwrap();
    assert_eq!(tailback(folder.path(), &["run", "--quiet", "./-s.toml"]).0, 0);
    for file in ["report.html", "summary.md"] {
        let text = fs::read_to_string(folder.path().join("outputs/-s").join(file)).unwrap().replace("&#x2f;", "/");
        assert!(text.contains("tailback run ./-s.toml"), "{file}");
    }
}

#[test]
fn a_baseline_that_is_not_renewed_is_told_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let world = "[run]\nhorizon = \"1000d\"\nreplications = 30\n[jobs.a]\narrivals.poisson = { rate = \"100/s\" }\nservice_time.exponential = { mean = \"0.1s\" }\nobjectives = [\"p95(wait) <= 9s\"]\n[pools.w]\nsize = 20\n";
    fs::write(folder.path().join("s.toml"), world).unwrap();
    let arguments = ["check", "s.toml", "--baseline", "b.toml", "--update-baseline", "--max-time", "1s"];
    let (code, said) = tailback(folder.path(), &arguments);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("the baseline b.toml is not renewed") && !folder.path().join("b.toml").exists(), "{said}");
}

/// A limit that changes nothing is said to, and is not named again as what keeps workers idle.
#[test]
fn a_limit_that_changes_nothing_keeps_no_worker_idle() {
    let folder = tempfile::tempdir().unwrap();
    let world = |slots: u32| {
        format!(
            "[run]\nhorizon = \"1h\"\n[jobs.a]\narrivals.poisson = {{ rate = \"1/min\" }}\nservice_time.constant = \"9s\"\n[pools.w]\nsize = 4\n[limits.few]\nclass = \"a\"\nslots = {slots}\n"
        )
    };
    for (slots, is_slack) in [(4, true), (2, false)] {
        fs::write(folder.path().join("s.toml"), world(slots)).unwrap();
        let (code, said) = tailback(folder.path(), &["explain", "s.toml"]);
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(code, 0, "{said}");
        assert_eq!(words.contains("it changes nothing"), is_slack, "{said}");
        assert_eq!(words.contains("workers that `few` keeps idle"), !is_slack, "{said}");
    }
}
