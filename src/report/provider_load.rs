//! What is asked of each provider, in a sentence, before anything is simulated. Retries are not counted.

use super::load::OfferedLoad;
use crate::model::{CallRate, Model, Provider, ProviderId};
use crate::units::{Human, human_count, human_seconds};

/// From this share on a provider is called nearly full.
const NEARLY_FULL: f64 = 0.9;

/// A sentence for the cap and one for the rate of each provider.
pub(super) fn provider_sentences(model: &Model, load: &OfferedLoad) -> Vec<String> {
    let sentences = |(id, provider): (u16, &Provider)| {
        let needs = |class: &usize| model.classes()[*class].fate.provider == Some(ProviderId(id));
        let classes = (0..model.classes().len()).filter(needs);
        let (jobs, erlangs) =
            classes.fold((0.0, 0.0), |sum, i| (sum.0 + load.classes[i].jobs, sum.1 + load.classes[i].erlangs));
        let per_second = jobs / model.horizon().as_secs_f64();
        let cap = provider.concurrent.map(|cap| cap_sentence(&provider.name, erlangs, cap));
        cap.into_iter().chain(provider.rate.map(|rate| rate_sentence(&provider.name, per_second, rate)))
    };
    (0..).zip(model.providers()).flat_map(sentences).collect()
}

fn cap_sentence(name: &str, erlangs: f64, cap: u32) -> String {
    let needs = human_count(erlangs);
    verdict(&format!("`{name}` needs {needs} of {cap} concurrent calls on average"), erlangs / f64::from(cap))
}

fn rate_sentence(name: &str, per_second: f64, rate: CallRate) -> String {
    let (most, terms) = match rate {
        CallRate::FixedWindow { calls, per } => {
            let terms = format!("{calls} in each {}", human_seconds(per.as_secs_f64(), Human::Prose));
            (f64::from(calls) / per.as_secs_f64(), terms)
        }
        CallRate::TokenBucket { every, .. } => {
            (1.0 / every.as_secs_f64(), format!("one every {}", human_seconds(every.as_secs_f64(), Human::Prose)))
        }
    };
    let share = per_second / most;
    verdict(&format!("`{name}` is called at {:.0} % of its rate, {terms}", share * 100.0), share)
}

fn verdict(lead: &str, share: f64) -> String {
    match share {
        s if s >= 1.0 => {
            format!("{lead}: unstable; jobs that wait for it hold more and more workers to the end of the run.")
        }
        s if s >= NEARLY_FULL => {
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
        let text = cap_sentence("mailer", 12.0, 10);
        assert!(text.starts_with("`mailer` needs 12 of 10 concurrent calls on average: unstable"), "{text}");
        assert!(cap_sentence("mailer", 9.5, 10).contains("nearly full"));
        let minute = CallRate::FixedWindow { calls: 120, per: SimDuration::from_secs(60) };
        assert_eq!(
            rate_sentence("mailer", 1.0, minute),
            "`mailer` is called at 50 % of its rate, 120 in each 1 min: stable."
        );
        let bucket = CallRate::TokenBucket { every: SimDuration::from_secs(2), burst: 9 };
        assert!(rate_sentence("mailer", 0.5, bucket).contains("at 100 % of its rate, one every 2 s: unstable"));
    }
}
