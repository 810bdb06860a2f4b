//! Places for outputs that cannot be written, through the command: told before the time for a simulation is spent, and no run is ever half there.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const SMALL: &str = r#"
[run]
horizon      = "30m"
replications = 3

[jobs.mail]
arrivals.poisson         = { rate = "2/s" }
service_time.exponential = { mean = "0.8s" }
objectives               = ["p95(wait) <= 30s"]

[pools.workers]
size = 3

[alternatives.more]
pools.workers.size = 4
"#;

/// A world that would take hours: whoever answers has not simulated it.
const ENDLESS: &str = r#"
[run]
horizon      = "1000d"
replications = 1000

[jobs.mail]
arrivals.poisson         = { rate = "100/s" }
service_time.exponential = { mean = "0.1s" }
objectives               = ["p95(wait) <= 30s"]

[pools.workers]
size = 20
"#;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    fs::write(folder.path().join("endless.toml"), ENDLESS).unwrap();
    folder
}

/// Runs the command after some lines of shell, such as a limit.
fn limited(folder: &Path, limit: &str, arguments: &[&str]) -> (i32, String) {
    let line = format!("{limit} exec \"$0\" \"$@\"");
    let mut command = Command::new("bash");
    command.args(["-c", &line, env!("CARGO_BIN_EXE_tailback")]).args(arguments).current_dir(folder);
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code().unwrap_or(-1), said)
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect()
}

#[test]
fn few_open_files_are_enough() {
    let folder = folder();
    assert_eq!(limited(folder.path(), "", &["run", "small.toml", "--quiet", "--out", "plain"]).0, 0);
    for limit in [32, 16] {
        let out = format!("limited-{limit}");
        let arguments = ["run", "small.toml", "--quiet", "--threads", "8", "--out", &out];
        let (code, said) = limited(folder.path(), &format!("ulimit -n {limit};"), &arguments);
        assert_eq!(code, 0, "{limit}: {said}");
        let [plain, found] = ["plain", &out].map(|out| files(&folder.path().join(out).join("small")));
        let same = |name: &String| plain[name] == found[name];
        assert!(plain.keys().eq(found.keys()) && plain.keys().all(same), "{limit}");
    }
    for k in 1..=24 {
        let shard = format!("{k}/24");
        let arguments = ["run", "small.toml", "--quiet", "--shard", &shard, "--replications", "12"];
        assert_eq!(limited(folder.path(), "", &arguments).0, 0);
    }
    let (code, said) = limited(folder.path(), "ulimit -n 32;", &["merge", "outputs", "--quiet", "--threads", "8"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn too_few_open_files_are_told_before_the_simulation() {
    let folder = folder();
    for arguments in
        [&["run", "endless.toml"][..], &["check", "endless.toml", "--report", "r"], &["size", "endless.toml"]]
    {
        let (code, said) = limited(folder.path(), "ulimit -n 8;", arguments);
        assert!(code == 3 && said.contains("open"), "{arguments:?} {code}: {said}");
    }
}

#[test]
fn a_folder_in_the_place_of_a_file_is_told_before_the_simulation() {
    let folder = folder();
    for name in ["summary.json", "report.html", "latency.png", "manifest.json", "curves.csv"] {
        let place = folder.path().join("outputs/endless").join(name);
        fs::create_dir_all(&place).unwrap();
        let (code, said) = limited(folder.path(), "", &["run", "endless.toml"]);
        assert!(
            code == 3 && said.contains(name) && said.contains("folder") | said.contains("directory"),
            "{code}: {said}"
        );
        fs::remove_dir(&place).unwrap();
    }
    fs::create_dir_all(folder.path().join("d/endless/metrics.csv")).unwrap();
    fs::create_dir_all(folder.path().join("outputs/endless/size.csv")).unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    for arguments in [
        &["check", "endless.toml", "--junit", "d"][..],
        &["check", "endless.toml", "--markdown", "d"],
        &["check", "endless.toml", "--baseline", "d", "--update-baseline"],
        &["check", "endless.toml", "--baseline", "file/b.toml", "--update-baseline"],
        &["check", "endless.toml", "--junit", "file/j.xml"],
        &["check", "endless.toml", "--report", "d"],
        &["check", "endless.toml", "--report", "file"],
        &["run", "endless.toml", "--out", "file"],
        &["run", "endless.toml", "--out", "d"],
        &["size", "endless.toml"],
    ] {
        let (code, said) = limited(folder.path(), "", arguments);
        assert_eq!(code, 3, "{arguments:?}: {said}");
    }
}

/// Only for who is not root, to whom everything is allowed.
#[test]
fn a_folder_that_cannot_be_written_to_is_told_before_the_simulation() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let out = folder.path().join("outputs");
    fs::create_dir(&out).unwrap();
    fs::set_permissions(&out, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(out.join("trial"), "").is_ok() {
        return;
    }
    let (code, said) = limited(folder.path(), "", &["run", "endless.toml"]);
    assert!(code == 3 && said.contains("outputs"), "{said}");
    let (code, said) = limited(folder.path(), "", &["check", "endless.toml", "--junit", "outputs/j.xml"]);
    assert!(code == 3 && said.contains("outputs"), "{said}");
}

/// The most that a file may hold stands for a full disk: each size cuts another output.
#[test]
fn a_full_disk_leaves_the_run_before() {
    let folder = folder();
    assert_eq!(limited(folder.path(), "", &["run", "small.toml", "--quiet"]).0, 0);
    let out = folder.path().join("outputs/small");
    let before = files(&out);
    let mut failed = 0;
    for blocks in [1, 8, 24, 40, 80, 200] {
        let limit = format!("trap '' XFSZ; ulimit -f {blocks};");
        let (code, said) = limited(folder.path(), &limit, &["run", "small.toml", "--quiet", "--seed", "7"]);
        if code == 0 {
            break;
        }
        failed += 1;
        assert!(code == 3 && said.contains("outputs/") && said.contains("small"), "{blocks} {code}: {said}");
        let now = files(&out);
        assert!(now == before, "{blocks}: {said}");
        assert!(fs::read_dir(&out).unwrap().all(|entry| !entry.unwrap().file_type().unwrap().is_dir()), "{blocks}");
    }
    assert!(failed >= 3, "{failed}");
    let (code, said) = limited(folder.path(), "", &["run", "small.toml", "--quiet"]);
    assert_eq!(code, 0, "{said}");
}
