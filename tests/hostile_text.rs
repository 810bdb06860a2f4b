//! Text that is made to act, in every place where a scenario, a file or an argument can put it, through the command: in no output does it.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// What acts somewhere: on terminals, runners, in Markdown, HTML, spreadsheets, XML and shells.
const HOSTILE: [&str; 22] = [
    "\u{1b}[2J\u{1b}]0;pwn\u{7}",
    "\u{9b}31m\u{90}x\u{9c}",
    "a\r::error::x",
    "::error::x",
    " \u{a0}::stop-commands::k",
    "a\n::error file=x::y\n##[error]z",
    "###[group]x ##vso[task.setvariable]y",
    "\u{202e}abc\u{2066}d\u{200f}\u{200b}",
    "a\n# H\n| x | y |\n\n- l",
    "`|[c](http://e.org) ![i](http://e.org/i.png)",
    "``` a`b``c ```",
    "\\|\\`\\\\| x",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "https://e.org www.e.org me@e.org @me #12 <http://e.org>",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "-1+1",
    "\t=1",
    "\u{0}\u{7f}\u{fffe}\u{ffff}\u{e0041}",
    "$(touch pwned) `touch pwned` ; touch pwned",
    "\\u{1b} & &lt; ]]> -->",
    "x\u{2028}::error::x",
];

struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

fn tailback(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    command.current_dir(folder).args(arguments).env_remove("GITHUB_ACTIONS").envs(variables.iter().copied());
    let output = command.output().unwrap();
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(!stderr.contains("panicked"), "{stderr}");
    Ended { code: output.status.code().unwrap(), stdout, stderr }
}

/// A text as TOML writes it.
fn basic(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_ascii_graphic() || c == ' ' => c.to_string(),
        c => format!("\\U{:08x}", c as u32),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

/// Two alternatives, a sweep over hostile values, a trace with hostile classes, objectives that are missed.
fn scenario(hostile: &str) -> String {
    let (text, value) = (basic(hostile), basic(hostile.trim()));
    // Cells lose the blanks around them.
    let all: Vec<String> = HOSTILE.iter().map(|text| basic(text.trim())).collect();
    format!(
        "title = {text}\nquestion = {text}\nsource = {text}\nobjectives = [\"p95( wait )<\\t1 ns\"]\n\
         [run]\nhorizon = \"10m\"\nreplications = 2\n[jobs.a]\n\
         arrivals.trace = {{ file = \"t.csv\", arrival = \"at\", where = {{ status = \"ok\" }} }}\n\
         service_time.constant = \"3m\"\nobjectives = [\"share(wait\\n <=1ns)>=99 %\"]\n[pools.w]\nsize = 1\n\
         [alternatives.x]\ntitle = {text}\njobs.a.arrivals.trace.where.status = {value}\n\
         [sweep]\n\"jobs.a.arrivals.trace.where.status\" = [{}]\n",
        all.join(", ")
    )
}

fn folder(hostile: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut trace = csv::Writer::from_path(folder.path().join("t.csv")).unwrap();
    trace.write_record(["at", "status"]).unwrap();
    for (i, status) in ["ok", "ok", "ok", "ok", "plain"].iter().chain(&HOSTILE).enumerate() {
        trace.write_record([&i.to_string(), *status]).unwrap();
    }
    trace.flush().unwrap();
    fs::write(folder.path().join("s.toml"), scenario(hostile)).unwrap();
    folder
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fffe}' | '\u{ffff}' | '\u{feff}' | '\u{e0041}')
}

/// What a terminal or a runner shows.
fn assert_inert(text: &str, of: &str) {
    for line in text.lines() {
        assert!(!line.contains(is_hidden), "{of}: {line:?}");
        assert!(!line.trim().starts_with("::") && !line.contains("##["), "{of}: {line:?}");
        assert!(!line.contains("##vso["), "{of}: {line:?}");
    }
}

/// A line of Markdown without its code and its escapes.
fn structure(line: &str) -> String {
    let mut kept = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        if first == '\\' {
            let next = rest[1..].chars().next().map_or(0, char::len_utf8);
            rest = &rest[1 + next..];
        } else if first == '`' {
            let marks = rest.len() - rest.trim_start_matches('`').len();
            let inside = &rest[marks..];
            let ends = inside.match_indices('`').map(|(at, _)| at).filter(|&at| {
                let run = inside[at..].len() - inside[at..].trim_start_matches('`').len();
                run == marks && !inside[..at].ends_with('`')
            });
            let end = ends.min().unwrap_or_else(|| panic!("code without an end: {line}"));
            let code = &inside[..end];
            // A table ends its cell at every pipe without a backslash.
            kept.extend(code.char_indices().filter(|&(at, c)| c == '|' && !code[..at].ends_with('\\')).map(|_| '|'));
            rest = &inside[end + marks..];
        } else {
            kept.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    kept
}

fn assert_markdown(text: &str, of: &str) {
    let mut columns = None;
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        assert!(!line.contains(is_hidden), "{of}: {line:?}");
        if let Some(open) = fence {
            fence = (line != open).then_some(open);
            continue;
        }
        if line.starts_with("```") {
            fence = Some(line.trim_end_matches(char::is_alphabetic));
            continue;
        }
        let is_row = line.starts_with('|');
        let shape = structure(line);
        let pipes = shape.matches('|').count();
        if is_row {
            assert_eq!(pipes, *columns.get_or_insert(pipes), "{of}: {line}");
        } else {
            columns = None;
        }
        let is_picture = line.starts_with("![") && line.ends_with(")") && !line.contains("e.org");
        let shape = shape.replace("<br>", "");
        for part in ["<", "](", "![", "://", "www.", "@", "#1", "&", "$"] {
            let ours = is_picture || (part == "<" && shape.contains("](<"));
            assert!(ours || !shape.contains(part), "{of}: {part} in {line}");
        }
        assert!(!line.starts_with("# H") && !line.starts_with("- l"), "{of}: {line}");
    }
    assert!(fence.is_none(), "{of}");
}

fn assert_csv(path: &Path) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    for record in reader.records() {
        for cell in &record.unwrap() {
            let number = cell.parse::<f64>().is_ok_and(f64::is_finite);
            assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{path:?}: {cell:?}");
            assert!(!cell.contains(|c| is_hidden(c) && !matches!(c, '\t' | '\r' | '\n')), "{path:?}: {cell:?}");
        }
    }
}

fn assert_page(text: &str, of: &str) {
    let ours = |c: char| matches!(c, '\n' | '\t' | '\r');
    assert!(!text.contains(|c| is_hidden(c) && !ours(c)), "{of}: {:?}", text.find(|c| is_hidden(c) && !ours(c)));
    assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{of}");
}

#[test]
fn no_output_of_a_run_acts() {
    for hostile in HOSTILE {
        let folder = folder(hostile);
        let ended = tailback(folder.path(), &["run", "s.toml", "--format", "svg"], &[]);
        assert_eq!(ended.code, 0, "{hostile:?}: {}", ended.stderr);
        assert_inert(&ended.stdout, hostile);
        assert_inert(&ended.stderr, hostile);
        let out = folder.path().join("outputs/s");
        let read = |name: &str| fs::read_to_string(out.join(name)).unwrap();
        assert_markdown(&read("summary.md"), hostile);
        ["metrics.csv", "curves.csv"].iter().for_each(|name| assert_csv(&out.join(name)));
        assert_page(&read("report.html"), hostile);
        let summary: serde_json::Value = serde_json::from_str(&read("summary.json")).unwrap();
        assert_eq!(summary["title"], hostile, "the true name");
        assert!(read("summary.json").contains("share(wait <= 1ns) >= 99%"), "one spelling of objectives");
    }
}

#[test]
fn pictures_json_and_other_commands_do_not_act_either() {
    for hostile in HOSTILE {
        let folder = folder(hostile);
        let json = tailback(folder.path(), &["run", "s.toml", "--json", "--quiet", "--format", "svg"], &[]);
        assert_inert(&json.stdout, hostile);
        let value: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
        assert_eq!(value["title"], hostile);
        for entry in fs::read_dir(folder.path().join("outputs/s")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "svg") {
                assert_page(&fs::read_to_string(&path).unwrap(), hostile);
            }
        }
        let explain = tailback(folder.path(), &["explain", "s.toml"], &[]);
        assert_eq!(explain.code, 0, "{}", explain.stderr);
        assert_inert(&explain.stdout, hostile);
        let arguments = ["check", "s.toml", "--max-replications", "2", "--junit", "j.xml", "--markdown", "m.md"];
        let check = tailback(folder.path(), &arguments, &[("GITHUB_ACTIONS", "true")]);
        assert!(check.code != 2 && check.code != 3, "{}", check.stderr);
        let (commands, text): (Vec<&str>, Vec<&str>) = check.stdout.lines().partition(|line| {
            line.starts_with("::error file=s.toml,line=") || line.starts_with("::warning file=s.toml,line=")
        });
        assert_inert(&text.join("\n"), hostile);
        assert!(!commands.is_empty() && commands.iter().all(|line| !line.contains(is_hidden)), "{commands:?}");
        assert_markdown(&fs::read_to_string(folder.path().join("m.md")).unwrap(), hostile);
        let report = fs::read_to_string(folder.path().join("j.xml")).unwrap();
        assert!(quick_junit::Report::deserialize_from_str(&report).is_ok() && !report.contains("<script"), "{report}");
    }
}

#[test]
fn names_of_files_do_not_act() {
    for hostile in HOSTILE.iter().filter(|text| !text.contains('\0')) {
        let folder = folder("plain");
        let stem = hostile.replace('/', "");
        let file = format!("x{stem}.toml");
        fs::rename(folder.path().join("s.toml"), folder.path().join(&file)).unwrap();
        let run = |arguments: &[&str]| tailback(folder.path(), arguments, &[("GITHUB_ACTIONS", "true")]);
        for arguments in [
            &["run", &file, "--format", "svg"][..],
            &["check", &file, "--max-replications", "2", "--junit", "j.xml", "--markdown", "m.md"],
            &["explain", &file],
            &["run", &file, "--shard", "1/1"],
            &["explain", hostile],
            &["explain", &format!("absent{file}")],
            &["run", &file, "--alternative", hostile],
            &["run", &file, "--set", hostile],
            &["run", &file, "--set", &format!("title={}", basic(hostile)), "--quiet"],
            &["plot", &format!("absent{file}")],
            &["check", &file, "--baseline", &format!("absent{file}")],
            &["cluster", "slurm", &file, "-n", "3", "--set", &format!("title={}", basic(hostile))],
            &["cluster", "kubernetes", &file, "-n", "3", "--set", &format!("source={}", basic(hostile))],
        ] {
            let ended = run(arguments);
            let is_command = |line: &&str| line.starts_with("::error file=") || line.starts_with("::warning file=");
            let text: Vec<&str> = ended.stdout.lines().filter(|line| !is_command(line)).collect();
            assert_inert(&text.join("\n"), hostile);
            assert_inert(&ended.stderr, hostile);
        }
        assert_markdown(&fs::read_to_string(folder.path().join("m.md")).unwrap(), hostile);
        let summary = folder.path().join(format!("outputs/x{stem}/summary.md"));
        assert_markdown(&fs::read_to_string(summary).unwrap(), hostile);
        let report = fs::read_to_string(folder.path().join("j.xml")).unwrap();
        let parsed = quick_junit::Report::deserialize_from_str(&report);
        assert!(parsed.is_ok(), "{parsed:?} {report}");
        assert_scripts(folder.path(), hostile);
    }
}

/// The files for clusters parse, have the lines that they have for a plain name, and start nothing but what they should.
fn assert_scripts(folder: &Path, of: &str) {
    let mut scripts = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let lines = match name.as_str() {
            name if name.ends_with("-parts.sbatch") => 9,
            name if name.ends_with("-merge.sbatch") => 6,
            name if name.ends_with("-submit") => 13,
            name if name.ends_with(".yaml") => 72,
            _ => continue,
        };
        scripts += 1;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
        assert!(name.chars().all(plain), "{name}");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.lines().all(|line| !line.contains(is_hidden)), "{of}: {text}");
        assert!(text.lines().count().abs_diff(lines) <= 3, "{of}: {} lines: {text}", text.lines().count());
        if !name.ends_with(".yaml") {
            // `exec` and `sbatch` do nothing here; whatever else were started would leave a file.
            let line = "exec() { :; }; sbatch() { echo 1; }; cd() { :; }; . \"$0\"";
            assert!(
                Command::new("bash")
                    .args(["-c", line])
                    .arg(&path)
                    .current_dir(folder)
                    .output()
                    .unwrap()
                    .status
                    .success(),
                "{text}"
            );
            assert!(!folder.join("pwned").exists(), "{text}");
        }
    }
    assert_eq!(scripts, 4, "{of}");
}

#[test]
fn scenarios_with_other_names_get_other_jobs() {
    let folder = folder("plain");
    let text = scenario("plain");
    let names =
        ["mails", "mails.", "Mails", "mäils", "möils", "m_ails", "m-ails", "m  ails", "m\nails", "1", "tailback-1"];
    for name in names {
        fs::write(folder.path().join(format!("{name}.toml")), &text).unwrap();
        let file = format!("{name}.toml");
        let ended = tailback(folder.path(), &["cluster", "kubernetes", &file, "-n", "2"], &[]);
        assert_eq!(ended.code, 0, "{name}: {}", ended.stderr);
    }
    let yaml = |entry: &fs::DirEntry| entry.path().extension().is_some_and(|extension| extension == "yaml");
    assert_eq!(fs::read_dir(folder.path()).unwrap().filter(|entry| yaml(entry.as_ref().unwrap())).count(), names.len());
}

/// Names that a shell takes apart are whole again when the shell has read them.
#[test]
fn commands_of_clusters_name_the_same_file() {
    let folder = folder("plain");
    let file = "a 'b\n\"c\u{202e}\\7 $(x).toml";
    fs::rename(folder.path().join("s.toml"), folder.path().join(file)).unwrap();
    assert_eq!(tailback(folder.path(), &["cluster", "slurm", file, "-n", "3"], &[]).code, 0);
    let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let parts = entries.into_iter().find(|path| path.to_string_lossy().ends_with("-parts.sbatch")).unwrap();
    let line = "exec() { printf '%s' \"$3\"; }; . \"$0\"";
    let output = Command::new("bash").args(["-c", line]).arg(parts).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), file);
}

#[test]
fn the_case_of_hostile_text_is_inert() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["hostile-text.toml", "t.csv"] {
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
        fs::copy(case, folder.path().join(name)).unwrap();
    }
    let ended = tailback(folder.path(), &["run", "hostile-text.toml"], &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_inert(&(ended.stdout + &ended.stderr), "case");
    let out = folder.path().join("outputs/hostile-text");
    assert_markdown(&fs::read_to_string(out.join("summary.md")).unwrap(), "case");
    assert_csv(&out.join("metrics.csv"));
    assert_page(&fs::read_to_string(out.join("report.html")).unwrap(), "case");
}

#[test]
fn wrong_scenarios_are_quoted_without_acting() {
    let folder = tempfile::tempdir().unwrap();
    for hostile in HOSTILE {
        let text = basic(hostile);
        for wrong in [
            format!("[run]\nhorizon = {text}\n"),
            format!("{text} = 1\n"),
            format!("[jobs.{text}]\n"),
            format!("objectives = [{text}]\n"),
            format!("[run]\nhorizon = \"1m\"\n[jobs.a]\nqueue = {text}\narrivals.poisson = {{ rate = {text} }}\n"),
            format!("title = \"{hostile}\"\n[run\n"),
            format!("# {hostile}\n[run]\nhorizon = 1\n"),
            format!("[jobs.a]\narrivals.trace = {{ file = {text}, arrival = {text} }}\n"),
        ] {
            fs::write(folder.path().join("s.toml"), &wrong).unwrap();
            let ended = tailback(folder.path(), &["explain", "s.toml"], &[]);
            assert_eq!(ended.code, 2, "{wrong}: {}", ended.stdout);
            assert_inert(&ended.stderr, &wrong);
        }
    }
}
