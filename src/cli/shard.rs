//! `--shard`: which part of a run plan to run, as typed or as a scheduler names it.

use std::str::FromStr;

use crate::experiment::Shard;

/// The most parts of a plan.
const MOST_PARTS: u32 = 100_000;

/// What `--shard` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ShardArgument {
    /// This part.
    Stated(Shard),
    /// The part that the scheduler names; how many there are only if stated.
    Auto(Option<u32>),
}

impl FromStr for ShardArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "expected a part such as `3/8`, `auto` or `auto/8`, with parts from 1 and at most {MOST_PARTS} of them"
            )
        };
        let (part, parts) = match text.split_once('/') {
            None if text == "auto" => return Ok(Self::Auto(None)),
            None => return Err(wrong()),
            Some((part, parts)) => (part, number(parts).filter(|n| (1..=MOST_PARTS).contains(n)).ok_or_else(wrong)?),
        };
        if part == "auto" {
            return Ok(Self::Auto(Some(parts)));
        }
        number(part).and_then(|part| Shard::new(part, parts)).map(Self::Stated).ok_or_else(wrong)
    }
}

/// Digits only: no sign, no space.
fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The number of this job in its array, from 1 as Slurm and GNU parallel count by the scripts that are written here, or from 0.
struct Task {
    variable: &'static str,
    part: Option<u32>,
}

impl ShardArgument {
    /// The part to run; `variable` reads the environment.
    pub(super) fn resolve(self, variable: impl Fn(&str) -> Option<String>) -> Result<Shard, String> {
        let parts = match self {
            Self::Stated(shard) => return Ok(shard),
            Self::Auto(parts) => parts,
        };
        let value = |name: &str| number(&variable(name)?);
        let tasks = [("SLURM_ARRAY_TASK_ID", 0), ("JOB_COMPLETION_INDEX", 1), ("PARALLEL_SEQ", 0)];
        let named = tasks.into_iter().filter(|(name, _)| variable(name).is_some());
        let named: Vec<Task> = named
            .map(|(variable, add)| Task { variable, part: value(variable).map(|id| id.saturating_add(add)) })
            .collect();
        let task = match named.as_slice() {
            [task] => task,
            [] => return Err("this is no job array: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX nor PARALLEL_SEQ is set\nhelp: state the part, such as `--shard 3/8`".to_owned()),
            [one, other, ..] => {
                return Err(format!("both {} and {} are set\nhelp: state the part, such as `--shard \"${}/8\"`", one.variable, other.variable, other.variable));
            }
        };
        let whole = || whole_array(task, &value);
        let parts = parts.map_or_else(whole, Ok)?;
        task.part.and_then(|part| Shard::new(part, parts)).ok_or_else(|| {
            let found = variable(task.variable).unwrap_or_default();
            let range = if task.variable == "JOB_COMPLETION_INDEX" {
                format!("0 to {}", parts - 1)
            } else {
                format!("1 to {parts}")
            };
            format!("{} is `{found}`, and of {parts} parts it must be {range}", task.variable)
        })
    }
}

/// How many parts there are if this is the whole of an array; one that was submitted again in part does not tell.
fn whole_array(task: &Task, value: &impl Fn(&str) -> Option<u32>) -> Result<u32, String> {
    let least = value("SLURM_ARRAY_TASK_MIN");
    let [most, count] = ["SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_COUNT"].map(value);
    match (task.variable, least, most, count) {
        ("SLURM_ARRAY_TASK_ID", Some(1), Some(most), Some(count)) if most == count => Ok(count),
        ("SLURM_ARRAY_TASK_ID", ..) => Err(
            "the job array is not one from 1 to N, so it does not tell how many parts there are\nhelp: state it, such as `--shard auto/8`".to_owned(),
        ),
        (variable, ..) => Err(format!("{variable} does not tell how many parts there are\nhelp: state it, such as `--shard auto/8`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(argument: &str, environment: &[(&str, &str)]) -> Result<String, String> {
        let argument: ShardArgument = argument.parse().unwrap();
        let find = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        argument.resolve(find).map(|shard| shard.to_string())
    }

    const ARRAY: [(&str, &str); 4] = [
        ("SLURM_ARRAY_TASK_ID", "3"),
        ("SLURM_ARRAY_TASK_MIN", "1"),
        ("SLURM_ARRAY_TASK_MAX", "8"),
        ("SLURM_ARRAY_TASK_COUNT", "8"),
    ];

    #[test]
    fn a_part_is_taken_as_typed_or_as_the_scheduler_names_it() {
        let part = Ok("part 3 of 8".to_owned());
        assert_eq!(resolve("3/8", &ARRAY), part);
        assert_eq!(resolve("auto", &ARRAY), part);
        assert_eq!(resolve("auto/8", &ARRAY[..1]), part, "some parts submitted again");
        assert_eq!(resolve("auto/8", &[("JOB_COMPLETION_INDEX", "2")]), part, "from 0");
        assert_eq!(resolve("auto/8", &[("PARALLEL_SEQ", "3")]), part);
    }

    #[test]
    fn what_does_not_name_a_part_is_refused() {
        let error = |argument: &str, environment: &[(&str, &str)]| resolve(argument, environment).unwrap_err();
        assert!(error("auto/8", &[]).contains("no job array"));
        assert!(error("auto", &ARRAY[..1]).contains("--shard auto/8"), "how many is not known");
        let again =
            [ARRAY[0], ("SLURM_ARRAY_TASK_MIN", "3"), ("SLURM_ARRAY_TASK_MAX", "4"), ("SLURM_ARRAY_TASK_COUNT", "2")];
        assert!(error("auto", &again).contains("not one from 1 to N"));
        assert!(error("auto", &[("JOB_COMPLETION_INDEX", "2")]).contains("how many parts"));
        assert!(error("auto/2", &ARRAY).contains("is `3`, and of 2 parts it must be 1 to 2"));
        assert!(error("auto/8", &[("SLURM_ARRAY_TASK_ID", "0")]).contains("1 to 8"));
        assert!(error("auto/8", &[("JOB_COMPLETION_INDEX", "8")]).contains("0 to 7"));
        assert!(error("auto/8", &[("PARALLEL_SEQ", "-1")]).contains("is `-1`"));
        assert!(error("auto/8", &[ARRAY[0], ("PARALLEL_SEQ", "1")]).contains("both"));
    }

    #[test]
    fn only_parts_that_can_be_are_accepted() {
        for wrong in
            ["", "3", "3/", "/8", "0/8", "9/8", "+1/8", "1/0", "auto/0", "auto/", "a/b", "1/100001", "1/8/2", "Auto"]
        {
            assert!(wrong.parse::<ShardArgument>().is_err(), "{wrong}");
        }
    }
}
