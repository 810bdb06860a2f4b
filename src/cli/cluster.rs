//! `tailback cluster`: writes the files that submit a scenario to Slurm or Kubernetes in parts, and the merge of them.

use std::fs;
use std::path::{Path, PathBuf};

use super::arguments::{ClusterArguments, ClusterKind};
use super::failure::Failure;
use super::terminal::print;
use crate::report::WriteError;
use crate::scenario;

/// The longest name of a Kubernetes job, so that its pods can add their endings to it.
const LONGEST: usize = 40;

pub(super) fn cluster(arguments: &ClusterArguments) -> Result<(), Failure> {
    let study = scenario::load(&arguments.file, &arguments.scenario.overrides())?.study;
    let job = job_name(&study.name);
    let files = match arguments.kind {
        ClusterKind::Slurm => slurm(arguments, &study.name, &job),
        ClusterKind::Kubernetes => kubernetes(arguments, &study.name, &job),
    };
    if let Some((name, _)) = files.iter().find(|(name, _)| Path::new(name).exists()) {
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
    let file = |ending: &str, template: &str| {
        let typed: Vec<String> = arguments.scenario.to_arguments().iter().map(|argument| quoted(argument)).collect();
        let typed: String = typed.iter().map(|argument| format!(" {argument}")).collect();
        let values = [
            ("NAME", name.to_owned()),
            ("JOB", job.to_owned()),
            ("N", arguments.parts.to_string()),
            ("FILE", quoted(&arguments.file.display().to_string())),
            ("ARGUMENTS", typed),
            ("OUT", quoted(&arguments.out.display().to_string())),
            ("PARTS", quoted(&arguments.out.join(name).display().to_string())),
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
    let mut run = vec!["tailback".to_owned(), "run".to_owned(), format!("/scenario/{file}")];
    run.extend(arguments.scenario.to_arguments());
    let shard = format!("auto/{}", arguments.parts);
    run.extend(["--shard", &shard, "--threads", "1", "--out", "/results"].map(str::to_owned));
    let merge =
        format!("until tailback merge {} --out /results; do sleep 60; done", quoted(&format!("/results/{name}")));
    let yaml = format!("{job}.yaml");
    let values = [
        ("NAME", name.to_owned()),
        ("JOB", job.to_owned()),
        ("N", arguments.parts.to_string()),
        ("FILE", quoted(&arguments.file.display().to_string())),
        ("YAML", yaml.clone()),
        (
            "IMAGE",
            json(
                &arguments.image.clone().unwrap_or_else(|| concat!("tailback:", env!("CARGO_PKG_VERSION")).to_owned()),
            ),
        ),
        ("RUN", json(&run)),
        ("MERGE", json(&["/bin/sh", "-c", &merge])),
    ];
    vec![(yaml, filled(include_str!("cluster/kubernetes.yaml"), &values))]
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

/// A word for the shell: as it is if nothing in it needs quotes.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// JSON is YAML that needs no thought about quotes.
fn json(value: &(impl serde::Serialize + ?Sized)) -> String {
    #[expect(clippy::expect_used, reason = "texts and lists of them always serialise")]
    serde_json::to_string(value).expect("texts serialise")
}

/// The name of a scenario as clusters accept it: small letters, digits and single dashes, beginning with a letter.
fn job_name(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut job = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    if !job.starts_with(|c: char| c.is_ascii_lowercase()) {
        job = format!("tailback-{job}");
    }
    job.truncate(LONGEST);
    job.trim_end_matches('-').to_owned()
}

/// Writes a file; one that begins with a shell's name may be run.
fn write(path: &Path, text: &str) -> Result<(), WriteError> {
    let failed = |error| WriteError { operation: "write", path: PathBuf::from(path), error };
    fs::write(path, text).map_err(failed)?;
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
    fn names_are_those_that_clusters_accept() {
        assert_eq!(job_name("first"), "first");
        assert_eq!(job_name("12twenty-2020-mass-mail"), "tailback-12twenty-2020-mass-mail");
        assert_eq!(job_name("My  Queue_é.v2-"), "my-queue-v2");
        assert_eq!(job_name("ü"), "tailback");
        assert!(job_name(&"long-".repeat(30)).len() <= LONGEST);
    }

    #[test]
    fn words_are_quoted_where_the_shell_would_take_them_apart() {
        assert_eq!(quoted("a/b-1.toml"), "a/b-1.toml");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn a_value_is_never_taken_for_a_key() {
        assert_eq!(filled("@A@ and @B@, x@y", &[("A", "@B@".to_owned()), ("B", "b".to_owned())]), "@B@ and b, x@y");
    }
}
