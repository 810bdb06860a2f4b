//! What a search for sizes found, in the order and the words in which text, CSV and picture show it.

use crate::experiment::Verdict;
use crate::experiment::size::{Grid, Sizing, Trial};
use crate::units::path_keys;

/// A search and what it found.
#[derive(Clone, Copy, Debug)]
pub struct SizeReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// The alternative that is sized, where it is not the base case.
    pub alternative: Option<&'a str>,
    /// Where its facts come from.
    pub source: Option<&'a str>,
    /// Master seed.
    pub seed: u64,
    /// What was searched for: one value, or the sizes of several pools.
    pub grids: &'a [Grid],
    /// Cost of a worker of each pool, where sizes of several pools are searched for; else empty.
    pub costs: &'a [f64],
    /// Confidence of the answer.
    pub confidence: f64,
    /// Why neighbours were tried as well, and how many; `None`: an easier value is never worse.
    pub doubt: Option<(&'a str, u32)>,
    /// What was found.
    pub sizing: &'a Sizing,
}

impl SizeReport<'_> {
    /// The values at these places as written, such as `23` or `workers 23, mailers 4`.
    #[must_use]
    pub fn written(&self, places: &[u32]) -> String {
        match self.grids {
            [only] => only.written(places[0]),
            _ => {
                let one = |(grid, &place): (&Grid, &u32)| format!("{} {}", name_of(&grid.path), grid.written(place));
                self.grids.iter().zip(places).map(one).collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// What lies on the horizontal axis: the value, or the cost of the sizes.
    #[must_use]
    pub fn position(&self, trial: &Trial) -> f64 {
        match self.grids {
            [only] => only.value(trial.places[0]),
            _ => {
                let values = self.grids.iter().zip(&trial.places).map(|(grid, &place)| grid.value(place));
                values.zip(self.costs).map(|(value, cost)| value * cost).sum()
            }
        }
    }

    /// The trials by value, for several pools by cost.
    #[must_use]
    pub fn in_order(&self) -> Vec<&Trial> {
        let mut trials: Vec<&Trial> = self.sizing.trials.iter().collect();
        trials.sort_by(|a, b| self.position(a).total_cmp(&self.position(b)).then_with(|| a.places.cmp(&b.places)));
        trials
    }

    /// The undecided trials that would be a better answer, the best first; without an answer all that are undecided.
    #[must_use]
    pub fn undecided(&self) -> Vec<&Trial> {
        let better = |trial: &&Trial| match (&self.sizing.answer, self.grids) {
            (None, _) => true,
            (Some(answer), [_]) => trial.places < *answer,
            (Some(_), _) => self.answer_cost().is_none_or(|cost| self.position(trial) <= cost),
        };
        let is_open = |trial: &&Trial| matches!(trial.verdict, Verdict::Undecided | Verdict::NoData);
        let mut open: Vec<&Trial> = self.sizing.trials.iter().filter(is_open).filter(better).collect();
        match self.grids {
            [_] => open.sort_by(|a, b| a.places.cmp(&b.places)),
            _ => {
                open.sort_by(|a, b| {
                    self.position(a).total_cmp(&self.position(b)).then_with(|| a.places.cmp(&b.places))
                });
            }
        }
        open
    }

    fn answer_cost(&self) -> Option<f64> {
        let answer = self.sizing.answer.as_ref()?;
        self.sizing.trials.iter().find(|trial| trial.places == *answer).map(|trial| self.position(trial))
    }

    /// The trials that are nearest to the answer, at most `most`, by value or cost; and how many there are in all.
    #[must_use]
    pub fn nearest(&self, most: usize) -> (Vec<&Trial>, usize) {
        let trials = self.in_order();
        let all = trials.len();
        let middle = self.sizing.answer.as_ref().and_then(|answer| trials.iter().position(|t| t.places == *answer));
        let middle = middle.unwrap_or_else(|| trials.iter().rposition(|t| t.verdict == Verdict::Missed).unwrap_or(0));
        let first = middle.saturating_sub(most / 2).min(all.saturating_sub(most));
        (trials.into_iter().skip(first).take(most).collect(), all)
    }

    /// Whether workers or sizes are asked for, of which one speaks in the plural.
    #[must_use]
    pub fn counts_workers(&self) -> bool {
        let is_size = |grid: &Grid| grid.path.starts_with("pools.") && grid.path.ends_with(".size");
        self.grids.iter().all(|grid| is_size(grid) && grid.larger_is_easier)
    }

    /// What is searched for, such as `the fewest workers of pool mailers`.
    #[must_use]
    pub fn question(&self) -> String {
        let [grid] = self.grids else {
            let names: Vec<String> = self.grids.iter().map(|grid| name_of(&grid.path)).collect();
            return format!("the cheapest sizes of the pools {}", names.join(", "));
        };
        match grid.larger_is_easier {
            true if self.counts_workers() => format!("the fewest workers of pool {}", name_of(&grid.path)),
            true => format!("the least {}", grid.path),
            false => format!("the largest {}", grid.path),
        }
    }
}

/// The thing that a path is about: `workers` of `pools.workers.size`.
fn name_of(path: &str) -> String {
    path_keys(path).into_iter().nth(1).unwrap_or_else(|| path.to_owned())
}
