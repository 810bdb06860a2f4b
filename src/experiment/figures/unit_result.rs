//! From the counts of a replication to its figures, in the fixed order of the report.

use std::sync::Arc;

use super::list::MetricList;
use super::view::Figures;
use crate::experiment::record::records::ClassRecord;
use crate::experiment::unit::{CurveValues, Key, Keys, Packed, Subject, UnitResult, Value};
use crate::metric::Metric;
use crate::model::{DispatcherId, JobClass, Objective, PoolId, QueueId, Scope};

impl Figures<'_> {
    /// All figures; curves only where they are wanted.
    pub(in crate::experiment) fn unit_result(self, objectives: &[Objective], with_curves: bool) -> UnitResult {
        let steps = self.recorder.steps.count();
        let profiles = |class: &ClassRecord| class.waits.profiles(steps);
        let figures = self.figures();
        let evidence = |(i, objective)| self.evidence(i, (objective, &figures));
        let objectives = objectives.iter().enumerate().map(evidence).collect();
        let (figures, values): (Vec<Key>, Vec<Value>) = figures.into_iter().unzip();
        let curves = if with_curves { self.curves() } else { Vec::new() };
        let (curves, of_steps) = curves.into_iter().map(|CurveValues { key, values }| (key, values)).unzip();
        UnitResult {
            keys: Arc::new(Keys { figures, curves }),
            figures: values.into_iter().map(Packed::from).collect(),
            objectives,
            curves: of_steps,
            steps: if with_curves { self.recorder.classes.iter().map(profiles).collect() } else { Vec::new() },
            created: self.recorder.classes.iter().map(|class| class.created).sum(),
            fingerprint: self.fingerprint(),
            times: self.times,
        }
    }

    /// Of the trajectories of all classes by their names, so that the order in which a file names them does not matter.
    fn fingerprint(&self) -> u64 {
        let classes = self.model.classes().iter().zip(&self.recorder.classes);
        let of_class = |(class, record): (&JobClass, &ClassRecord)| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(class.name.as_bytes()).update(&record.fingerprint.to_le_bytes());
            hasher.update(&record.ends.to_le_bytes());
            hasher.finalize().as_bytes()[..8].iter().fold(0, |hash, &byte| hash << 8 | u64::from(byte))
        };
        classes.map(of_class).fold(0, u64::wrapping_add)
    }

    fn figures(&self) -> Vec<(Key, Value)> {
        let mut figures = MetricList::default();
        self.figures_of_jobs(Scope::All, &mut figures);
        if !self.drain_times.is_empty() {
            figures.about(Subject::Part(Scope::All)).add(Metric::DrainTime, self.drain_time());
        }
        self.figures_of_pool(Scope::All, &mut figures);
        self.class_ids().for_each(|id| self.figures_of_jobs(Scope::Class(id), &mut figures));
        (0..self.recorder.queues.len()).for_each(|i| self.figures_of_queue(QueueId(i as u16), &mut figures));
        (0..self.recorder.dispatchers.len())
            .for_each(|i| self.figures_of_dispatcher(DispatcherId(i as u16), &mut figures));
        (0..self.recorder.pools.len()).for_each(|i| self.figures_of_pool(Scope::Pool(PoolId(i as u16)), &mut figures));
        self.figures_of_providers(&mut figures);
        for (i, &drain_time) in self.drain_times.iter().enumerate() {
            figures.about(Subject::Fault(i)).add(Metric::DrainTime, drain_time);
        }
        self.figures_of_alerts(&mut figures);
        figures.0
    }
}
