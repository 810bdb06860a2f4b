//! Files that a scenario of a stranger names, through the command: which are read, what messages tell of them, and how much is read.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

const SECRET: &str = "hunter2-tr0ub4dor";

struct Ended {
    code: i32,
    said: String,
    took: Duration,
}

fn tailback(folder: &Path, arguments: &[&str], input: Stdio) -> Ended {
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    command.current_dir(folder).args(arguments).env("A_SECRET", SECRET).stdin(input);
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    assert!(!said.contains("panicked"), "{said}");
    Ended { code: output.status.code().unwrap(), said, took: start.elapsed() }
}

fn explain(folder: &Path, more: &[&str]) -> Ended {
    tailback(folder, &[&["explain", "s.toml"], more].concat(), Stdio::null())
}

fn write_scenario(folder: &Path, file: &str, keys: &str) {
    let text = format!(
        "[run]\nhorizon = \"10m\"\nreplications = 2\n[jobs.a]\narrivals.trace = {{ file = \"{file}\", {keys} }}\n[pools.w]\nsize = 4\n"
    );
    fs::write(folder.join("s.toml"), text).unwrap();
}

const KEYS: &str = "arrival = \"at\", service = \"took\"";
const TABLE: &str = "at,took\n1,1\n2,2\n";

/// A folder with the scenario in `w`, a table beside it and one outside.
fn world() -> TempDir {
    let all = tempfile::tempdir().unwrap();
    for folder in ["w/sub", "outside"] {
        fs::create_dir_all(all.path().join(folder)).unwrap();
    }
    for file in ["w/in.csv", "w/sub/in.csv", "outside/o.csv"] {
        fs::write(all.path().join(file), TABLE).unwrap();
    }
    symlink("in.csv", all.path().join("w/link-in.csv")).unwrap();
    symlink("../outside/o.csv", all.path().join("w/link-out.csv")).unwrap();
    symlink("../outside", all.path().join("w/folder-out")).unwrap();
    symlink("/proc/self/environ", all.path().join("w/environ.csv")).unwrap();
    all
}

#[test]
fn only_files_below_the_scenario_or_an_allowed_folder_are_read() {
    let all = world();
    let w = all.path().join("w");
    let [inside, outside] = ["w/in.csv", "outside/o.csv"].map(|file| all.path().join(file).display().to_string());
    for file in ["in.csv", "./sub/../in.csv", "sub/in.csv", "link-in.csv", "../w/in.csv", &inside] {
        write_scenario(&w, file, KEYS);
        let ended = explain(&w, &[]);
        assert_eq!(ended.code, 0, "{file}: {}", ended.said);
    }
    let left = ["../outside/o.csv", "link-out.csv", "folder-out/o.csv", &outside];
    for file in left {
        write_scenario(&w, file, KEYS);
        let ended = explain(&w, &[]);
        assert!(ended.code == 2 && ended.said.contains("--allow-path"), "{file}: {}", ended.said);
        for allowed in ["../outside", &all.path().join("outside").display().to_string(), ".."] {
            let ended = explain(&w, &["--allow-path", "sub", "--allow-path", allowed]);
            assert_eq!(ended.code, 0, "{file} {allowed}: {}", ended.said);
        }
        let ended = explain(&w, &["--allow-path", "sub"]);
        assert_eq!(ended.code, 2, "{file}: {}", ended.said);
    }
    // What lies elsewhere is not even told to be there.
    for file in
        ["../outside/absent.csv", "/absent.csv", "/etc/shadow", "/proc/self/environ", "../../../../../../../etc/shadow"]
    {
        write_scenario(&w, file, KEYS);
        let ended = explain(&w, &[]);
        assert!(ended.code == 2 && ended.said.contains("the folder of the scenario"), "{file}: {}", ended.said);
        assert!(!ended.said.contains("No such file"), "{}", ended.said);
    }
}

#[test]
fn every_command_that_reads_a_scenario_allows_folders() {
    let all = world();
    let w = all.path().join("w");
    write_scenario(&w, "../outside/o.csv", KEYS);
    let allow = ["--allow-path", "../outside"];
    let shard = |k: &str| ["run", "s.toml", "--quiet", "--out", "parts", "--shard", k].map(str::to_owned).to_vec();
    let plain: [&[&str]; 6] = [
        &["run", "s.toml", "--quiet"],
        &["check", "s.toml", "--allow-empty"],
        &["explain", "s.toml"],
        &["size", "s.toml", "--set", "objectives=[\"p95(wait) < 1h\"]"],
        &["cluster", "slurm", "s.toml", "-n", "2"],
        &["cluster", "kubernetes", "s.toml", "-n", "2"],
    ];
    let run = |arguments: &[&str]| tailback(&w, arguments, Stdio::null());
    for arguments in plain {
        let refused = run(arguments);
        assert!(refused.code == 2 && refused.said.contains("--allow-path"), "{arguments:?}: {}", refused.said);
        let allowed = run(&[arguments, &allow].concat());
        assert_eq!(allowed.code, 0, "{arguments:?}: {}", allowed.said);
    }
    for part in ["s-parts.sbatch", "s-merge.sbatch", "s.yaml"] {
        let text = fs::read_to_string(w.join(part)).unwrap();
        assert!(text.contains("--allow-path ../outside") || text.contains(r#""--allow-path","../outside""#), "{text}");
    }
    for k in ["1/2", "2/2"] {
        let arguments = shard(k);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        assert_eq!(run(&[&arguments[..], &allow].concat()).code, 0);
    }
    for command in ["merge", "missing"] {
        let refused = run(&[command, "parts"]);
        assert!(refused.code == 2 && refused.said.contains("--allow-path"), "{}", refused.said);
        let allowed = run(&[&[command, "parts"][..], &allow].concat());
        assert_eq!(allowed.code, 0, "{}", allowed.said);
    }
    // Without its trace the scenario is not drawn again.
    let picture = w.join("outputs/s/scenario.png");
    fs::remove_file(&picture).unwrap();
    assert!(run(&["plot", "outputs/s"]).code == 0 && !picture.exists());
    assert!(run(&[&["plot", "outputs/s"][..], &allow].concat()).code == 0 && picture.exists());
}

/// A changed text with the hash that it has now, as who forges results writes it.
fn sealed_anew(text: &str) -> String {
    let (content, _) = text.rsplit_once(",\n  \"blake3\": \"").unwrap();
    let hash = blake3::hash(format!("{content}\n}}\n").as_bytes()).to_hex();
    format!("{content},\n  \"blake3\": \"{hash}\"\n}}\n")
}

/// Somebody else's parts say in which folder their scenario lay; they must not open it.
#[test]
fn stored_results_open_no_folder() {
    let all = world();
    let w = all.path().join("w");
    write_scenario(&w, "in.csv", KEYS);
    let run = |arguments: &[&str]| tailback(&w, arguments, Stdio::null());
    assert_eq!(run(&["run", "s.toml", "--shard", "1/1", "--quiet"]).code, 0);
    assert_eq!(run(&["missing", "outputs/s"]).code, 0, "the scenario lies where the part says");
    let part = w.join("outputs/s/part-1-of-1/part.json");
    let text = fs::read_to_string(&part).unwrap();
    let outside = all.path().join("outside").display().to_string();
    fs::copy(w.join("in.csv"), all.path().join("outside/in.csv")).unwrap();
    fs::write(&part, sealed_anew(&text.replace(&w.display().to_string(), &outside))).unwrap();
    let refused = run(&["missing", "outputs/s"]);
    assert!(refused.code == 2 && refused.said.contains("--allow-path"), "{}", refused.said);
    let arguments = format!("\"arguments\": [\"--allow-path\", \"{outside}\"]");
    let changed = fs::read_to_string(&part).unwrap().replace("\"arguments\": []", &arguments);
    fs::write(&part, sealed_anew(&changed)).unwrap();
    assert_eq!(run(&["missing", "outputs/s"]).code, 2, "nor do they allow any");
}

#[test]
fn no_message_quotes_what_is_no_table() {
    let all = world();
    let w = all.path().join("w");
    let files = [
        (".env", format!("DEBUG=1\nA_SECRET={SECRET}\n")),
        ("first.env", format!("A_SECRET={SECRET}\nB=1\n")),
        ("shadow", format!("root:{SECRET}:19000:0\nbin:*:19000:0\n")),
        ("netrc", format!("default\nlogin me\npassword {SECRET}\n")),
        ("token", format!("{SECRET}\n")),
        ("secrets.yaml", format!("password: {SECRET}\nuser: me\n")),
        ("keys.csv", format!("me,{SECRET},1\nyou,{SECRET},2\n")),
        ("key.json", format!("{{\"private_key\": \"{SECRET}\",\n \"a\": 1}}\n")),
        ("nul", format!("A=1\0A_SECRET={SECRET}\0")),
    ];
    for (name, text) in &files {
        fs::write(w.join(name), text).unwrap();
    }
    let names = files.iter().map(|(name, _)| *name).chain(["environ.csv"]);
    let first =
        |name: &str| fs::read_to_string(w.join(name)).unwrap().lines().next().unwrap_or_default().replace('"', "\\\"");
    for name in names {
        let line = first(name).replace('\0', "");
        for keys in [
            KEYS.to_owned(),
            format!("arrival = \"{line}\""),
            format!("arrival = \"default\", service = \"{line}\""),
            "arrival = \"root\", delimiter = \":\"".to_owned(),
            "arrival = \"password\", delimiter = \":\", class = \"password\"".to_owned(),
            "arrival = \"DEBUG\", delimiter = \"=\", comment = \"%\"".to_owned(),
            "arrival = \"me\", class = \"me\", only = \"x\"".to_owned(),
        ] {
            write_scenario(&w, name, &keys);
            let ended = explain(&w, &["--allow-path", "/proc"]);
            let told = ended.said.lines().filter(|line| !line.contains("arrivals.trace = "));
            let told: String = told.map(|line| format!("{line}\n")).collect();
            let column = format!("has no column `{}`", line.replace("\\\"", "\""));
            assert_eq!(ended.code, 2, "{name} {keys}: {}", ended.said);
            assert!(!told.replace(&column, "").contains(SECRET), "{name} {keys}: {}", ended.said);
        }
    }
    for file in ["first.env", "shadow", "environ.csv", "key.json"] {
        for arguments in [["check", "in.toml", "--baseline", file], ["explain", file, "--seed", "1"]] {
            fs::write(w.join("in.toml"), "[run]\nhorizon = \"1m\"\n[jobs.a]\narrivals.poisson = { rate = \"1/s\" }\nservice_time.constant = \"1s\"\n[pools.w]\nsize = 1\n").unwrap();
            let ended = tailback(&w, &arguments, Stdio::null());
            assert!(matches!(ended.code, 2 | 3), "{}", ended.said);
            // A file that is named as the scenario is shown, but not what a link hides.
            assert!(
                arguments[0] == "explain" && file != "environ.csv" || !ended.said.contains(SECRET),
                "{}",
                ended.said
            );
        }
    }
}

#[test]
fn a_table_is_quoted_as_far_as_helps() {
    let all = world();
    let w = all.path().join("w");
    let long = "n".repeat(60);
    for (text, keys, expected) in [
        ("submitted,took\n1,1\n", KEYS, "it has `submitted`, `took`"),
        ("at,took\n1,soon\n", KEYS, "row 2, column `took`: `soon` is not a number"),
        ("at,took\n1,\n2,\n", KEYS, "row 2, column `took`: empty"),
        ("at,took\n1,a cell that says a lot\n", KEYS, "`a cell that ...` is not a number"),
        ("at\n1x\n", "arrival = \"at\"", "row 2, column `at`: a text of 2 characters is not a number"),
        (
            "at,took,k\n1,1,mail\n2,1,report\n",
            "arrival = \"at\", service = \"took\", class = \"k\"",
            "it has `mail`, `report`",
        ),
        ("a,b,c,d,e,f,g,h,i,j\n1,1,1,1,1,1,1,1,1,1\n", KEYS, "`h` and 2 more columns"),
        (&format!("x,{long}\n1,1\n"), KEYS, "it has 2 columns"),
    ] {
        fs::write(w.join("table.csv"), text).unwrap();
        write_scenario(&w, "table.csv", keys);
        let ended = explain(&w, &[]);
        assert!(ended.code == 2 && ended.said.contains(expected), "{text}: {}", ended.said);
        assert!(!ended.said.contains(&long), "{}", ended.said);
    }
    assert!(fs::write(w.join("table.csv"), "at,took\n1,5\n7,soon,x\n").is_ok());
    write_scenario(&w, "table.csv", KEYS);
    let ended = explain(&w, &[]);
    assert!(ended.said.contains("--> table.csv:3:1") && !ended.said.contains("soon"), "{}", ended.said);
}

/// What somebody must write into or never ends must not be waited for.
fn assert_quick(ended: &Ended, code: i32, expected: &str) {
    assert!(ended.code == code && ended.said.contains(expected), "{}: {}", ended.code, ended.said);
    assert!(ended.took < Duration::from_secs(8), "{:?}: {}", ended.took, ended.said);
}

#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let all = world();
    let w = all.path().join("w");
    assert!(Command::new("mkfifo").arg(w.join("pipe")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(w.join("socket")).unwrap();
    fs::create_dir(w.join("folder")).unwrap();
    symlink("/dev/zero", w.join("zero")).unwrap();
    symlink("pipe", w.join("link")).unwrap();
    for (file, kind) in
        [("pipe", "a pipe"), ("socket", "a socket"), ("folder", "a folder"), ("zero", "a device"), ("link", "a pipe")]
    {
        let kind = format!("not a regular file but {kind}");
        let dev = ["--allow-path", "/dev"];
        write_scenario(&w, file, KEYS);
        assert_quick(&explain(&w, &dev), 2, &kind);
        fs::write(w.join("s.toml"), format!("[run]\nhorizon = \"1m\"\n[jobs.a]\narrivals.poisson = {{ rate = \"1/s\" }}\nservice_time.empirical = {{ file = \"{file}\", column = \"x\" }}\n[pools.w]\nsize = 4\n")).unwrap();
        assert_quick(&explain(&w, &dev), 2, &kind);
        write_scenario(&w, "in.csv", KEYS);
        let run = |arguments: &[&str]| tailback(&w, arguments, Stdio::null());
        for command in ["run", "check", "explain", "size"] {
            assert_quick(&run(&[&[command, file][..], &dev].concat()), 3, &kind);
        }
        assert_quick(&run(&["check", "s.toml", "--baseline", file]), 3, &kind);
        assert_quick(&run(&["run", "s.toml", "--font", file]), 3, &kind);
        for (command, stored) in [("plot", "results.json"), ("merge", "part.json"), ("missing", "part.json")] {
            let folder = tempfile::tempdir_in(&w).unwrap();
            symlink(w.join(file), folder.path().join(stored)).unwrap();
            assert_quick(&run(&[command, &folder.path().display().to_string()]), 3, &kind);
        }
        let units = w.join("outputs/.tailback/s/units.bin");
        fs::create_dir_all(units.parent().unwrap()).unwrap();
        symlink(w.join(file), &units).unwrap();
        assert_quick(&run(&["run", "s.toml"]), 3, "it is a link");
        fs::remove_file(&units).unwrap();
    }
    assert!(Command::new("mkfifo").arg(w.join("outputs/.tailback/s/units.bin")).status().unwrap().success());
    assert_quick(&tailback(&w, &["run", "s.toml"], Stdio::null()), 3, "not a regular file but a pipe");
    for device in ["/dev/zero", "/dev/urandom"] {
        assert_quick(&tailback(&w, &["explain", device], Stdio::null()), 3, "a device");
    }
}

fn gzipped(path: &Path, head: &str, block: &[u8], blocks: usize) {
    let mut file = GzEncoder::new(fs::File::create(path).unwrap(), Compression::best());
    file.write_all(head.as_bytes()).unwrap();
    (0..blocks).for_each(|_| file.write_all(block).unwrap());
    file.finish().unwrap();
}

/// Each unpacks to a gibibyte and more where nothing stops it.
#[test]
fn bombs_are_refused_with_the_limit() {
    let all = world();
    let w = all.path().join("w");
    let mebibyte = 1 << 20;
    for (name, head, block, expected) in [
        ("zeros.csv.gz", "", vec![0; mebibyte], "larger than 1 MiB"),
        ("digits.csv.gz", "at,took\n1,", vec![b'0'; mebibyte], "larger than 1 MiB"),
        ("lines.csv.gz", "at,took\n1,1\n", vec![b'\n'; mebibyte], "larger than 1 MiB"),
        ("quote.csv.gz", "at,took\n\"", b"1,\n".repeat(mebibyte / 3), "larger than 1 MiB"),
        ("comments.csv.gz", "at,took\n1,1\n", b"#\n".repeat(mebibyte / 2), "larger than 1 MiB"),
        (
            "rows.csv.gz",
            "at,took\n",
            b"1,1000000000000000000000000000000000000e-36\n".repeat(mebibyte / 43),
            "more than 200 times its size",
        ),
    ] {
        gzipped(&w.join(name), head, &block, 40);
        write_scenario(&w, name, KEYS);
        let ended = explain(&w, &[]);
        assert!(ended.code == 2 && ended.said.contains(expected), "{name}: {}", ended.said);
    }
    fs::write(w.join("long.csv"), format!("at,took\n1,{}\n", "0".repeat(3 * mebibyte))).unwrap();
    write_scenario(&w, "long.csv", KEYS);
    assert_quick(&explain(&w, &[]), 2, "larger than 1 MiB");
    // Sparse files: nothing of them is read.
    for (file, size, arguments, code, limit) in [
        ("huge.csv", (1 << 30) + 1, &["explain", "s.toml"][..], 2, "1 GiB"),
        ("huge.toml", (1 << 24) + 1, &["explain", "huge.toml"], 2, "16 MiB"),
        ("huge.base", (1 << 26) + 1, &["check", "s.toml", "--baseline", "huge.base"], 3, "64 MiB"),
        ("results.json", (1 << 30) + 1, &["plot", "."], 3, "1 GiB"),
        ("part.json", (1 << 28) + 1, &["merge", "."], 3, "256 MiB"),
    ] {
        fs::File::create(w.join(file)).unwrap().set_len(size).unwrap();
        write_scenario(&w, if file == "huge.csv" { file } else { "in.csv" }, KEYS);
        assert_quick(&tailback(&w, arguments, Stdio::null()), code, limit);
    }
}

#[test]
fn a_scenario_comes_in_on_standard_input() {
    let all = world();
    let w = all.path().join("w");
    write_scenario(&w, "sub/in.csv", KEYS);
    let open = || Stdio::from(fs::File::open(w.join("s.toml")).unwrap());
    for arguments in [&["run", "-", "--quiet"][..], &["check", "-", "--allow-empty"], &["explain", "-"]] {
        let ended = tailback(&w, arguments, open());
        assert_eq!(ended.code, 0, "{}", ended.said);
    }
    let summary = fs::read_to_string(w.join("outputs/stdin/summary.md")).unwrap();
    assert!(summary.contains("tailback run -"), "{summary}");
    assert_eq!(tailback(&all.path().join("outside"), &["explain", "-"], open()).code, 2, "beside the working folder");
    let twice = tailback(&w, &["check", "-", "-"], open());
    assert!(twice.code == 2 && twice.said.contains("named twice"), "{}", twice.said);
    assert_eq!(tailback(&w, &["cluster", "slurm", "-", "-n", "2"], open()).code, 2);
    assert!(tailback(&w, &["explain", "-"], Stdio::null()).said.contains("the scenario is empty"));
    let zeros = Stdio::from(fs::File::open("/dev/zero").unwrap());
    let large = tailback(&w, &["explain", "-"], zeros);
    assert!(large.code == 2 && large.said.contains("larger than 16 MiB"), "{}", large.said);
}

#[test]
fn nobody_waits_for_standard_input_for_ever() {
    let all = world();
    let mut open = Command::new("sleep").arg("30").stdout(Stdio::piped()).spawn().unwrap();
    let ended = tailback(all.path(), &["explain", "-"], Stdio::from(open.stdout.take().unwrap()));
    open.kill().unwrap();
    open.wait().unwrap();
    assert!(ended.code == 3 && ended.said.contains("did not end within 10 s"), "{}", ended.said);
    assert!(ended.took >= Duration::from_secs(10) && ended.took < Duration::from_secs(25), "{:?}", ended.took);
}

#[test]
fn what_is_no_text_is_said() {
    let all = world();
    let text = "[run]\nhorizon = \"1m\"\n[jobs.a]\narrivals.poisson = { rate = \"1/s\" }\nservice_time.constant = \"1s\"\n[pools.w]\nsize = 1\n";
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, code, expected) in [
        (format!("\u{feff}{text}").into_bytes(), 0, "horizon"),
        (utf16, 2, "is not UTF-8"),
        ([text.as_bytes(), b"# \xff\n"].concat(), 2, "is not UTF-8"),
        (format!("{text}title = \"a\0b\"\n").into_bytes(), 2, "s.toml:8:"),
        (vec![0; 1000], 2, "s.toml:1:1"),
        (Vec::new(), 2, "the scenario is empty"),
    ] {
        fs::write(all.path().join("s.toml"), bytes).unwrap();
        let ended = explain(all.path(), &[]);
        assert!(ended.code == code && ended.said.contains(expected), "{}: {}", ended.code, ended.said);
        assert!(!ended.said.contains('\0'), "{}", ended.said);
    }
}
