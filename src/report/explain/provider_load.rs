//! What is asked of each provider, in a sentence, before anything is simulated. Each attempt of a job is a call.

use super::load::OfferedLoad;
use crate::model::{CallRate, Model, Provider, ProviderId};
use crate::units::{Human, human_count, human_seconds};

/// From this share on a provider is called nearly full.
const NEARLY_FULL: f64 = 0.9;

/// From this factor on the busiest hour is told beside the average.
const MUCH_MORE: f64 = 1.1;

/// What is asked on average and in the busiest hour.
#[derive(Clone, Copy, Debug)]
struct Needs {
    average: f64,
    peak: f64,
}

impl Needs {
    /// As shares of a limit.
    fn of(self, limit: f64) -> Self {
        Self { average: self.average / limit, peak: self.peak / limit }
    }

    /// "9 of 10 concurrent calls on average, up to 14 in the busiest hour".
    fn words(self, average: String, peak: impl Fn(f64) -> String) -> String {
        if self.peak < self.average * MUCH_MORE {
            return average;
        }
        format!("{average}, {} in the busiest hour", peak(self.peak))
    }
}

/// A sentence for the cap and one for the rate of each provider.
pub(in crate::report) fn provider_sentences(model: &Model, load: &OfferedLoad) -> Vec<String> {
    let sentences = |(id, provider): (u16, &Provider)| {
        let needs = |class: &usize| model.classes()[*class].fate.provider == Some(ProviderId(id));
        let classes: Vec<usize> = (0..model.classes().len()).filter(needs).collect();
        let sum = |sum: (f64, f64), i: &usize| (sum.0 + load.classes[*i].attempts, sum.1 + load.classes[*i].erlangs);
        let (attempts, erlangs) = classes.iter().fold((0.0, 0.0), sum);
        let (peak_rate, peak_erlangs) = load.peak_of(usize::from(id));
        let calls = Needs { average: erlangs, peak: peak_erlangs };
        let rates = Needs { average: attempts / model.horizon().as_secs_f64(), peak: peak_rate };
        let cap = provider.concurrent.map(|cap| cap_sentence(&provider.name, calls, cap));
        cap.into_iter().chain(provider.rate.map(|rate| rate_sentence(&provider.name, rates, rate)))
    };
    (0..).zip(model.providers()).flat_map(sentences).collect()
}

fn cap_sentence(name: &str, calls: Needs, cap: u32) -> String {
    let average = format!("`{name}` needs {} of {cap} concurrent calls on average", human_count(calls.average));
    verdict(&calls.words(average, human_count), calls.of(f64::from(cap)))
}

fn rate_sentence(name: &str, per_second: Needs, rate: CallRate) -> String {
    let (most, terms) = match rate {
        CallRate::FixedWindow { calls, per } => {
            let terms = format!("{calls} in each {}", human_seconds(per.as_secs_f64(), Human::Prose));
            (f64::from(calls) / per.as_secs_f64(), terms)
        }
        CallRate::TokenBucket { every, .. } => {
            (1.0 / every.as_secs_f64(), format!("one every {}", human_seconds(every.as_secs_f64(), Human::Prose)))
        }
    };
    let shares = per_second.of(most);
    let average = format!("`{name}` is called at {:.0} % of its rate, {terms}", shares.average * 100.0);
    verdict(&shares.words(average, |share| format!("at {:.0} %", share * 100.0)), shares)
}

fn verdict(lead: &str, shares: Needs) -> String {
    match (shares.average, shares.peak) {
        (average, _) if average >= 1.0 => {
            format!("{lead}: unstable; jobs that wait for it hold more and more workers to the end of the run.")
        }
        (_, peak) if peak >= 1.0 => {
            format!("{lead}: too much in that hour; jobs that wait for it hold more and more workers there.")
        }
        (_, peak) if peak >= NEARLY_FULL => {
            format!("{lead}: stable, but nearly full, so jobs that wait for it hold many workers.")
        }
        _ => format!("{lead}: stable."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    #[test]
    fn a_provider_that_is_asked_for_too_much_is_unstable() {
        let even = |needs| Needs { average: needs, peak: needs };
        let text = cap_sentence("mailer", even(12.0), 10);
        assert!(text.starts_with("`mailer` needs 12 of 10 concurrent calls on average: unstable"), "{text}");
        assert!(cap_sentence("mailer", even(9.5), 10).contains("nearly full"));
        let minute = CallRate::FixedWindow { calls: 120, per: SimDuration::from_secs(60) };
        assert_eq!(
            rate_sentence("mailer", even(1.0), minute),
            "`mailer` is called at 50 % of its rate, 120 in each 1 min: stable."
        );
        let bucket = CallRate::TokenBucket { every: SimDuration::from_secs(2), burst: 9 };
        assert!(rate_sentence("mailer", even(0.5), bucket).contains("at 100 % of its rate, one every 2 s: unstable"));
        assert_eq!(
            cap_sentence("mailer", Needs { average: 6.0, peak: 14.0 }, 10),
            "`mailer` needs 6 of 10 concurrent calls on average, 14 in the busiest hour: too much in that hour; jobs that wait for it \
             hold more and more workers there."
        );
    }
}
