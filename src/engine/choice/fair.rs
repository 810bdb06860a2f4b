//! `fair`: deficit round robin in worker time (Shreedhar and Varghese, "Efficient fair queuing using deficit round-robin", 1996).
//!
//! Nobody knows what a job takes before it ran, so a party is served while it has credit and pays afterwards; it starts the next
//! round with its debt (surplus round robin). A party without jobs pays debts as rounds pass but saves no credit.

use crate::units::SimDuration;

#[derive(Clone, Debug)]
pub(super) struct Fair {
    /// What each party earns in a round, in nanoseconds.
    quanta: Vec<f64>,
    /// Credit of each party in nanoseconds; negative: debt.
    credit: Vec<f64>,
    /// Whether each party has a job that may be taken.
    open: Vec<bool>,
    /// Whose turn it is.
    turn: usize,
}

impl Fair {
    /// With the worker time that each party earns in a round; all positive.
    pub(super) fn new(quanta: Vec<f64>) -> Self {
        let parties = quanta.len();
        Self { quanta, credit: vec![0.0; parties], open: vec![false; parties], turn: parties - 1 }
    }

    /// The party of these, at least one, that is served next.
    pub(super) fn pick(&mut self, parties: &[usize]) -> usize {
        self.open.fill(false);
        parties.iter().for_each(|&party| self.open[party] = true);
        loop {
            for _ in 0..=self.quanta.len() {
                if self.open[self.turn] && self.credit[self.turn] > 0.0 {
                    return self.turn;
                }
                self.turn = (self.turn + 1) % self.quanta.len();
                self.earn(self.turn, 1.0);
            }
            self.pass_rounds(parties);
        }
    }

    pub(super) fn charge(&mut self, party: usize, service: SimDuration) {
        self.credit[party] -= service.as_nanos() as f64;
    }

    /// Passes at once all rounds after which everybody is still in debt: a job may cost many quanta.
    fn pass_rounds(&mut self, parties: &[usize]) {
        let needed = |&party: &usize| (-self.credit[party] / self.quanta[party]).floor();
        let rounds = parties.iter().map(needed).fold(f64::INFINITY, f64::min);
        (0..self.quanta.len()).for_each(|party| self.earn(party, rounds));
    }

    fn earn(&mut self, party: usize, rounds: f64) {
        let credit = self.credit[party] + rounds * self.quanta[party];
        self.credit[party] = if self.open[party] { credit } else { credit.min(0.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who is served when all have jobs of these lengths in seconds.
    fn served(quanta: &[f64], lengths: &[f64], starts: usize) -> Vec<usize> {
        let mut fair = Fair::new(quanta.iter().map(|quantum| quantum * 1e9).collect());
        let all: Vec<usize> = (0..quanta.len()).collect();
        (0..starts)
            .map(|_| {
                let party = fair.pick(&all);
                fair.charge(party, SimDuration::from_secs_f64(lengths[party]));
                party
            })
            .collect()
    }

    #[test]
    fn a_long_job_is_paid_for_by_rounds_without_service() {
        // Party 0 pays 3 for its job and has -2; it has 0 after two more rounds, which is no credit, and 1 after three.
        assert_eq!(served(&[1.0, 1.0], &[3.0, 1.0], 9), [0, 1, 1, 1, 0, 1, 1, 1, 0]);
    }

    #[test]
    fn weights_multiply_what_a_round_earns() {
        assert_eq!(served(&[2.0, 1.0], &[1.0, 1.0], 6), [0, 0, 1, 0, 0, 1]);
    }

    #[test]
    fn a_job_of_many_quanta_takes_no_more_time_to_pay_for() {
        let starts = served(&[1e-9, 1e-9], &[3e6, 1e6], 4_000);
        let long = starts.iter().filter(|&&party| party == 0).count();
        assert!((999..=1001).contains(&long), "{long}");
    }

    #[test]
    fn who_has_no_jobs_saves_no_credit() {
        let mut fair = Fair::new(vec![1e9, 1e9]);
        for _ in 0..100 {
            assert_eq!(fair.pick(&[0]), 0);
            fair.charge(0, SimDuration::from_secs(1));
        }
        let mut served = Vec::new();
        for _ in 0..6 {
            let party = fair.pick(&[0, 1]);
            fair.charge(party, SimDuration::from_secs(1));
            served.push(party);
        }
        assert_eq!(served.iter().filter(|&&party| party == 1).count(), 3, "{served:?}");
    }
}
