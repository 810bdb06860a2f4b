//! Random traces whose fate is known without the program, and a replay by priority of its own.

use std::collections::{BTreeMap, VecDeque};

/// Small random numbers, the same on every machine (a linear congruence, upper bits).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(12_345))
    }

    /// From 0 up to, not including, `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// How times are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Relative,
    Seconds,
    Milliseconds,
    Dates,
}

struct Row {
    /// Since the start, negative before it.
    second: i64,
    class: char,
    kept: bool,
}

/// A random file with the scenario that replays it.
pub(crate) struct File {
    rows: Vec<Row>,
    delimiter: char,
    writing: Writing,
    /// The classes that the scenario has.
    read: Vec<char>,
    horizon: Option<i64>,
    limit: Option<usize>,
    has_where: bool,
}

const START: i64 = 1_772_409_600;

impl File {
    pub(crate) fn random(mut random: Random) -> Self {
        let count = random.below(40) + 1;
        let rows: Vec<Row> = (0..count)
            .map(|_| Row {
                second: random.below(5_000) as i64 - 600,
                class: random.pick(&['a', 'b', 'c', 'd']),
                kept: random.below(4) > 0,
            })
            .collect();
        Self {
            rows,
            delimiter: random.pick(&[',', ';', '\t']),
            writing: random.pick(&[Writing::Relative, Writing::Seconds, Writing::Milliseconds, Writing::Dates]),
            read: random.pick(&[&['a'][..], &['a', 'b'], &['b', 'a', 'c'], &['a', 'b', 'c', 'd']]).to_vec(),
            horizon: random.pick(&[None, Some(2_000), Some(4_000)]),
            limit: random.pick(&[None, None, Some(3)]),
            has_where: random.below(2) > 0,
        }
    }

    pub(crate) fn text(&self) -> String {
        let line = |cells: [String; 4]| cells.join(&self.delimiter.to_string()) + "\n";
        let header = line(["when", "took", "kind", "keep"].map(str::to_owned));
        let row = |row: &Row| {
            line([
                self.time(row.second),
                "1".to_owned(),
                row.class.to_string(),
                if row.kept { "y" } else { "n" }.to_owned(),
            ])
        };
        header + &self.rows.iter().map(row).collect::<String>()
    }

    fn time(&self, second: i64) -> String {
        match self.writing {
            Writing::Relative => second.to_string(),
            Writing::Seconds => format!("{}.0", START + second),
            Writing::Milliseconds => ((START + second) * 1_000).to_string(),
            Writing::Dates => {
                let (sign, size) = if second < 0 { (-1, -second) } else { (1, second) };
                let (day, of_day) = if sign < 0 { (1, 86_400 - size) } else { (2, size) };
                format!("2026-03-{day:02} {:02}:{:02}:{:02}", of_day / 3_600, of_day / 60 % 60, of_day % 60)
            }
        }
    }

    pub(crate) fn scenario(&self) -> String {
        let horizon = self.horizon.map_or_else(String::new, |seconds| format!("horizon = \"{seconds}s\"\n"));
        let limit = self.limit.map_or_else(String::new, |limit| format!(", limit = {limit}"));
        let condition = if self.has_where { ", where = { keep = \"y\" }" } else { "" };
        let class = |class: &char| {
            format!(
                "[jobs.{class}]\narrivals.trace = {{ file = \"jobs.csv\", arrival = \"when\", service = \"took\", class = \"kind\"{limit}{condition} }}\n"
            )
        };
        let classes: String = self.read.iter().map(class).collect();
        format!("[run]\nstart = 2026-03-02T00:00:00Z\nreplications = 2\n{horizon}{classes}[pools.w]\nsize = 100\n")
    }

    /// What becomes of a row for the class that reads it, in the words of the program.
    fn by_row(&self) -> Vec<String> {
        let mut taken: BTreeMap<char, usize> = BTreeMap::new();
        let mut fate = |row: &Row| {
            if !self.read.contains(&row.class) {
                return format!("of class `{}`", row.class);
            }
            if self.has_where && !row.kept {
                return "with another value where `where` states one".to_owned();
            }
            let count = taken.entry(row.class).or_default();
            if self.limit.is_some_and(|limit| *count >= limit) {
                return "beyond `limit`".to_owned();
            }
            if row.second < 0 {
                return "before the start of the run".to_owned();
            }
            *count += 1;
            match self.horizon {
                Some(horizon) if row.second >= horizon => "at or after the end of the run".to_owned(),
                _ => "used".to_owned(),
            }
        };
        self.rows.iter().map(&mut fate).collect()
    }

    pub(crate) fn fates(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::from([("read".to_owned(), self.rows.len() as u64)]);
        self.by_row().into_iter().for_each(|fate| *counts.entry(fate).or_default() += 1);
        counts
    }

    /// Whether some class of the scenario has no job.
    pub(crate) fn starves(&self) -> bool {
        let fates = self.by_row();
        let used = |class: &char| self.rows.iter().zip(&fates).any(|(row, fate)| row.class == *class && fate == "used");
        !self.read.iter().all(used)
    }
}

/// A recorded job in whole seconds.
pub(crate) struct Job {
    pub(crate) at: u64,
    pub(crate) service: u64,
    pub(crate) class: &'static str,
}

/// Jobs that come in groups at the same times, of both classes in any order.
pub(crate) fn two_classes(random: &mut Random) -> Vec<Job> {
    let mut at = 0;
    let mut jobs = Vec::new();
    for _ in 0..400 {
        at += random.below(120);
        for _ in 0..random.below(6) + 1 {
            let class = if random.below(3) == 0 { "urgent" } else { "patient" };
            jobs.push(Job { at, service: random.below(80) + 1, class });
        }
    }
    jobs
}

/// The pool with what waits for it.
struct Desk {
    free_at: Vec<u64>,
    /// Urgent jobs, then patient ones.
    waiting: [VecDeque<(u64, u64, &'static str)>; 2],
    waits: BTreeMap<&'static str, Vec<f64>>,
}

impl Desk {
    /// Who ends up to this instant takes the first urgent job, else the first patient one. While somebody waits, nobody is free.
    fn advance(&mut self, until: u64) {
        loop {
            let (worker, end) = (0..).zip(self.free_at.iter().copied()).min_by_key(|(_, end)| *end).unwrap();
            if end > until {
                return;
            }
            let Some(line) = self.waiting.iter_mut().find(|line| !line.is_empty()) else { return };
            let (at, service, class) = line.pop_front().unwrap();
            self.start(worker, (at, service, class), end);
        }
    }

    fn start(&mut self, worker: usize, (at, service, class): (u64, u64, &'static str), now: u64) {
        self.free_at[worker] = now + service;
        self.waits.entry(class).or_default().push((now - at) as f64);
    }
}

/// The waits by class, ascending. Whoever ends at an instant is free for the jobs that come at it, and these come in the order of the
/// list.
pub(crate) fn replay(jobs: &[Job], workers: usize) -> BTreeMap<&'static str, Vec<f64>> {
    let mut desk = Desk { free_at: vec![0; workers], waiting: Default::default(), waits: BTreeMap::new() };
    for &Job { at, service, class } in jobs {
        desk.advance(at);
        match desk.free_at.iter().position(|end| *end <= at) {
            Some(worker) => desk.start(worker, (at, service, class), at),
            None => desk.waiting[usize::from(class == "patient")].push_back((at, service, class)),
        }
    }
    desk.advance(u64::MAX);
    desk.waits.values_mut().for_each(|waits| waits.sort_by(f64::total_cmp));
    desk.waits
}
