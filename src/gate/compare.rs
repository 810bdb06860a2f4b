//! Against the baseline: every figure with the interval of its difference, replication by replication where the random numbers are
//! the same (seed and version are), otherwise by the two-sample test of Welch.
//!
//! Literature: Law, "Simulation Modeling and Analysis", 5th ed., 2015, section 10.2 (paired t and Welch intervals), section 9.8
//! (Bonferroni).

use serde::Serialize;

use super::against::Against;
use super::baseline::{RecordedFigure, RecordedPoint, rounded};
use super::figures::compared;
use super::meaning::PointPromises;
use super::missing;
use super::reason::reason;
use super::tolerance::Tolerance;
use crate::experiment::{ComparedFigure, FigureName, PointResult, Results};
use crate::metric::{Metric, ScopeKind};
use crate::stats::{Estimate, welch};

/// A design point against the same one in the baseline.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PointComparison {
    /// Name of the alternative.
    pub alternative: String,
    /// Every job was created, started and finished, or failed or left, at the same instants as in the baseline.
    pub same_trajectories: bool,
    /// Its figures.
    pub comparisons: Vec<Comparison>,
    /// The likely reason, when the waits of a class have become worse.
    pub reason: Option<String>,
}

impl PointComparison {
    fn nothing(alternative: &str) -> Self {
        let alternative = alternative.to_owned();
        Self { alternative, same_trajectories: false, comparisons: Vec::new(), reason: None }
    }

    /// The same trajectories, and figures that are not read off them, such as the cost, are what they were.
    pub(super) fn is_unchanged(&self) -> bool {
        let changed = |comparison: &Comparison| comparison.difference.mean != 0.0;
        self.same_trajectories && !self.comparisons.iter().any(changed)
    }
}

/// A figure against the baseline.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Comparison {
    /// The figure.
    #[serde(skip)]
    pub metric: FigureName,
    /// It in words, such as `the p95 wait of verification-mail`.
    pub what: String,
    /// The class it concerns; `None`: it concerns all jobs or something else.
    pub class: Option<String>,
    /// Its unit.
    pub unit: String,
    /// Its mean in the baseline.
    pub before: f64,
    /// Its mean now.
    pub now: f64,
    /// The difference, now minus before, with its interval; no ends with one replication.
    pub difference: Estimate,
    /// How much worse it may be, in its unit.
    pub tolerance: f64,
    /// What that means.
    pub judgement: Judgement,
}

impl Comparison {
    /// By how much the figure has changed, up or down; of a share that of what is missing to the whole.
    pub(super) fn factor(&self) -> f64 {
        let missing = |value: f64| if self.unit == "share" { 1.0 - value } else { value };
        let (before, now) = (missing(self.before).max(1e-9), missing(self.now).max(1e-9));
        (now / before).max(before / now)
    }
}

/// What a difference from the baseline means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Judgement {
    /// The whole interval is worse than the baseline by more than the tolerance.
    Regression,
    /// The whole interval is better by more than the tolerance.
    Improvement,
    /// Neither is shown.
    Alike,
    /// Seems worse by more than the tolerance, but one replication has no interval that could show it.
    #[serde(rename = "open")]
    Undecided,
    /// A matter of choice, as the cost is: told, not judged.
    Told,
}

/// What the comparison with a baseline finds.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// Every point that both have.
    pub(super) points: Vec<PointComparison>,
    /// What the baseline has and the run has not, or what can no longer be compared: the check fails.
    pub(super) missing: Vec<String>,
    /// What else the reader must know.
    pub(super) notes: Vec<String>,
}

impl Found {
    /// The same is said once, whatever the number of points it holds for.
    fn note(&mut self, sentence: String) {
        if !self.notes.contains(&sentence) {
            self.notes.push(sentence);
        }
    }

    /// The same of an alternative, unless it is said of the base already.
    fn note_of(&mut self, alternative: &str, sentence: &str) {
        if alternative == "base" || self.notes.iter().any(|said| said == sentence) {
            return self.note(sentence.to_owned());
        }
        self.note(format!("`{alternative}`: {sentence}"));
    }

    fn miss_of(&mut self, alternative: &str, sentence: &str) {
        if alternative == "base" || self.missing.iter().any(|said| said == sentence) {
            return self.miss(sentence.to_owned());
        }
        self.miss(format!("`{alternative}`: {sentence}"));
    }

    fn miss(&mut self, sentence: String) {
        if !self.missing.contains(&sentence) {
            self.missing.push(sentence);
        }
    }
}

/// Every point that both have, and what the reader must know of the others.
pub(super) fn against(results: &Results, baseline: &Against<'_>) -> Found {
    let mut found = Found::default();
    let recorded = &baseline.recorded.points;
    let points: Vec<&PointResult> = results.points.iter().filter(|point| point.sweep.is_empty()).collect();
    for point in points.iter().filter(|point| !recorded.contains_key(&point.alternative)) {
        found.note(format!("`{}` is not in the baseline: it is not compared.", point.alternative));
    }
    let gone = recorded.keys().filter(|name| baseline.asks_for(name));
    for name in gone.filter(|name| !points.iter().any(|point| point.alternative == **name)) {
        found.miss(format!("The alternative `{name}` is in the baseline and no longer in the file."));
    }
    let matched = points.iter().filter_map(|point| Some((*point, recorded.get(&point.alternative)?)));
    let (alike, unlike): (Vec<_>, Vec<_>) =
        matched.partition(|(_, recorded)| missing::other_world(results, recorded).is_none());
    unlike.iter().filter_map(|(_, recorded)| missing::other_world(results, recorded)).for_each(|said| found.miss(said));
    let number = alike.iter().map(|(_, recorded)| recorded.figures.len()).sum::<usize>().max(1);
    let confidence = 1.0 - (1.0 - results.confidence) / number as f64;
    for (point, recorded) in alike {
        let pairing = Pairing::of(results, recorded);
        pairing.note(results, recorded).into_iter().for_each(|note| found.note(note));
        let promises = baseline.promises.get(&point.alternative);
        let judge = Judge { results, pairing, confidence, tolerance: baseline.tolerance };
        let comparison = judge.point(point, (recorded, promises), &mut found);
        found.points.push(comparison);
    }
    found
}

/// Whether the replications of two runs had the same random numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pairing {
    Paired,
    Apart,
}

impl Pairing {
    fn of(results: &Results, recorded: &RecordedPoint) -> Self {
        let same = results.seed == recorded.seed && results.version == recorded.version;
        if same { Self::Paired } else { Self::Apart }
    }

    fn is_same(self, point: &PointResult, recorded: &RecordedPoint) -> bool {
        let same = point.fingerprint == recorded.fingerprint && point.replications == recorded.replications;
        self == Self::Paired && same
    }

    fn note(self, results: &Results, recorded: &RecordedPoint) -> Option<String> {
        let version = (results.version != recorded.version).then(|| format!("version {}", recorded.version));
        let seed = (results.seed != recorded.seed).then(|| format!("seed {}", recorded.seed));
        let differs: Vec<String> = [version, seed].into_iter().flatten().collect();
        (self == Self::Apart).then(|| {
            format!(
                "The baseline has {}: compared as two samples (Welch), not replication by replication, so smaller changes go unseen.",
                differs.join(" and ")
            )
        })
    }
}

struct Judge<'a> {
    results: &'a Results,
    pairing: Pairing,
    /// Of each interval, so that all hold together.
    confidence: f64,
    tolerance: &'a Tolerance,
}

impl Judge<'_> {
    fn point(
        &self,
        point: &PointResult,
        (recorded, promises): (&RecordedPoint, Option<&PointPromises>),
        found: &mut Found,
    ) -> PointComparison {
        if point.replications < 2 && recorded.replications > 1 {
            found.miss(missing::one_replication(point, recorded));
            return PointComparison::nothing(&point.alternative);
        }
        self.replications(point, recorded).into_iter().for_each(|note| found.note(note));
        let figures = compared(point);
        let before = missing::with_zeros(recorded, &figures);
        let mut comparisons: Vec<Comparison> = Vec::new();
        let directed = &recorded.directed;
        for (name, figure) in &figures {
            let Some(recorded) = before.get(name) else { continue };
            match self.figure(figure, recorded, directed) {
                Some(comparison) => comparisons.push(comparison),
                None => found.miss(missing::without_values(&point.alternative, figure, recorded)),
            }
        }
        dearer(&mut comparisons);
        let told = missing::told(point, (recorded, promises), &figures);
        told.missing.into_iter().for_each(|sentence| found.miss(sentence));
        told.notes.into_iter().for_each(|sentence| found.note(sentence));
        told.withdrawn.iter().for_each(|sentence| found.miss_of(&point.alternative, sentence));
        told.loosened.iter().for_each(|sentence| found.note_of(&point.alternative, sentence));
        missing::less_confident(self.results, recorded).into_iter().for_each(|sentence| found.note(sentence));
        let reason = self.reason(point, &comparisons);
        let same_trajectories = self.pairing.is_same(point, recorded);
        PointComparison { alternative: point.alternative.clone(), same_trajectories, comparisons, reason }
    }

    /// Fewer or more replications than in the baseline.
    fn replications(&self, point: &PointResult, recorded: &RecordedPoint) -> Option<String> {
        let (now, before) = (point.replications, recorded.replications);
        let compared = match self.pairing {
            Pairing::Paired => format!("the first {} are compared", now.min(before)),
            Pairing::Apart => "all are compared".to_owned(),
        };
        let name = &point.alternative;
        (now != before).then(|| format!("`{name}`: {now} replications now and {before} in the baseline: {compared}."))
    }

    /// Of the class whose waits have grown the most.
    fn reason(&self, point: &PointResult, comparisons: &[Comparison]) -> Option<String> {
        let worse = comparisons.iter().filter(|comparison| comparison.judgement == Judgement::Regression);
        let worst = worse.max_by(|a, b| a.factor().total_cmp(&b.factor()))?;
        reason(self.results, point, worst.class.as_deref())
    }

    /// `None`: it can no longer be compared.
    fn figure(&self, figure: &ComparedFigure<'_>, recorded: &RecordedFigure, directed: &[u32]) -> Option<Comparison> {
        let now: Vec<Option<f64>> = figure.values.iter().map(|value| value.map(rounded)).collect();
        let before = recorded.by_replication();
        let difference = self.difference((&before, directed), (&now, figure.numbers))?;
        let had_interval = before.iter().flatten().count() > 1;
        if had_interval && difference.low.is_none() {
            return None;
        }
        let known = |values: &[Option<f64>]| {
            Estimate::of(&values.iter().flatten().copied().collect::<Vec<_>>(), self.confidence)
        };
        let (before, now) = (known(&before)?, known(&now)?);
        let tolerance = self.tolerance.of(before.mean, before.half_width().unwrap_or(0.0), figure.unit);
        Some(Comparison {
            what: figure.words(),
            metric: figure.metric.clone(),
            class: (figure.scope.kind == ScopeKind::Class).then(|| figure.scope.name.clone()),
            unit: figure.unit.to_owned(),
            before: before.mean,
            now: now.mean,
            difference,
            tolerance,
            judgement: judgement(figure, difference, tolerance),
        })
    }

    /// Of values with the numbers of their replications; no numbers: the first ones.
    fn difference(
        &self,
        (before, numbers_before): (&[Option<f64>], &[u32]),
        (now, numbers_now): (&[Option<f64>], &[u32]),
    ) -> Option<Estimate> {
        // Of replications that were chosen each counts for as much as its kind is probable: only all of them together stand for the whole.
        let apart = self.pairing == Pairing::Apart || numbers_before != numbers_now;
        match if apart { Pairing::Apart } else { Pairing::Paired } {
            Pairing::Paired => {
                let pair = |(before, now): (&Option<f64>, &Option<f64>)| Some((*now)? - (*before)?);
                let pairs: Vec<f64> = before.iter().zip(now).filter_map(pair).collect();
                Estimate::of(&pairs, self.confidence)
            }
            Pairing::Apart => {
                let known = |values: &[Option<f64>]| values.iter().flatten().copied().collect::<Vec<f64>>();
                welch(&known(before), &known(now), self.confidence)
            }
        }
    }
}

/// How many workers there are is a choice. What the same worker-hours cost is none: there a higher cost is a regression.
fn dearer(comparisons: &mut [Comparison]) {
    let is_of = |c: &Comparison, metric| c.metric == FigureName::Metric(metric);
    let unchanged = |c: &&Comparison| is_of(c, Metric::WorkerHours) && c.before == c.now && c.difference.mean == 0.0;
    if !comparisons.iter().any(|comparison| unchanged(&comparison)) {
        return;
    }
    let is_cost = |c: &&mut Comparison| is_of(c, Metric::Cost) && c.judgement == Judgement::Told;
    for cost in comparisons.iter_mut().filter(is_cost) {
        if cost.difference.low.unwrap_or(cost.difference.mean) > cost.tolerance {
            cost.judgement = Judgement::Regression;
        }
    }
}

/// Cost and worker-hours are told unless an objective bounds them.
fn judgement(figure: &ComparedFigure<'_>, difference: Estimate, tolerance: f64) -> Judgement {
    if !figure.is_promised && matches!(figure.metric, FigureName::Metric(metric) if metric.is_told()) {
        return Judgement::Told;
    }
    let Some((low, high)) = difference.low.zip(difference.high) else {
        let worse = if figure.larger_is_better { -difference.mean } else { difference.mean };
        return if worse > tolerance { Judgement::Undecided } else { Judgement::Alike };
    };
    let (larger, smaller) = match figure.larger_is_better {
        true => (Judgement::Improvement, Judgement::Regression),
        false => (Judgement::Regression, Judgement::Improvement),
    };
    match () {
        () if low > tolerance => larger,
        () if high < -tolerance => smaller,
        () => Judgement::Alike,
    }
}
