//! The engine against exact queueing theory: every stated value lies inside the 99.9 % interval over replications with
//! fixed seeds, and the interval is tight (half-width below 2 % of the value) where the load is at most 0.9.
//!
//! The values and their sources are in `data/reference-values.csv`; models are built from the parameters of its rows.

use crate::models::{
    self, batches, distribution, exponential, fifo, initial_backlog, mmpp, outage, poisson, profile, strict, total_rate,
};
use crate::observers::{Counts, Depths, Drain, LittlesLaw, Waits};
use crate::rows::Row;
use rayon::prelude::*;
use tailback::engine::{Observer, simulate};
use tailback::model::{Model, ModelParts};
use tailback::random::ReplicationSeed;
use tailback::stats::Estimate;
use tailback::theory::Outage;
use tailback::units::{SimDuration, SimTime};

const REPLICATIONS: u32 = 30;
const CONFIDENCE: f64 = 0.999;

/// What each replication observed, in their order.
fn replicate<O: Observer + Send>(replications: u32, model: &Model, observer: impl Fn() -> O + Sync) -> Vec<O> {
    let run = |replication| {
        let mut observer = observer();
        let seed = ReplicationSeed { master: 20_261_123, replication };
        simulate(model, seed, &mut observer).expect("the backlog stays small");
        observer
    };
    (0..replications).into_par_iter().map(run).collect()
}

fn figures<O>(observers: &[O], figure: impl Fn(&O) -> f64) -> Vec<f64> {
    observers.iter().map(figure).collect()
}

/// The interval of the figures contains the exact value and, if asked, is tight.
#[track_caller]
fn assert_contains(what: &str, figures: &[f64], exact: f64, tight: bool) {
    let estimate = Estimate::of(figures, CONFIDENCE).unwrap();
    let half_width = estimate.half_width().unwrap();
    let mean = estimate.mean;
    println!("{what}: exact {exact:.6}, simulated {mean:.6} +- {:.2} %", 100.0 * half_width / exact);
    assert!((mean - exact).abs() <= half_width, "{what}: {exact} is outside {mean} +- {half_width}");
    assert!(!tight || half_width < 0.02 * exact, "{what}: {mean} +- {half_width} is too wide");
}

/// A model for about so many jobs in each replication, of which the first twentieth are warm-up.
fn for_jobs(mut parts: ModelParts, jobs: f64) -> (Model, SimTime) {
    let seconds = jobs / total_rate(&parts);
    parts.horizon = SimDuration::from_secs_f64(seconds);
    let warmup = SimTime::ZERO.after(SimDuration::from_secs_f64(seconds / 20.0));
    (Model::new(parts).unwrap(), warmup)
}

/// The mean wait of the jobs of a class (from 0) against the value of a row.
#[track_caller]
fn assert_mean_wait(row: &Row, parts: ModelParts, class: usize, jobs: f64) {
    let (model, warmup) = for_jobs(parts, jobs);
    let waits = replicate(REPLICATIONS, &model, || Waits::new(&model, warmup));
    let waits = figures(&waits, |waits| waits.mean(class));
    assert_contains(&row.name(), &waits, row.value, row.param("rho") <= 0.9);
}

#[test]
fn mmc_waits_as_erlang_c_says() {
    for (id, jobs) in [
        ("R00045", 1e5),
        ("R00067", 3.5e5),
        ("R00089", 3e5),
        ("R00111", 1.5e5),
        ("R00166", 3e5),
        ("R00386", 1.2e6),
        ("R00597", 5e6),
    ] {
        let row = Row::of(id);
        let class = ("jobs", poisson(row.param("lambda_")), exponential(1.0 / row.param("mu")));
        assert_mean_wait(&row, fifo(row.param("c") as u32, class), 0, jobs);
    }
}

#[test]
fn mg1_waits_as_pollaczek_and_khinchine_say() {
    for (id, jobs) in [
        ("R00939", 1e5),   // M/D/1
        ("R00956", 3e5),   // uniform
        ("R00972", 9e5),   // exponential
        ("R00991", 1e5),   // Erlang
        ("R01034", 1.4e6), // hyperexponential
        ("R01098", 4e5),   // gamma
        ("R01133", 1e5),   // Weibull
        ("R01068", 1.2e6), // lognormal
        ("R01173", 9e5),   // one in ten takes thirty times longer
        ("R01186", 1.4e6), // one in a hundred takes thirty times longer
        ("R01208", 1.5e5), // the same with constant times
        ("R01178", 3e5),   // at a load of 0.95
    ] {
        let row = Row::of(id);
        let class = ("jobs", poisson(row.param("lambda_")), distribution(&row.text("service")));
        assert_mean_wait(&row, fifo(1, class), 0, jobs);
    }
}

#[test]
fn a_slow_variant_waits_like_the_mixture_it_is() {
    let row = Row::of("R01173");
    let mut parts = fifo(1, ("jobs", poisson(row.param("lambda_")), exponential(1.0)));
    parts.classes[0].service.variants.push(models::slow_variant(0.1, 30.0));
    assert_mean_wait(&row, parts, 0, 7e5);
}

#[test]
fn priorities_with_one_worker_wait_as_cobham_says() {
    for (id, jobs) in [
        ("R01353", 1e5),
        ("R01355", 3e5),
        ("R01365", 2e5),
        ("R01367", 1.3e6),
        ("R01377", 1e6),
        ("R01391", 1.5e6),
        ("R01401", 9e5),
    ] {
        let row = Row::of(id);
        let total = row.param("lambda_total");
        let classes = models::priority_mix(&row.text("classes")).into_iter();
        let parts = strict(1, classes.map(|(share, service)| (share * total, service)).collect());
        assert_mean_wait(&row, parts, row.param("cls") as usize - 1, jobs);
    }
}

#[test]
fn priorities_with_several_workers_wait_as_cobham_says() {
    for (id, jobs) in [("R01451", 3e5), ("R01495", 1.5e5), ("R01507", 1.6e6), ("R01629", 2e6)] {
        let row = Row::of(id);
        let workers = row.param("c") as u32;
        let total = row.param("rho") * f64::from(workers) * row.param("mu");
        let classes = row.list("shares").into_iter().map(|share| (share * total, exponential(1.0 / row.param("mu"))));
        assert_mean_wait(&row, strict(workers, classes.collect()), row.param("cls") as usize - 1, jobs);
    }
}

#[test]
fn batches_wait_for_those_ahead_in_the_batch() {
    for (id, jobs) in [("R03410", 1.5e5), ("R03414", 1.5e5), ("R03434", 2e5), ("R03444", 1.2e6), ("R03458", 1.2e6)] {
        let row = Row::of(id);
        let arrivals = batches(&row.text("batch"), row.param("batch_rate"));
        let class = ("jobs", arrivals, exponential(1.0 / row.param("mu")));
        assert_mean_wait(&row, fifo(row.param("c") as u32, class), 0, jobs);
    }
}

#[test]
fn bursty_arrivals_wait_as_the_matrix_solution_says() {
    for (id, jobs) in [("R03158", 1e6), ("R03172", 2.5e5), ("R03179", 5e5), ("R03284", 1.7e6)] {
        let row = Row::of(id);
        let class = ("jobs", mmpp(&row), exponential(1.0 / row.param("mu")));
        assert_mean_wait(&row, fifo(row.param("c") as u32, class), 0, jobs);
    }
}

#[test]
fn the_sampled_queue_has_the_length_of_theory() {
    for (id, jobs) in [("R00046", 1e5), ("R00068", 4e5)] {
        let row = Row::of(id);
        assert_eq!(row.quantity, "Lq_mean");
        let class = ("jobs", poisson(row.param("lambda_")), exponential(1.0 / row.param("mu")));
        let (model, warmup) = for_jobs(fifo(row.param("c") as u32, class), jobs);
        let depths = replicate(REPLICATIONS, &model, || Depths::new(warmup));
        assert_contains(&row.name(), &figures(&depths, Depths::mean), row.value, true);
    }
}

#[test]
fn littles_law_holds_to_the_nanosecond_on_every_path() {
    let services = [exponential(1.0), distribution("mixture 90% exp mean 1, 10% exp mean 30")];
    // The second overloads the workers, so that many jobs are left at the end.
    for service in services {
        let (model, _) = for_jobs(strict(3, vec![(1.2, service.clone()), (1.4, service)]), 2e4);
        for path in replicate(8, &model, LittlesLaw::default) {
            assert_eq!(path.area(), path.waits());
            assert!(path.waits() > 10_000_000_000_000, "hardly anybody waited: {}", path.waits());
        }
    }
}

#[test]
fn time_varying_arrivals_have_the_mean_of_every_piece_of_the_profile() {
    const DAYS: u32 = 60;
    let profile = profile();
    let rate = 0.02;
    let parts = models::profiled(rate, profile.clone(), DAYS);
    let model = Model::new(parts).unwrap();
    let counts = replicate(REPLICATIONS, &model, || Counts::new(&profile));
    let pattern = &profile.stretches[0].pattern;
    for (i, piece) in pattern.pieces.iter().enumerate() {
        let seconds = pattern.piece_length(i).as_secs_f64();
        let exact = f64::from(DAYS) * rate * seconds * (piece.from + piece.to) / 2.0;
        assert_contains(&format!("piece {i}"), &figures(&counts, |counts| counts.of_piece(i)), exact, true);
        // Within a linear piece the first half has its own mean.
        let first_half = exact * (3.0 * piece.from + piece.to) / (4.0 * (piece.from + piece.to));
        let halves = figures(&counts, |counts| counts.of_first_half(i));
        assert_contains(&format!("first half of piece {i}"), &halves, first_half, true);
    }
}

#[test]
fn a_backlog_is_worked_off_in_the_time_of_theory() {
    for (id, spread, replications) in
        [("R03955", "R03956", 3_000), ("R03965", "R03966", 3_000), ("R03971", "R03972", 200)]
    {
        let (row, spread) = (Row::of(id), Row::of(spread));
        let model = Model::new(initial_backlog(&row)).unwrap();
        let figure = if row.optional("lambda_").is_none() { Drain::finished } else { Drain::emptied };
        let times = figures(&replicate(replications, &model, Drain::default), figure);
        assert_contains(&row.name(), &times, row.value, true);
        let squares: Vec<f64> = times.iter().map(|time| (time - row.value) * (time - row.value)).collect();
        assert_contains(&format!("{} squared", spread.name()), &squares, spread.value * spread.value, false);
    }
}

/// After an outage of T all jobs of that time flood the queue. While all c workers are busy the number of jobs falls by
/// c / s - l on average, from l T to c, when the queue is empty; without the c it is the fluid limit.
#[test]
fn the_flood_after_an_outage_drains_in_the_time_of_theory() {
    let (lasts, rate, workers) = (1_000.0, 2.0, 4_u32);
    for factor in [1, 2] {
        let busy = f64::from(factor * workers);
        let exact = (rate * lasts - busy) / (busy - rate);
        let model = Model::new(outage(lasts, rate, (workers, factor))).unwrap();
        let times = figures(&replicate(300, &model, Drain::default), |drain| drain.emptied() - lasts);
        assert_contains(&format!("drain with {factor} times the workers"), &times, exact, true);
        let fluid = Outage { lasts, utilisation: rate / f64::from(workers) }.drain_time(f64::from(factor)).unwrap();
        assert!((fluid / exact - 1.0).abs() < 0.01, "{fluid} against {exact}");
    }
}
