//! `fair`: deficit round robin in worker time (Shreedhar and Varghese, "Efficient fair queuing using deficit round-robin", 1996).
//!
//! Nobody knows what a job takes before it ran, so a party is served while it has credit and pays afterwards; it starts the next
//! round with its debt (surplus round robin). A party without jobs pays debts as rounds pass but saves no credit.
//!
//! The turn goes from party to party, and each earns as it comes. Nobody walks with it: when the turn will come to a party that has
//! credit then is known when its credit changes, and the least of these times says who is next. What a party earns meanwhile is
//! entered when it is asked for.

use std::collections::BTreeSet;

use crate::units::SimDuration;

/// Credits and quanta are counted in this part of a nanosecond, as weights need not be whole.
const PARTS: f64 = 1_048_576.0;

#[derive(Clone, Debug)]
pub(crate) struct Fair {
    /// What each party earns in a round.
    quanta: Vec<i128>,
    parties: Vec<Party>,
    /// Steps of the turn so far: it is with the party whose number is the remainder.
    step: u128,
    /// The parties that have a job that may be taken, by the step at which the turn comes to them and they have credit.
    due: BTreeSet<(u128, usize)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Party {
    /// As it was at a step; negative: debt.
    credit: i128,
    at: u128,
    /// Where it is in `due`; `None`: it has no job that may be taken.
    due: Option<u128>,
}

impl Fair {
    /// With the worker time in nanoseconds that each party earns in a round; all positive.
    pub(crate) fn new(quanta: Vec<f64>) -> Self {
        let quanta: Vec<i128> = quanta.into_iter().map(|quantum| ((quantum * PARTS).round() as i128).max(1)).collect();
        // The first step brings the turn to the first party.
        let step = 2 * quanta.len() as u128 - 1;
        let parties = vec![Party { at: step, ..Party::default() }; quanta.len()];
        Self { quanta, parties, step, due: BTreeSet::new() }
    }

    /// The parties that have a job that may be taken.
    pub(crate) fn open(&self) -> impl Iterator<Item = usize> + '_ {
        self.due.iter().map(|(_, party)| *party)
    }

    /// Whether a party has a job that may be taken.
    pub(crate) fn set_open(&mut self, party: usize, open: bool) {
        if self.parties[party].due.is_some() == open {
            return;
        }
        self.settle(party);
        if let Some(due) = self.parties[party].due.take() {
            self.due.remove(&(due, party));
        } else {
            self.plan(party);
        }
    }

    /// The party that is served next; `None`: no party has a job.
    pub(crate) fn pick(&mut self) -> Option<usize> {
        let (due, party) = *self.due.first()?;
        self.step = due;
        Some(party)
    }

    pub(crate) fn charge(&mut self, party: usize, service: SimDuration) {
        self.settle(party);
        self.parties[party].credit -= i128::from(service.as_nanos()) * PARTS as i128;
        if let Some(due) = self.parties[party].due.take() {
            self.due.remove(&(due, party));
            self.plan(party);
        }
    }

    /// Enters what a party has earned. Without a job it saves nothing.
    fn settle(&mut self, party: usize) {
        let count = self.quanta.len() as u128;
        let Party { credit, at, due } = self.parties[party];
        let passes_to = |step: u128| (step + count - party as u128) / count;
        let passes = (passes_to(self.step) - passes_to(at)) as i128;
        let earned = credit + passes * self.quanta[party];
        let credit = if passes == 0 || due.is_some() { earned } else { earned.min(0) };
        self.parties[party] = Party { credit, at: self.step, due };
    }

    /// Finds when the turn comes to a party that has a job, and it has credit; it is settled.
    fn plan(&mut self, party: usize) {
        let (count, credit, quantum) = (self.quanta.len() as u128, self.parties[party].credit, self.quanta[party]);
        let place = self.step % count;
        let due = if place == party as u128 && credit > 0 {
            self.step
        } else {
            let to_come = (party as u128 + count - place - 1) % count + 1;
            let rounds_in_debt = if credit > 0 { 0 } else { (-credit / quantum) as u128 };
            self.step + to_come + rounds_in_debt * count
        };
        self.parties[party].due = Some(due);
        self.due.insert((due, party));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;
    use rand::RngExt;

    /// Exactly these parties have jobs.
    fn pick(fair: &mut Fair, parties: &[usize]) -> usize {
        (0..fair.quanta.len()).for_each(|party| fair.set_open(party, parties.contains(&party)));
        fair.pick().unwrap()
    }

    /// The rule step by step: whose turn it is earns as it comes, and keeps it only if it has jobs.
    struct Plain {
        quanta: Vec<i128>,
        credit: Vec<i128>,
        turn: usize,
    }

    impl Plain {
        fn pick(&mut self, parties: &[usize]) -> usize {
            while !(parties.contains(&self.turn) && self.credit[self.turn] > 0) {
                self.turn = (self.turn + 1) % self.quanta.len();
                let credit = self.credit[self.turn] + self.quanta[self.turn];
                self.credit[self.turn] = if parties.contains(&self.turn) { credit } else { credit.min(0) };
            }
            self.turn
        }
    }

    #[test]
    fn it_serves_whom_the_rule_serves_step_by_step() {
        let mut stream = ReplicationSeed { master: 7, replication: 0 }.stream("fair");
        for parties in 1..8_usize {
            let quanta: Vec<i128> = (0..parties).map(|_| i128::from(stream.random_range(1..5_u32))).collect();
            let mut fair = Fair::new(quanta.iter().map(|&quantum| quantum as f64).collect());
            let mut plain = Plain { credit: vec![0; parties], turn: parties - 1, quanta };
            for _ in 0..2_000 {
                let mut open: Vec<usize> = (0..parties).filter(|_| stream.random::<f64>() < 0.6).collect();
                if open.is_empty() {
                    open.push(0);
                }
                let served = pick(&mut fair, &open);
                assert_eq!(served, plain.pick(&open));
                if stream.random::<f64>() < 0.8 {
                    let service: u64 = stream.random_range(0..40_u64);
                    fair.charge(served, SimDuration::from_nanos(service));
                    plain.credit[served] -= i128::from(service);
                }
            }
        }
    }

    /// Who is served when all have jobs of these lengths in seconds.
    fn served(quanta: &[f64], lengths: &[f64], starts: usize) -> Vec<usize> {
        let mut fair = Fair::new(quanta.iter().map(|quantum| quantum * 1e9).collect());
        let all: Vec<usize> = (0..quanta.len()).collect();
        (0..starts)
            .map(|_| {
                let party = pick(&mut fair, &all);
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
            assert_eq!(pick(&mut fair, &[0]), 0);
            fair.charge(0, SimDuration::from_secs(1));
        }
        let mut served = Vec::new();
        for _ in 0..6 {
            let party = pick(&mut fair, &[0, 1]);
            fair.charge(party, SimDuration::from_secs(1));
            served.push(party);
        }
        assert_eq!(served.iter().filter(|&&party| party == 1).count(), 3, "{served:?}");
    }
}
