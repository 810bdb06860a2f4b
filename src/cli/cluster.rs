//! `tailback cluster`: writes the files that submit a scenario to Slurm or Kubernetes in parts, and the merge of them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::arguments::{ClusterArguments, ClusterKind};
use super::failure::Failure;
use super::source;
use super::terminal::print;
use crate::report::WriteError;
use crate::untrusted::{harmless_json, shell_path, shell_quoted, visible};

/// The longest name of a Kubernetes job, so that its pods can add their endings to it.
const LONGEST: usize = 40;

/// The digits that tell names apart of which clusters accept only a part.
const DIGITS: usize = 8;

pub(super) fn cluster(arguments: &ClusterArguments) -> Result<(), Failure> {
    if source::is_stdin(&arguments.file) {
        let help = "the machines of a cluster read the scenario from its file";
        return Err(Failure::Refused(format!("error: `cluster` needs a file and not `-`\nhelp: {help}")));
    }
    let study = source::load(&arguments.file, &arguments.scenario.overrides())?.study;
    let job = job_name(&study.name);
    let files = match arguments.kind {
        ClusterKind::Slurm => slurm(arguments, &study.name, &job),
        ClusterKind::Kubernetes => kubernetes(arguments, &study.name, &job),
    };
    if let Some((name, _)) = files.iter().find(|(name, _)| fs::symlink_metadata(name).is_ok()) {
        return Err(Failure::Refused(format!("error: `{name}` is there already and is not overwritten")));
    }
    for (name, text) in &files {
        write(Path::new(name), text)?;
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let next = match arguments.kind {
        ClusterKind::Slurm => format!("./{job}-submit"),
        ClusterKind::Kubernetes => format!("the two commands at the top of {job}.yaml"),
    };
    print(&format!("Wrote {}\nNext: {next}\n", names.join(", ")))
}

fn slurm(arguments: &ClusterArguments, name: &str, job: &str) -> Vec<(String, String)> {
    let scenario = &arguments.scenario;
    let file = |ending: &str, template: &str| {
        let values = [
            ("NAME", visible(name).into_owned()),
            ("JOB", job.to_owned()),
            ("N", arguments.parts.to_string()),
            ("FILE", shell_path(&arguments.file.display().to_string())),
            ("ARGUMENTS", words(&[scenario.to_arguments(), scenario.allowed_as_arguments()].concat())),
            ("ALLOWED", words(&scenario.allowed_as_arguments())),
            ("OUT", shell_path(&arguments.out.display().to_string())),
            ("PARTS", shell_path(&arguments.out.join(name).display().to_string())),
            ("SUBMIT", format!("./{job}-submit")),
        ];
        (format!("{job}-{ending}"), filled(template, &values))
    };
    vec![
        file("parts.sbatch", include_str!("cluster/parts.sbatch")),
        file("merge.sbatch", include_str!("cluster/merge.sbatch")),
        file("submit", include_str!("cluster/submit")),
    ]
}

fn kubernetes(arguments: &ClusterArguments, name: &str, job: &str) -> Vec<(String, String)> {
    let file = arguments.file.file_name().map_or_else(String::new, |file| file.to_string_lossy().into_owned());
    // Under a name that a ConfigMap cannot hold, the file gets that of the job there.
    let (key, name) = if is_config_key(&file) { (file, name) } else { (format!("{job}.toml"), job) };
    let mounted = shell_path(&arguments.file.display().to_string());
    let source = if arguments.file.file_name() == Some(key.as_ref()) { mounted } else { format!("{key}={mounted}") };
    let mut run = vec!["tailback".to_owned(), "run".to_owned(), format!("/scenario/{key}")];
    run.extend(arguments.scenario.to_arguments());
    run.extend(arguments.scenario.allowed_as_arguments());
    let shard = format!("auto/{}", arguments.parts);
    run.extend(["--shard", &shard, "--threads", "1", "--out", "/results"].map(str::to_owned));
    let parts = shell_quoted(&format!("/results/{name}"));
    let allowed = words(&arguments.scenario.allowed_as_arguments());
    let merge = format!("until tailback merge {parts}{allowed} --out /results; do sleep 60; done");
    let yaml = format!("{job}.yaml");
    let image = arguments.image.as_deref().unwrap_or(concat!("tailback:", env!("CARGO_PKG_VERSION")));
    let values = [
        ("NAME", visible(name).into_owned()),
        ("JOB", job.to_owned()),
        ("N", arguments.parts.to_string()),
        ("FILE", source),
        ("YAML", yaml.clone()),
        ("IMAGE", json(image)),
        ("RUN", json(&run.iter().map(|word| unexpanded(word)).collect::<Vec<_>>())),
        ("MERGE", json(&["/bin/sh", "-c", &unexpanded(&merge)])),
    ];
    vec![(yaml, filled(include_str!("cluster/kubernetes.yaml"), &values))]
}

/// Arguments for a shell, each with a blank before it.
fn words(arguments: &[String]) -> String {
    arguments.iter().map(|argument| format!(" {}", shell_quoted(argument))).collect()
}

/// Kubernetes puts the values of variables into commands; `$$` stands for a dollar.
fn unexpanded(word: &str) -> String {
    word.replace('$', "$$")
}

/// Whether a ConfigMap can hold a file under this name.
fn is_config_key(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !name.is_empty() && name.len() <= 253 && !name.starts_with("..") && name.chars().all(plain)
}

/// The template with every `@KEY@` replaced, in one pass, so that nothing in a value is taken for a key.
fn filled(template: &str, values: &[(&str, String)]) -> String {
    let value = |key: &str| values.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str());
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('@') {
        text.push_str(before);
        match after.split_once('@').and_then(|(key, end)| Some((value(key)?, end))) {
            Some((value, end)) => {
                text.push_str(value);
                rest = end;
            }
            None => {
                text.push('@');
                rest = after;
            }
        }
    }
    text + rest
}

/// JSON is YAML that needs no thought about quotes.
fn json(value: &(impl serde::Serialize + ?Sized)) -> String {
    #[expect(clippy::expect_used, reason = "texts and lists of them always serialise")]
    let json = serde_json::to_string(value).expect("texts serialise");
    // Line breaks of YAML are more than those that JSON escapes.
    harmless_json(&json).into_owned()
}

/// The name of a scenario as clusters accept it: small letters, digits and single dashes, beginning with a letter. Where that is not its whole
/// name, digits of its hash follow, so that scenarios with different names never get the same jobs.
fn job_name(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let plain = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    let has_letter = plain.starts_with(|c: char| c.is_ascii_lowercase());
    let mut job = if has_letter { plain.clone() } else { format!("{PREFIX}{plain}") };
    // A name with our prefix could be that of one that got it.
    let is_whole =
        plain == name && !name.is_empty() && job.len() <= LONGEST && !(has_letter && name.starts_with(PREFIX));
    if !is_whole {
        job.truncate(LONGEST - DIGITS - 1);
        let hash = blake3::hash(name.as_bytes()).to_hex();
        job = format!("{}-{}", job.trim_end_matches('-'), &hash[..DIGITS]);
    }
    job
}

/// Before names that begin with no letter.
const PREFIX: &str = "tailback-";

/// Writes a file; one that begins with a shell's name may be run.
fn write(path: &Path, text: &str) -> Result<(), WriteError> {
    let failed = |error| WriteError { operation: "write", path: PathBuf::from(path), error };
    fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)?;
    #[cfg(unix)]
    if text.starts_with("#!") {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_clusters_accept_and_stay_apart() {
        assert_eq!(job_name("first"), "first");
        assert_eq!(job_name("12twenty-2020-mass-mail"), "tailback-12twenty-2020-mass-mail");
        let long = "long-".repeat(30);
        let names =
            ["My  Queue_é.v2-", "my queue v2", "my-queue-v2", "ü", "ö", "First", "first.", "tailback-1", "1", &long];
        let jobs: Vec<String> = names.iter().map(|name| job_name(name)).collect();
        for (i, job) in jobs.iter().enumerate() {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(job.len() <= LONGEST && job.chars().all(plain) && !job.contains("--"), "{job}");
            assert!(!jobs[..i].contains(job), "{job}");
        }
    }

    #[test]
    fn a_value_is_never_taken_for_a_key() {
        assert_eq!(filled("@A@ and @B@, x@y", &[("A", "@B@".to_owned()), ("B", "b".to_owned())]), "@B@ and b, x@y");
    }
}
