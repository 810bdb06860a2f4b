//! Tailback: a discrete-event simulator for job-queue capacity planning.
//!
//! It answers questions such as: how late are jobs when a mass mail arrives, and which remedy helps? If a dispatcher
//! hangs for a day, how long until the backlog is gone? A scenario says which jobs arrive, how long they take, which
//! workers take them in which order and what breaks; Tailback replays it many times and reports waits, backlogs and the
//! differences between alternatives, each with its interval.
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
//! # Modules
//! One way only: text → [`scenario`] → [`model`] → [`engine`] → (observer) → [`experiment`] with [`stats`] →
//! [`findings`] → [`plot`] → [`report`] → [`gate`] → [`cli`].
//! [`units`], [`random`], [`distribution`], [`metric`] and [`untrusted`] lie below, [`theory`] beside.

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
pub mod untrusted;
