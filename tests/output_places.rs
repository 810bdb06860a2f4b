//! Places for outputs that cannot be written, through the command: told before the time for a simulation is spent, and no run is ever half there.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
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

/// What somebody's pull request could commit: a link in each place that tailback writes to.
#[test]
fn links_in_the_places_of_outputs_are_refused() {
    let run: &[&str] = &["run", "small.toml", "--quiet"];
    let part: &[&str] = &["run", "small.toml", "--quiet", "--shard", "1/2"];
    let report: &[&str] = &["check", "small.toml", "--quiet", "--report", "r"];
    let size: &[&str] = &["size", "small.toml", "--quiet"];
    for (link, arguments) in [
        ("outputs", run),
        ("outputs/small", run),
        ("outputs/small", size),
        ("outputs/small", part),
        ("outputs/small/summary.md", run),
        ("outputs/small/manifest.json", run),
        ("outputs/small/latency.png", run),
        ("outputs/small/part-1-of-2", part),
        ("outputs/small/part-1-of-2/part.json", part),
        ("outputs/small/part-1-of-2/units.bin", part),
        ("outputs/.tailback", run),
        ("outputs/.tailback/.gitignore", run),
        ("outputs/.tailback/small", run),
        ("outputs/.tailback/small/units.bin", run),
        ("outputs/small-sensitivity", &["run", "small.toml", "--quiet", "--sensitivity", "10%"]),
        ("r", report),
        ("r/small", report),
        ("r/small/report.html", report),
    ] {
        // A file, a folder, and nothing where the link leads.
        for victim in ["file", "folder", "new"] {
            let folder = folder();
            let at = |path: &str| folder.path().join(path);
            fs::create_dir(at("folder")).unwrap();
            fs::write(at("file"), "precious").unwrap();
            fs::create_dir_all(at(link).parent().unwrap()).unwrap();
            symlink(at(victim), at(link)).unwrap();
            let (code, said) = limited(folder.path(), "", arguments);
            assert!(code == 3 && said.contains(link) && said.contains("link"), "{link} {victim} {code}: {said}");
            assert_eq!(fs::read_to_string(at("file")).unwrap(), "precious", "{link}");
            assert!(!at("new").exists() && fs::read_dir(at("folder")).unwrap().next().is_none(), "{link}");
        }
    }
}

#[test]
fn a_folder_that_is_named_may_be_a_link() {
    let folder = folder();
    fs::create_dir(folder.path().join("disk")).unwrap();
    symlink("disk", folder.path().join("outputs")).unwrap();
    let (code, said) = limited(folder.path(), "", &["run", "small.toml", "--quiet"]);
    assert!(code == 3 && said.contains("--out outputs"), "{said}");
    let (code, said) = limited(folder.path(), "", &["run", "small.toml", "--quiet", "--out", "outputs"]);
    assert_eq!(code, 0, "{said}");
    assert!(folder.path().join("disk/small/summary.md").is_file());
}

#[test]
fn files_of_a_cluster_never_go_through_a_link() {
    let folder = folder();
    symlink("new", folder.path().join("small-merge.sbatch")).unwrap();
    let (code, said) = limited(folder.path(), "", &["cluster", "slurm", "small.toml", "-n", "2"]);
    assert!(code == 2 && said.contains("is there already"), "{said}");
    assert!(!folder.path().join("new").exists());
}

/// `/dev/null` was replaced by a file, where that was allowed.
#[test]
fn devices_and_pipes_are_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let folder = folder();
    for option in ["--junit", "--markdown"] {
        let pipe = format!("mkfifo p; cat p > {}.txt &", &option[2..]);
        let (code, said) = limited(folder.path(), &pipe, &["check", "small.toml", "--quiet", option, "p"]);
        assert!(code != 2 && code != 3, "{option}: {said}");
        assert!(fs::symlink_metadata(folder.path().join("p")).unwrap().file_type().is_fifo(), "{option}");
        fs::remove_file(folder.path().join("p")).unwrap();
        for device in ["/dev/null", "/dev/full", "/dev/stdout", "/dev/stderr", "/dev/fd/1", "/proc/self/fd/2"] {
            let (code, said) = limited(folder.path(), "", &["check", "small.toml", "--quiet", option, device]);
            assert_eq!(code == 3, device == "/dev/full", "{option} {device}: {said}");
            let kind = fs::metadata("/dev/null").unwrap().file_type();
            assert!(kind.is_char_device() && !said.contains("cannot") | (device == "/dev/full"), "{said}");
            let is_shown = said.contains(if option == "--junit" { "<testsuites" } else { "## " });
            assert_eq!(is_shown, !["/dev/null", "/dev/full"].contains(&device), "{option} {device}: {said}");
        }
    }
    let xml = fs::read_to_string(folder.path().join("junit.txt")).unwrap();
    assert!(xml.contains("<testsuites") && xml.trim_end().ends_with("</testsuites>"), "{xml}");
    let (code, said) = limited(folder.path(), "", &["explain", "small.toml", "--png", "/dev/null"]);
    assert!(code == 0 && said.is_empty(), "{said}");
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

/// A link in the place of a file that is named is replaced, and what it leads to stays; a new file beside devices is a file.
#[test]
fn a_link_in_the_place_of_a_named_file_is_not_followed() {
    let folder = folder();
    fs::write(folder.path().join("file"), "precious").unwrap();
    for option in ["--junit", "--markdown"] {
        let _ = fs::remove_file(folder.path().join("link"));
        symlink("file", folder.path().join("link")).unwrap();
        let (code, said) = limited(folder.path(), "", &["check", "small.toml", "--quiet", option, "link"]);
        assert!(code != 2 && code != 3, "{said}");
        assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "precious");
        assert!(fs::symlink_metadata(folder.path().join("link")).unwrap().is_file());
        fs::remove_file(folder.path().join("link")).unwrap();
        symlink("/dev/null", folder.path().join("link")).unwrap();
        assert_ne!(limited(folder.path(), "", &["check", "small.toml", "--quiet", option, "link"]).0, 3);
        assert!(fs::symlink_metadata(folder.path().join("link")).unwrap().is_file());
    }
}

/// A cache can come with a pull request: `--no-resume` does not look into it.
#[test]
fn fresh_never_reads_the_cache() {
    let folder = folder();
    assert_eq!(limited(folder.path(), "", &["run", "small.toml", "--quiet"]).0, 0);
    let before = files(&folder.path().join("outputs/small"));
    let cache = folder.path().join("outputs/.tailback/small/units.bin");
    let mut units = fs::read(&cache).unwrap();
    let middle = units.len() / 2;
    units[middle] ^= 1;
    fs::write(&cache, &units).unwrap();
    let (code, said) = limited(folder.path(), "", &["run", "small.toml", "--quiet", "--no-resume"]);
    assert!(code == 0 && !said.contains("warning") && !said.contains("damaged"), "{said}");
    assert!(files(&folder.path().join("outputs/small")) == before);
    // Whoever looks into it says that it is damaged.
    fs::write(&cache, &units).unwrap();
    let (code, said) = limited(folder.path(), "", &["run", "small.toml", "--quiet"]);
    assert!(code == 0 && said.contains("simulated again"), "{said}");
}
