//! Every law against its own distribution function and moments, its bits, and its wrong arguments.

use super::*;
use crate::random::ReplicationSeed;

const DRAWS: usize = 20_000;

/// Asymptotic critical value of Kolmogorov and Smirnov for alpha 0.001: sqrt(-ln(alpha / 2) / 2). Conservative for
/// laws with jumps.
const CRITICAL: f64 = 1.949_5;

type Made = Result<Distribution, DistributionError>;

fn laws() -> Vec<(&'static str, Distribution)> {
    let made: Vec<(&str, Made)> = vec![
        ("constant", Distribution::constant(2.5)),
        ("uniform", Distribution::uniform(0.5, 2.0)),
        ("triangular", Distribution::triangular(1.0, 1.5, 4.0)),
        ("triangular at its low end", Distribution::triangular(0.0, 0.0, 2.0)),
        ("exponential", Distribution::exponential(0.8)),
        ("erlang", Distribution::erlang(4, 3.0)),
        ("gamma", Distribution::gamma(5.0, 0.7)),
        ("gamma below shape 1", Distribution::gamma(1.0, 2.0)),
        ("lognormal", Distribution::lognormal(5.0, 1.0)),
        ("lognormal from percentiles", Distribution::lognormal_from_percentiles((0.5, 1.5), (0.99, 9.0))),
        ("weibull", Distribution::weibull(1.0, 0.5)),
        ("weibull with a long tail", Distribution::weibull(2.0, 2.0)),
        ("weibull from percentiles", Distribution::weibull_from_percentiles((0.5, 1.0), (0.95, 3.0))),
        ("bounded pareto", Distribution::bounded_pareto(1.5, 1.0, 1_000.0)),
        ("bounded pareto of shape 1", Distribution::bounded_pareto(1.0, 2.0, 50.0)),
        ("hyperexponential", Distribution::hyperexponential(&[(0.9, 1.0), (0.1, 30.0)])),
        ("hyperexponential by cv", Distribution::hyperexponential_by_cv(1.0, 2.0)),
        ("mixture", mixture_of_kinds()),
        ("empirical quantiles", Distribution::empirical_quantiles(&[(0.0, 1.0), (0.5, 2.0), (0.9, 2.0), (1.0, 10.0)])),
        ("empirical values", Distribution::empirical_values(vec![3.0, 1.0, 1.0, 7.5])),
    ];
    made.into_iter().map(|(name, law)| (name, law.unwrap())).collect()
}

fn mixture_of_kinds() -> Made {
    let inner =
        Distribution::mixture(vec![(1.0, Distribution::uniform(0.0, 1.0)?), (1.0, Distribution::constant(2.0)?)]);
    Distribution::mixture(vec![(3.0, Distribution::lognormal(1.0, 0.5)?), (1.0, inner?)])
}

fn draws(law: &Distribution, name: &str, n: usize) -> Vec<f64> {
    let mut stream = ReplicationSeed { master: 11, replication: 0 }.stream(name);
    (0..n).map(|_| law.sample(&mut stream)).collect()
}

/// The largest distance between the distribution function of the draws and that of the law, times sqrt(n), on both sides of
/// every jump.
fn kolmogorov_smirnov(mut draws: Vec<f64>, law: &Distribution) -> f64 {
    draws.sort_by(f64::total_cmp);
    let n = draws.len() as f64;
    let mut largest = 0.0_f64;
    let mut below = 0;
    for equal in draws.chunk_by(|a, b| a == b) {
        let up_to = below + equal.len();
        let before = (below as f64 / n - law.cdf(equal[0].next_down())).abs();
        let after = (up_to as f64 / n - law.cdf(equal[0])).abs();
        largest = largest.max(before).max(after);
        below = up_to;
    }
    largest * n.sqrt()
}

#[test]
fn draws_follow_the_distribution_function_of_every_law() {
    for (name, law) in laws() {
        let distance = kolmogorov_smirnov(draws(&law, name, DRAWS), &law);
        assert!(distance < CRITICAL, "{name}: {distance}");
    }
}

#[test]
fn draws_of_a_slightly_different_law_are_refused() {
    let base = Distribution::exponential(1.0).unwrap();
    let wrong = [
        Distribution::exponential(1.06),
        Distribution::gamma(1.0, 0.95),
        Distribution::lognormal(1.0, 1.0),
        Distribution::weibull(1.0, 1.06),
    ];
    for law in wrong.map(Result::unwrap) {
        let distance = kolmogorov_smirnov(draws(&law, "wrong", DRAWS), &base);
        assert!(distance > CRITICAL, "{law:?}: {distance}");
    }
}

/// Inside 4.5 standard errors of the mean of independent blocks; skewed laws need the blocks to be long.
fn check_moment(name: &str, exact: f64, powers: &[f64]) {
    let blocks: Vec<f64> = powers.chunks(2_000).map(|block| block.iter().sum::<f64>() / block.len() as f64).collect();
    let n = blocks.len() as f64;
    let mean = blocks.iter().sum::<f64>() / n;
    let variance = blocks.iter().map(|block| (block - mean) * (block - mean)).sum::<f64>() / (n - 1.0);
    let allowed = 4.5 * (variance / n).sqrt() + 1e-12 * exact;
    assert!((mean - exact).abs() <= allowed, "{name}: {mean} against {exact} +- {allowed}");
}

#[test]
fn mean_and_cv_are_those_of_the_draws() {
    for (name, law) in laws() {
        let draws = draws(&law, name, 200_000);
        let (mean, cv) = (law.mean(), law.cv());
        check_moment(name, mean, &draws);
        let squares: Vec<f64> = draws.iter().map(|x| (x - mean) * (x - mean)).collect();
        check_moment(name, cv * cv * mean * mean, &squares);
    }
}

fn assert_close(found: f64, stated: f64, what: &str) {
    assert!((found / stated - 1.0).abs() < 1e-9, "{what}: {found} against {stated}");
}

#[test]
fn laws_by_mean_and_cv_have_them() {
    for cv in [0.001, 0.1, 0.7, 1.0, 2.0, 30.0, 1_000.0] {
        for law in [Distribution::gamma(3.0, cv), Distribution::lognormal(3.0, cv), Distribution::weibull(3.0, cv)] {
            let law = law.unwrap();
            assert_close(law.mean(), 3.0, &format!("{law:?}"));
            assert_close(1.0 + law.cv(), 1.0 + cv, &format!("{law:?}"));
        }
    }
    for cv in [1.0, 1.5, 10.0, 1_000.0] {
        let law = Distribution::hyperexponential_by_cv(3.0, cv).unwrap();
        assert_close(law.mean(), 3.0, "mean");
        assert_close(law.cv(), cv, "cv");
    }
    assert_close(Distribution::erlang(4, 2.0).unwrap().cv(), 0.5, "erlang");
}

#[test]
fn laws_from_percentiles_have_them_in_whatever_order_they_are_given() {
    let pairs = [((0.5, 1.5), (0.99, 9.0)), ((0.95, 40.0), (0.5, 15.0)), ((0.001, 0.01), (0.999_9, 1_000.0))];
    for (a, b) in pairs {
        let lognormal = Distribution::lognormal_from_percentiles(a, b).unwrap();
        let weibull = Distribution::weibull_from_percentiles(a, b).unwrap();
        for (share, value) in [a, b] {
            assert_close(lognormal.cdf(value), share, "lognormal");
            assert_close(weibull.cdf(value), share, "weibull");
        }
        assert_eq!(lognormal, Distribution::lognormal_from_percentiles(b, a).unwrap());
    }
}

#[test]
fn special_cases_of_a_law_are_the_simpler_law() {
    let exponential = Distribution::exponential(2.0).unwrap();
    let same = [
        Distribution::erlang(1, 2.0),
        Distribution::gamma(2.0, 1.0),
        Distribution::weibull(2.0, 1.0),
        Distribution::hyperexponential_by_cv(2.0, 1.0),
        Distribution::hyperexponential(&[(1.0, 2.0)]),
    ];
    for law in same.map(Result::unwrap) {
        for x in [0.0, 0.1, 1.0, 5.0, 20.0] {
            assert!((law.cdf(x) - exponential.cdf(x)).abs() < 1e-10, "{law:?} at {x}");
        }
    }
}

#[test]
fn a_scaled_law_draws_scaled_values() {
    for (name, law) in laws() {
        let scaled = law.scaled(30.0).unwrap();
        assert_close(scaled.mean(), 30.0 * law.mean(), name);
        assert_close(1.0 + scaled.cv(), 1.0 + law.cv(), name);
        let pairs = draws(&law, name, 1_000).into_iter().zip(draws(&scaled, name, 1_000));
        pairs.for_each(|(plain, thirty)| assert_close(thirty, 30.0 * plain, name));
    }
}

#[test]
fn draws_stay_in_the_range_of_their_law() {
    let ranges = [
        (Distribution::uniform(0.5, 2.0), 0.5, 2.0),
        (Distribution::triangular(1.0, 4.0, 4.0), 1.0, 4.0),
        (Distribution::bounded_pareto(0.1, 1.0, 1e9), 1.0, 1e9),
        (Distribution::empirical_quantiles(&[(0.0, 3.0), (1.0, 5.0)]), 3.0, 5.0),
        (Distribution::gamma(1.0, 100.0), 0.0, 1e6),
    ];
    for (law, low, high) in ranges {
        let draws = draws(&law.unwrap(), "range", DRAWS);
        assert!(draws.iter().all(|x| (low..=high).contains(x)));
    }
}

#[test]
fn every_law_keeps_the_bits_of_its_first_draws() {
    let found: Vec<String> = laws()
        .iter()
        .map(|(name, law)| {
            let bits: Vec<String> = draws(law, name, 4).iter().map(|x| format!("{:016x}", x.to_bits())).collect();
            format!("{name}: {}", bits.join(" "))
        })
        .collect();
    assert_eq!(found.join("\n"), GOLDEN.trim());
}

const GOLDEN: &str = "
constant: 4004000000000000 4004000000000000 4004000000000000 4004000000000000
uniform: 3fff4072e5827acf 3ffae57406dd089a 3fedda9f0ab7315a 3ff74793d784061c
triangular: 40085777de983716 4001a3044af7167b 3ff5ef70fd3de52b 3ff1c6611c146274
triangular at its low end: 3fe9c60b519cde9e 3ff3c31ce8db8b76 3ffeaca0108d7a46 3ff70869ed233d80
exponential: 3fcbab4a8b9e6230 3feef95ba825c504 3fb644084f492f94 3fe575b8f9be9321
erlang: 4015992f6004d084 3ff9c7996593482f 4007d7f387c805fc 40024a51e6f68551
gamma: 40169062d9c50eb4 3fe806aa197e4b12 40133e000c9a47b6 402605fa8bc9292d
gamma below shape 1: 3f7029b1cbd597d4 3fe278c56cb6df0e 3f88892d18fbfdeb 3ef6590a15f7b144
lognormal: 402dcdca827c0068 400267dcd74194f2 4004816b4814f006 3ff5774536674036
lognormal from percentiles: 3ff9bd3c1606a4d7 3ffee2f8c549095f 3ffd46105448954f 3fe1323de58b2df4
weibull: 3ff2759543d84e74 3fd7272e678bfeaa 3ff7b2ad1407a71a 3fea512d2a8cbdde
weibull with a long tail: 3fffb8600a310e11 3fad37339eb1e3d7 4034b4b60c12d207 402da81906b00361
weibull from percentiles: 400214d1baafb3f4 3ff87682bdb1eb4d 3ff0adbef80482f6 3fdbc66ad14bfe9b
bounded pareto: 3ff2c8589621fc31 3ff39fc1d74f9c6d 3ff10cbe24fc1e6b 40011d5ec23317cf
bounded pareto of shape 1: 401b618c50d7a250 4030ee516c94cf82 40109c8b67743113 400e611361c976e5
hyperexponential: 3fd74795f05372d9 3fe492b18545e99d 3ff5cbdeb9f09fd5 4003ca0eabed32ee
hyperexponential by cv: 3ff151360cb17172 3fd1e23cf15c5606 3fd2fcc3d02498da 3fc0d9680502c84e
mixture: 4000000000000000 3ffa92038ccea6f3 3ff006d1b64548ae 4000000000000000
empirical quantiles: 4000000000000000 3ff65e5721b38a81 3ff85fe11a48d89b 3ffd1530c0c3c871
empirical values: 3ff0000000000000 401e000000000000 3ff0000000000000 4008000000000000
";

#[test]
fn numbers_that_make_no_law_are_refused() {
    const BAD: [f64; 4] = [f64::NAN, f64::INFINITY, -1.0, 0.0];
    for bad in BAD {
        let refused: Vec<Made> = vec![
            Distribution::exponential(bad),
            Distribution::erlang(2, bad),
            Distribution::gamma(bad, 1.0),
            Distribution::gamma(1.0, bad),
            Distribution::lognormal(bad, 1.0),
            Distribution::lognormal(1.0, bad),
            Distribution::weibull(bad, 1.0),
            Distribution::weibull(1.0, bad),
            Distribution::uniform(1.0, bad),
            Distribution::triangular(0.5, bad, 2.0),
            Distribution::triangular(0.5, 1.0, bad),
            Distribution::bounded_pareto(bad, 1.0, 2.0),
            Distribution::bounded_pareto(1.0, bad, 2.0),
            Distribution::bounded_pareto(1.0, 1.0, bad),
            Distribution::hyperexponential(&[(1.0, bad)]),
            Distribution::hyperexponential(&[(bad, 1.0), (1.0, 1.0)]),
            Distribution::hyperexponential_by_cv(bad, 2.0),
            Distribution::hyperexponential_by_cv(1.0, bad),
            Distribution::lognormal_from_percentiles((bad, 1.0), (0.9, 2.0)),
            Distribution::lognormal_from_percentiles((0.5, bad), (0.9, 2.0)),
            Distribution::weibull_from_percentiles((0.5, 1.0), (bad, 2.0)),
            Distribution::weibull_from_percentiles((0.5, 1.0), (0.9, bad)),
            Distribution::mixture(vec![(bad, Distribution::constant(1.0).unwrap())]),
            Distribution::constant(1.0).and_then(|law| law.scaled(bad)),
        ];
        for (i, made) in refused.iter().enumerate() {
            let error = made.as_ref().expect_err(&format!("case {i} with {bad}"));
            assert!(!error.parameter().is_empty() && error.to_string().contains(error.problem()));
        }
    }
    // Zero is a valid value, lower end, quantile and measurement.
    for bad in &BAD[..3] {
        assert!(Distribution::constant(*bad).is_err());
        assert!(Distribution::uniform(*bad, 2.0).is_err());
        assert!(Distribution::triangular(*bad, 1.0, 2.0).is_err());
        assert!(Distribution::empirical_values(vec![1.0, *bad]).is_err());
        assert!(Distribution::empirical_quantiles(&[(0.0, *bad), (1.0, 2.0)]).is_err());
        assert!(Distribution::empirical_quantiles(&[(0.0, 0.0), (0.5, *bad), (1.0, 2.0)]).is_err());
        assert!(Distribution::empirical_quantiles(&[(0.0, 0.0), (*bad, 1.0), (1.0, 2.0)]).is_err());
    }
    assert!(Distribution::constant(0.0).is_ok());
}

#[track_caller]
fn refusal(made: &Made) -> String {
    made.as_ref().expect_err("must be refused").to_string()
}

#[test]
fn a_refusal_says_what_was_found_and_what_is_accepted() {
    let cases = [
        (Distribution::exponential(-1.0), "`mean`: must be positive and finite, got -1.0"),
        (Distribution::erlang(0, 1.0), "`shape`: must be from 1 to 1000000, got 0"),
        (Distribution::gamma(1.0, 0.0), "`cv`: must be from 0.001 to 1000, got 0.0 (without variation use `constant`)"),
        (
            Distribution::hyperexponential_by_cv(1.0, 0.5),
            "`cv`: must be from 1 to 1000 for `hyperexponential`, got 0.5 (below 1 use `gamma`)",
        ),
        (Distribution::uniform(2.0, 2.0), "`high`: must be above `low` (2.0), got 2.0"),
        (Distribution::triangular(1.0, 3.0, 2.0), "`mode`: must be from `low` (1.0) to `high` (2.0), got 3.0"),
        (
            Distribution::lognormal_from_percentiles((0.5, 9.0), (0.99, 1.5)),
            "`percentiles`: no distribution has p50 = 9.0 and p99 = 1.5: p99 must be above p50",
        ),
        (
            Distribution::weibull_from_percentiles((0.5, 2.0), (0.999, 2.0)),
            "`percentiles`: no distribution has p50 = 2.0 and p99.9 = 2.0: p99.9 must be above p50",
        ),
        (
            Distribution::lognormal_from_percentiles((0.5, 1.0), (0.5, 2.0)),
            "`percentiles`: two different percentiles are needed, got p50 twice",
        ),
        (Distribution::hyperexponential(&[(0.5, 1.0), (0.4, 2.0)]), "`parts`: the shares must add up to 1, got 0.9"),
        (Distribution::mixture(vec![]), "`parts`: at least one is needed, got none"),
        (Distribution::hyperexponential(&[]), "`parts`: at least one is needed, got none"),
        (Distribution::empirical_values(vec![]), "`values`: at least one is needed, got none"),
        (
            Distribution::empirical_quantiles(&[(0.0, 1.0), (0.9, 2.0)]),
            "`quantiles`: must start with the minimum (share 0) and end with the maximum (share 1)",
        ),
        (
            Distribution::empirical_quantiles(&[(0.0, 1.0), (0.5, 3.0), (0.5, 4.0), (1.0, 5.0)]),
            "`quantiles`: the shares must ascend, got 0.5 after 0.5",
        ),
        (
            Distribution::empirical_quantiles(&[(0.0, 1.0), (0.5, 3.0), (1.0, 2.0)]),
            "`quantiles`: no distribution has a smaller value for a larger share, got 2.0 after 3.0",
        ),
        (
            Distribution::exponential(1e200),
            "`distribution`: its mean and standard deviation are too large to compute with",
        ),
    ];
    for (made, text) in cases {
        assert_eq!(refusal(&made), text);
    }
}
