//! Worlds with the smallest and the largest values that can be written: each is simulated or refused, in bounded time and memory, and
//! never ends in a panic.

use std::time::{Duration, Instant};

use crate::mutate::Chance;
use crate::{chance, command, count, folder};

/// Nobody waits longer than this for one of them.
const LONGEST: Duration = Duration::from_secs(60);

/// Keys, and values at their ends.
const VALUES: [(&str, &[&str]); 14] = [
    ("run.horizon", &["1ns", "1s", "1d", "1000d", "292y", "1e300s"]),
    ("run.curve_step", &["1ns", "1us", "1s", "292y"]),
    ("run.warmup", &["1ns", "1h59m", "2h", "3h"]),
    ("run.replications", &["1", "2", "1000000", "4294967296", "0"]),
    ("run.confidence", &["50%", "99.9999999%", "100%", "0%"]),
    ("run.backlog_limit", &["0", "1", "1000000000", "18446744073709551615"]),
    ("jobs.mail.arrivals.poisson.rate", &["0/s", "1e-12/s", "1e9/s", "1e308/s", "1/292y"]),
    ("jobs.mail.service_time.exponential.mean", &["1ns", "0s", "292y", "1e308s"]),
    ("jobs.mail.service_time", &["{ lognormal = { mean = \"1s\", cv = 1e9 } }", "{ constant = \"0s\" }"]),
    ("jobs.mail.tenants", &["1", "65535", "65536", "4294967296"]),
    ("jobs.mail.failure", &["\"100%\"", "\"1e-300%\""]),
    ("pools.workers.size", &["0", "1", "65535", "4294967295", "-1", "1e30"]),
    ("dispatchers.driver.outages", &["[]", "[{ from = \"0s\", to = \"1ns\" }]", "[{ from = \"0s\", to = \"2h\" }]"]),
    ("jobs.mail.priority", &["-128", "127", "128", "1e9"]),
];

/// A random choice of keys with extreme values, as arguments.
fn world(chance: &mut Chance) -> Vec<String> {
    let mut arguments = Vec::new();
    for _ in 0..=chance.below(3) {
        let (key, values) = chance.one_of(&VALUES);
        arguments.extend(["--set".to_owned(), format!("{key}={}", chance.one_of(values))]);
    }
    arguments
}

/// Short commands are given to worlds whose runs may be long by what is asked of them.
fn is_large(arguments: &[String]) -> bool {
    let large = ["1000d", "292y", "1000000", "e9/s", "1000000000", "4294967295", "=1ns", "=1us"];
    arguments.iter().any(|argument| large.iter().any(|text| argument.contains(text)))
}

#[test]
fn extreme_worlds_are_simulated_or_refused() {
    let (wanted, mut chance) = (count("EXTREMES", 40), chance("extremes"));
    let folder = folder();
    for number in 0..wanted {
        let world = world(&mut chance);
        let name = if is_large(&world) { "explain" } else { "run" };
        let mut given = command(folder.path(), &[name, "world.toml"]);
        given.args(&world);
        if name == "run" {
            given.args(["-q", "--json", "--replications", "2"]);
        }
        let start = Instant::now();
        let output = given.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let world = format!("world {number}: {name} {}", world.join(" "));
        assert!(matches!(output.status.code(), Some(0..=4)), "{world}: {:?}\n{said}", output.status);
        assert!(!said.contains("panicked"), "{world}: {said}");
        assert!(start.elapsed() < LONGEST, "{world} took {:?}", start.elapsed());
    }
    println!("extremes: {wanted}");
}
