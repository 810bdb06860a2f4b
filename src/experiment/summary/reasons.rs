//! Why an objective is undecided, in words.

use super::judge::{Judge, Judgement};
use super::words::{event_in_words, percent};
use crate::experiment::results::Verdict;
use crate::model::{Measure, Objective, Statistic};
use crate::stats::SOME;

impl Judge<'_> {
    pub(super) fn explain(&self, judgement: &mut Judgement) {
        if judgement.verdict != Some(Verdict::Undecided) {
            return;
        }
        let absent = &self.strata().absent;
        if !absent.is_empty() {
            let names: Vec<String> = absent.iter().filter_map(event_in_words).collect();
            judgement.reason = Some(format!(
                "no verdict without the days on which this happens, which fewer than two replications have: {}",
                names.join("; ")
            ));
        } else if judgement.reason.is_none() {
            judgement.reason = self.too_few_jobs(judgement).or_else(|| self.too_little_seen(judgement));
        }
    }

    /// What the replications have hardly had a chance to show, where that could decide.
    fn too_little_seen(&self, judgement: &Judgement) -> Option<String> {
        let allowed = self.allowed()?;
        let tallies = self.tallies(judgement.tenant.map_or(0, usize::from));
        if tallies.iter().filter(|tally| tally.beyond > 0).count() >= SOME as usize {
            return None;
        }
        let reason = self.unseen.reason.as_ref().filter(|_| self.unseen.share > allowed)?;
        Some(format!(
            "the replications can hardly have shown what happens when {reason}: up to {} of the jobs could be beyond the bound then",
            percent(self.unseen.share)
        ))
    }

    /// The share of jobs that may be beyond the bound.
    fn allowed(&self) -> Option<f64> {
        let Objective { measure, comparison, bound, chance, .. } = self.objective;
        match measure {
            _ if chance.is_some() => None,
            Measure::OfTime(Statistic::Percentile(share), _) => Some(1.0 - share),
            Measure::ShareWithin(..) if comparison.wants_more() => Some(1.0 - bound),
            Measure::ShareLost(_) if !comparison.wants_more() => Some(*bound),
            _ => None,
        }
    }

    /// Whether a percentile or share has too few jobs for any verdict "met".
    fn too_few_jobs(&self, judgement: &Judgement) -> Option<String> {
        let beyond = self.allowed()?;
        let tenant = judgement.tenant.map_or(0, usize::from);
        let jobs: u64 = self.tallies(tenant).iter().map(|tally| tally.within + tally.beyond + tally.undecided).sum();
        let needed = libm::log((1.0 - self.terms.confidence) / 2.0) / libm::log(1.0 - beyond.clamp(1e-12, 0.5));
        (jobs > 0 && (jobs as f64) < needed).then(|| {
            format!(
                "{jobs} jobs in all replications are too few: even without one beyond the bound it takes {needed:.0}"
            )
        })
    }
}
