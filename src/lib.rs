//! Tailback: a discrete-event simulator for job-queue capacity planning.
//!
//! It answers questions such as: how late are jobs when a mass mail arrives, and which remedy helps? If a dispatcher
//! hangs for a day, how long until the backlog is gone? A scenario says which jobs arrive, how long they take, which
//! workers take them in which order and what breaks; Tailback replays it many times and reports waits, backlogs and the
//! differences between alternatives, each with its interval.
//!
//! The program is `tailback`; this is the library that it is made of, for runs inside of programs of one's own.
//!
//! # Example
//! Ten workers, 9 jobs a second of mean 1 s: the mean wait of theory (Erlang C) lies inside the interval.
//!
//! ```
//! use tailback::{experiment, scenario, theory};
//!
//! let text = r#"
//!     title = "An M/M/10 queue"
//!     run = { horizon = "20h", warmup = "1h", replications = 20, confidence = "99.9%" }
//!     [jobs.mail]
//!     arrivals.poisson = { rate = "9/s" }
//!     service_time.exponential = { mean = "1s" }
//!     [pools.workers]
//!     size = 10
//! "#;
//! let scenario = scenario::parse("mm10.toml".as_ref(), text, &scenario::Overrides::default()).unwrap();
//! let results = experiment::run(&scenario.study, &|_| ()).unwrap();
//! let estimate = results.point("base").unwrap().wait_mean("mail").unwrap();
//! let exact = theory::Mmc { arrival_rate: 9.0, mean_service: 1.0, workers: 10 }.mean_wait().unwrap();
//! assert!(estimate.low.unwrap() < exact && exact < estimate.high.unwrap(), "{exact} outside {estimate:?}");
//! ```
//!
//! # Where to find what you want
//!
//! | to | use | see |
//! |---|---|---|
//! | read a scenario | [`scenario::load`] from a file, [`scenario::parse`] from text | `examples/embed_a_run.rs` |
//! | change a number of it from outside | [`scenario::Overrides`], which `--set` is too | `examples/sweep_in_code.rs` |
//! | simulate all it asks for, on all cores | [`experiment::run`]; [`experiment::run_until`] with a deadline | `examples/embed_a_run.rs` |
//! | read a figure with its interval | [`Results::point`](experiment::Results::point), then [`PointResult::wait_mean`](experiment::PointResult::wait_mean), [`wait`](experiment::PointResult::wait), [`utilisation`](experiment::PointResult::utilisation) and the like, or [`metric`](experiment::PointResult::metric) of any [`Metric`](metric::Metric) | `examples/custom_gate.rs` |
//! | say figures in words, make a table | [`findings::figure_with_interval`] | `examples/own_report.rs` |
//! | write the tables of a run | [`report::write_metrics`], [`report::write_curves`], [`report::write_summary`] | |
//! | measure something else | [`engine::simulate`] one replication with an [`engine::Observer`] | `examples/own_observer.rs` |
//! | know the exact answer of a simple queue | [`theory`] | |
//!
//! A scenario is text: there is no second way to build a model in code. [`model::Model::new`] takes parts that are put together by
//! hand, but it changes whenever the engine learns something; text that a program writes is checked and explained like any other.
//!
//! # What to rely on
//! Equal scenario, seed and version give equal results, to the byte, on every platform and with any number of threads. A version that
//! alters results says so in the changelog.
//!
//! What the table above names changes only with a new minor version (before 1.0), and the changelog says how. **Everything else may
//! change in any version**: it is public because the program and its tests are made of it. That holds for [`gate`], [`plot`],
//! [`findings`] and [`report`] beyond the functions above, for the parts of [`model`], and for what lies below ([`units`], [`random`],
//! [`distribution`], [`stats`]) beyond what the functions above take and return. `cli` and `untrusted`, which are not shown here, are
//! matters of the program itself. Errors such as [`scenario::ScenarioError`] are for people: match their variants, not their text.
//!
//! # Modules
//! One way only: text → [`scenario`] → [`model`] → [`engine`] → (observer) → [`experiment`] with [`stats`] →
//! [`findings`] → [`plot`] → [`report`] → [`gate`] → `cli`.
//! [`units`], [`random`], [`distribution`], [`metric`] and `untrusted` lie below, [`theory`] beside. `DESIGN.md` in the repository has a
//! line for each file, the order of simultaneous events, and how randomness is shared out.

#[doc(hidden)]
pub mod cli;
pub mod distribution;
pub mod engine;
pub mod experiment;
pub mod findings;
pub mod gate;
pub mod metric;
pub mod model;
pub mod plot;
pub mod random;
pub mod report;
pub mod scenario;
pub mod stats;
pub mod theory;
pub mod units;
#[doc(hidden)]
pub mod untrusted;
