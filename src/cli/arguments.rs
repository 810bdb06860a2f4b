//! What can be typed.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::look::LookArguments;
use super::out_folder::OutArguments;
use super::shard::ShardArgument;
use crate::gate::Tolerance;
use crate::scenario::Overrides;
use crate::units::{Share, parse_duration, parse_share};

/// Simulates job queues: latency and backlog under bursts, outages and policies.
#[derive(Parser, Debug)]
#[command(name = "tailback", version, about, max_term_width = 100, propagate_version = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

const SIZE_EXAMPLES: &str = "Examples:
  tailback size mails.toml                                   fewest workers (cheapest sizes of several pools)
  tailback size mails.toml --pool mailers --range 5..50    fewest workers of one pool
  tailback size mails.toml --maximize jobs.mail.arrivals.poisson.rate
  tailback size mails.toml --maximize jobs.mass-mail.arrivals.burst.jobs --step 100
  tailback size mails.toml --maximize jobs.mass-mail.slowdown
  tailback size grades.toml --maximize dispatchers.driver.outages      longest outage that is absorbed";

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Simulate scenarios, answer their questions, write tables, pictures and an HTML report
    Run(RunArguments),
    /// Judge scenarios as a gate in CI: exit 0 pass, 1 an objective missed or worse than the baseline, 4 undecided
    Check(CheckArguments),
    /// Find the fewest workers, or the largest load or outage, that meets every objective
    ///
    /// Candidates are tried until it is decided of each whether it meets every objective. Without `--pool`, `--minimize` and
    /// `--maximize`: the size of the only pool, or the cheapest sizes of all pools. Prints the answer with its neighbours
    /// and writes size.png and size.csv. Exit codes: 0 found, 1 no value in the range meets every objective, 2 wrong scenario or
    /// arguments, 3 input or output failed, 4 undecided with the most replications.
    #[command(after_help = SIZE_EXAMPLES)]
    Size(SizeArguments),
    /// Show what a scenario asks for, without simulating it
    Explain(ExplainArguments),
    /// Write a scenario to start from into the current folder
    New(NewArguments),
    /// Print the JSON Schema of scenarios or of summary.json
    Schema(SchemaArguments),
    /// Print the completion script of a shell
    Completions(CompletionsArguments),
    /// Draw the pictures and the HTML report of a finished run again
    Plot(PlotArguments),
    /// Join the parts of a run plan that `run --shard` left, into what one run would have written
    Merge(MergeArguments),
    /// Print which parts of a run plan to run again, as job arrays name them: `2,5-7`
    Missing(MissingArguments),
    /// Write the files that submit a scenario to a cluster in parts
    Cluster(ClusterArguments),
}

#[derive(Args, Debug)]
pub(super) struct RunArguments {
    /// Scenario files, `-` for standard input; none: the built-in incident `12twenty-2020-mass-mail`
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) scenario: ScenarioArguments,
    #[command(flatten)]
    pub(super) threads: ThreadArguments,
    #[command(flatten)]
    pub(super) look: LookArguments,
    #[command(flatten)]
    pub(super) out: OutArguments,
    /// Simulate all again, also what an earlier or interrupted run left in the folder
    #[arg(long, alias = "fresh")]
    pub(super) no_resume: bool,
    /// Vary each number of the scenario in turn, this much lower and higher, and draw which of them matter; into a folder of its own
    #[arg(long, value_name = "SHARE", value_parser = varied_share, conflicts_with_all = ["shard", "alternative"])]
    pub(super) sensitivity: Option<Share>,
    /// Run only a part of the plan, such as `3/8`, into a folder of its own, for `tailback merge`; `auto` or `auto/8`: the part
    /// that the job array of Slurm, Kubernetes or GNU parallel names
    #[arg(long, value_name = "K/N", conflicts_with = "json")]
    pub(super) shard: Option<ShardArgument>,
    /// Say nothing of the progress
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Print the content of summary.json (one document for each scenario) instead of text
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Exit codes: 0 every objective is met and nothing is worse than the baseline; 1 an objective is missed or \
    something is worse; 2 a wrong scenario, baseline or argument; 3 input or output failed; 4 undecided."
)]
pub(super) struct CheckArguments {
    /// Scenario files, `-` for standard input; their sweeps are left out
    #[arg(required = true)]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) scenario: ScenarioArguments,
    #[command(flatten)]
    pub(super) threads: ThreadArguments,
    /// Compare with the figures in this file, replication by replication
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Write the baseline instead of comparing with it; other scenarios in it stay
    #[arg(long, requires = "baseline")]
    pub(super) update_baseline: bool,
    /// Pass where nothing is judged: no objective is stated, and there is no baseline
    #[arg(long)]
    pub(super) allow_empty: bool,
    /// How much worse than the baseline a figure may be: `2%` of it, `5s`, `20 jobs` or `1 half-width`; repeated, the widest
    /// counts [default: 1%]
    #[arg(long, value_name = "AMOUNT")]
    pub(super) tolerance: Vec<Tolerance>,
    /// The most replications until all objectives are decided [default: 16 times those of the scenario]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) max_replications: Option<u32>,
    /// End each scenario after this time, such as `5m`; what is not decided then is undecided, and no other verdict changes
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) max_time: Option<Duration>,
    /// Write the verdicts for test viewers
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Write the verdicts as Markdown, such as for `$GITHUB_STEP_SUMMARY`
    #[arg(long, value_name = "FILE")]
    pub(super) markdown: Option<PathBuf>,
    /// Write tables and pictures of each scenario into a folder of its name in this one
    #[arg(long, value_name = "DIR")]
    pub(super) report: Option<PathBuf>,
    #[command(flatten)]
    pub(super) look: LookArguments,
    /// Print the verdicts as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Say nothing of the progress
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// A share by which a number can be lower and higher.
fn varied_share(text: &str) -> Result<Share, String> {
    let share = parse_share(text).map_err(|error| format!("{}; accepted: {}", error.message, error.accepted))?;
    let accepted = || "accepted: a share above 0 % and below 100 %, such as `20%`".to_owned();
    if 0.0 < share.as_f64() && share.as_f64() < 1.0 { Ok(share) } else { Err(accepted()) }
}

/// A time that is not nothing.
fn time(text: &str) -> Result<Duration, String> {
    let time = parse_duration(text).map_err(|error| format!("{}; accepted: {}", error.message, error.accepted))?;
    if time.as_nanos() == 0 {
        Err("it must be more than nothing".into())
    } else {
        Ok(Duration::from_nanos(time.as_nanos()))
    }
}

#[derive(Args, Debug)]
pub(super) struct SizeArguments {
    /// Scenario file, or `-` for standard input
    pub(super) file: PathBuf,
    /// Fewest workers of this pool; several: their cheapest sizes by the `cost` of each (equal where none is stated)
    #[arg(long, value_name = "NAME")]
    pub(super) pool: Vec<String>,
    /// Least value at this path that meets every objective
    #[arg(long, alias = "least", value_name = "PATH", conflicts_with = "pool")]
    pub(super) minimize: Option<String>,
    /// Largest value at this path that meets every objective; of `dispatchers.NAME.outages`, the longest outage
    #[arg(long, alias = "largest", value_name = "PATH", conflicts_with_all = ["pool", "minimize"])]
    pub(super) maximize: Option<String>,
    /// Values to try, such as `1..200` or `2/s..40/s` [default: one step to ten times the value stated or guessed]
    #[arg(long, alias = "between", value_name = "LOW..HIGH")]
    pub(super) range: Option<String>,
    /// Distance between values [default: one worker, else about a fiftieth of the value stated]
    #[arg(long, value_name = "VALUE")]
    pub(super) step: Option<String>,
    /// Probability that the answer is right [default: `run.confidence`]
    #[arg(long, value_name = "SHARE")]
    pub(super) confidence: Option<String>,
    /// Most replications of a candidate [default: 32 times those of the first look, which `--replications` sets]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) max_replications: Option<u32>,
    #[command(flatten)]
    pub(super) look: LookArguments,
    #[command(flatten)]
    pub(super) scenario: ScenarioArguments,
    #[command(flatten)]
    pub(super) threads: ThreadArguments,
    #[command(flatten)]
    pub(super) out: OutArguments,
    /// Simulate all again, also what an earlier or interrupted search left in the folder
    #[arg(long, alias = "fresh")]
    pub(super) no_resume: bool,
    /// Say nothing of the progress
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Args, Debug)]
pub(super) struct ExplainArguments {
    /// Scenario file, or `-` for standard input
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) scenario: ScenarioArguments,
    #[command(flatten)]
    pub(super) threads: ThreadArguments,
    /// Draw the base case into a picture instead [default: NAME.png, or NAME.svg with `--format svg`]
    #[arg(long, value_name = "PATH", num_args = 0..=1)]
    pub(super) png: Option<Option<PathBuf>>,
    #[command(flatten)]
    pub(super) look: LookArguments,
}

/// What is laid over a scenario.
#[derive(Args, Debug)]
pub(super) struct ScenarioArguments {
    /// Lay a value over the scenario, such as `pools.workers.size=40`; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Replications of each design point
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    replications: Option<u32>,
    /// Master seed of all random numbers
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Only this alternative (`base`: the file as it stands); may be repeated
    #[arg(long, alias = "only", value_name = "ALTERNATIVE")]
    alternative: Vec<String>,
    #[command(flatten)]
    allowed: AllowedArguments,
}

/// Where files may lie that a scenario names.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct AllowedArguments {
    /// Allow the scenario to name files below this folder, besides those below its own; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(super) allow_path: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct ThreadArguments {
    /// Threads to use; the results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl ThreadArguments {
    /// Threads to use.
    pub(super) fn count(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.threads.map_or_else(all, usize::from)
    }
}

impl ScenarioArguments {
    /// The same for the scenario language.
    pub(super) fn overrides(&self) -> Overrides {
        Overrides {
            set: self.set.clone(),
            replications: self.replications,
            seed: self.seed,
            only: self.alternative.clone(),
            allow_paths: self.allowed.allow_path.clone(),
            is_folder_hearsay: false,
        }
    }

    /// The alternatives that are asked for; empty: all.
    pub(super) fn alternatives(&self) -> &[String] {
        &self.alternative
    }

    /// The folders that are allowed, as arguments. No part of what a run is: they are not stored, as stored results of others must not
    /// allow anything.
    pub(super) fn allowed_as_arguments(&self) -> Vec<String> {
        let folder = |folder: &PathBuf| ["--allow-path".to_owned(), folder.display().to_string()];
        self.allowed.allow_path.iter().flat_map(folder).collect()
    }

    /// The same as arguments to repeat the run with.
    pub(super) fn to_arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut add = |name: &str, value: String| arguments.extend([format!("--{name}"), value]);
        self.set.iter().for_each(|set| add("set", set.clone()));
        self.replications.into_iter().for_each(|n| add("replications", n.to_string()));
        self.seed.into_iter().for_each(|seed| add("seed", seed.to_string()));
        self.alternative.iter().for_each(|name| add("alternative", name.clone()));
        arguments
    }
}

#[derive(Args, Debug)]
pub(super) struct NewArguments {
    /// A shipped scenario by its name; none: a commented starter
    pub(super) name: Option<String>,
    /// List the shipped scenarios
    #[arg(long, conflicts_with = "name")]
    pub(super) list: bool,
}

#[derive(Args, Debug)]
pub(super) struct SchemaArguments {
    /// Of which files
    #[arg(value_enum, default_value_t = SchemaOf::Scenario)]
    pub(super) of: SchemaOf,
}

/// What has a schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum SchemaOf {
    /// Scenario files
    Scenario,
    /// The file summary.json of a run
    Summary,
}

#[derive(Args, Debug)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Args, Debug)]
pub(super) struct PlotArguments {
    /// Folder of a finished run, such as `outputs/12twenty-2020-mass-mail`
    pub(super) folder: PathBuf,
    #[command(flatten)]
    pub(super) allowed: AllowedArguments,
    #[command(flatten)]
    pub(super) look: LookArguments,
    /// Do not name the files
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Args, Debug)]
pub(super) struct MergeArguments {
    /// Folders of parts, or folders that hold them, such as `outputs/first`
    #[arg(required = true, value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) allowed: AllowedArguments,
    #[command(flatten)]
    pub(super) threads: ThreadArguments,
    #[command(flatten)]
    pub(super) look: LookArguments,
    #[command(flatten)]
    pub(super) out: OutArguments,
    /// Say nothing of the progress
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Print the content of summary.json instead of text
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct MissingArguments {
    /// Folders of parts, or folders that hold them, such as `outputs/first`
    #[arg(required = true, value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) allowed: AllowedArguments,
    /// Print the replications that are missing, design point by design point
    #[arg(long)]
    pub(super) units: bool,
}

#[derive(Args, Debug)]
pub(super) struct ClusterArguments {
    /// Which cluster
    #[arg(value_enum)]
    pub(super) kind: ClusterKind,
    /// Scenario file
    pub(super) file: PathBuf,
    /// Parts of the run plan: about four for each worker
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) parts: u32,
    #[command(flatten)]
    pub(super) scenario: ScenarioArguments,
    /// Folder on a disk that all machines share, for the parts and the result; Slurm only
    #[arg(long, value_name = "DIR", default_value = "outputs")]
    pub(super) out: PathBuf,
    /// Container image with `tailback` in it; Kubernetes only [default: tailback:VERSION]
    #[arg(long, value_name = "IMAGE")]
    pub(super) image: Option<String>,
}

/// What submission files are written for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum ClusterKind {
    /// A job array
    Slurm,
    /// An Indexed Job
    Kubernetes,
}
