//! What objectives are judged by in one replication.

use super::view::{Figures, mean_of};
use crate::experiment::record::bounds::BoundCount;
use crate::experiment::unit::{Evidence, Key, Subject, TimesProfile, Value};
use crate::metric::Metric;
use crate::model::{Measure, Objective, Scope, Statistic};

impl Figures<'_> {
    pub(in crate::experiment) fn evidence(
        &self,
        i: usize,
        (objective, figures): (&Objective, &[(Key, Value)]),
    ) -> Evidence {
        let losses = self.recorder.losses.iter().find(|loss| loss.objective == i);
        if let Some(losses) = losses {
            return Evidence { tallies: losses.tallies.clone(), ..Evidence::default() };
        }
        let value = self.own_value(i, (objective, figures));
        let Some(bound) = self.bound(i) else { return Evidence { value, ..Evidence::default() } };
        let times: Vec<TimesProfile> = bound.times.iter().map(TimesProfile::of).collect();
        let most_late = bound.most_late.as_ref().map(|late| late.seconds(self.recorder.warmup()));
        Evidence { value, tallies: bound.tallies.clone(), times, most_late }
    }

    /// The value of a measure in this replication alone, where that is not a matter of counting jobs.
    pub(super) fn own_value(&self, i: usize, (objective, figures): (&Objective, &[(Key, Value)])) -> Value {
        let scope = objective.scope;
        match (objective.measure, scope) {
            (Measure::OfTime(statistic, _), _) if !objective.among.is_all() => {
                let times: Vec<TimesProfile> =
                    self.bound(i).into_iter().flat_map(|bound| &bound.times).map(TimesProfile::of).collect();
                match statistic {
                    Statistic::Max => times.iter().filter_map(TimesProfile::max).map(Value::from).reduce(Value::max),
                    // The tenant with the largest mean decides.
                    _ => times.iter().map(|times| mean_of(std::iter::once(times))).reduce(Value::max),
                }
                .unwrap_or_default()
            }
            (Measure::OfTime(Statistic::Max, quantity), _) => self.longest_time(scope, quantity),
            (Measure::OfTime(_, quantity), _) => self.mean_time(scope, quantity),
            (Measure::TimeAbove(..), _) => self.bound(i).map_or_else(Value::default, |bound| self.time_above(bound)),
            (Measure::Figure(Metric::FiredAfter), Scope::Alert(id)) => self.fired_after(id),
            (Measure::Figure(metric), _) => figure_of(figures, (metric, scope)),
            (Measure::ShareWithin(..) | Measure::ShareLost(_) | Measure::CountLost(_), _) => Value::default(),
        }
    }

    pub(in crate::experiment) fn bound(&self, objective: usize) -> Option<&BoundCount> {
        self.recorder.bounds.iter().find(|bound| bound.objective == objective)
    }

    pub(super) fn time_above(&self, bound: &BoundCount) -> Value {
        let late = bound.late.as_ref().map(|late| late.total(self.recorder.steps.horizon()).as_secs_f64());
        let jobs = bound.tallies.iter().map(|tally| tally.within + tally.beyond).sum();
        Value { value: late, count: Some(jobs), ..Value::default() }
    }
}

/// The value of a metric of a part of the model, or of all where it is only of all; none where it is added by another run, as false
/// alarms are.
fn figure_of(figures: &[(Key, Value)], (metric, scope): (Metric, Scope)) -> Value {
    let is_known = metric.scopes().contains(&scope.kind());
    let subject = Subject::Part(if is_known { scope } else { Scope::All });
    let own = |(key, _): &&(Key, Value)| *key == Key { subject, metric };
    figures.iter().find(own).map_or_else(Value::default, |(_, value)| *value)
}
