//! The cheapest sizes of several pools.
//!
//! First the fewest workers of each pool while all others have as many as allowed: no answer has fewer. If these sizes together
//! miss an objective, sizes are tried in the order of their cost, one worker more in one pool at a time, until one meets them. Sizes that
//! are nowhere larger than ones that missed are passed over. All this assumes that a worker more in any pool is never worse.

use super::search::{Row, search};
use crate::experiment::results::Verdict;

/// Sizes are tried until this many were, so that a search ends.
const MOST_TRIED: usize = 400;

/// What sizes there are and what they cost.
#[derive(Clone, PartialEq, Debug)]
pub struct Sizes {
    /// The places of each pool, the first being the fewest workers.
    pub rows: Vec<Row>,
    /// Cost of a worker of each pool; any unit.
    pub costs: Vec<f64>,
}

/// The cheapest sizes that meet all objectives, and whether nothing cheaper is left open.
///
/// # Errors
/// Those of `judge`.
pub fn cheapest<E>(
    sizes: &Sizes,
    judge: &mut dyn FnMut(&[u32]) -> Result<Verdict, E>,
) -> Result<(Option<Vec<u32>>, bool), E> {
    let most: Vec<u32> = sizes.rows.iter().map(|row| row.places - 1).collect();
    let mut least = Vec::new();
    for (pool, row) in sizes.rows.iter().enumerate() {
        let found = search(*row, &mut |place| {
            let mut places = most.clone();
            places[pool] = place;
            judge(&places)
        })?;
        match found.met {
            // What is undecided may still do: it is climbed over, and what of it is cheaper than the answer stays open.
            Some(_) => least.push(found.missed.map_or(0, |missed| missed + 1)),
            None => return Ok((None, found.is_decided(row.places))),
        }
    }
    let (answer, open) = climb(sizes, least, judge)?;
    Ok((answer, !open))
}

/// Tries sizes from the least ones upwards in the order of their cost; also whether something cheaper stayed undecided.
fn climb<E>(
    sizes: &Sizes,
    least: Vec<u32>,
    judge: &mut dyn FnMut(&[u32]) -> Result<Verdict, E>,
) -> Result<(Option<Vec<u32>>, bool), E> {
    let cost = |places: &[u32]| places.iter().zip(&sizes.costs).map(|(&n, cost)| f64::from(n) * cost).sum::<f64>();
    let mut waiting = vec![least];
    let mut missed: Vec<Vec<u32>> = Vec::new();
    let (mut open, mut seen) = (false, 0);
    while let Some(next) = (0..waiting.len())
        .min_by(|&a, &b| cost(&waiting[a]).total_cmp(&cost(&waiting[b])).then_with(|| waiting[a].cmp(&waiting[b])))
    {
        let places = waiting.swap_remove(next);
        let hopeless = missed.iter().any(|sizes| sizes.iter().zip(&places).all(|(missed, place)| place <= missed));
        if !hopeless {
            seen += 1;
            match judge(&places)? {
                Verdict::Met => return Ok((Some(places), open)),
                Verdict::Missed => missed.push(places.clone()),
                Verdict::Undecided | Verdict::NoData => open = true,
            }
        }
        if seen >= MOST_TRIED {
            return Ok((None, true));
        }
        for pool in (0..places.len()).filter(|&pool| places[pool] + 1 < sizes.rows[pool].places) {
            let mut larger = places.clone();
            larger[pool] += 1;
            if !waiting.contains(&larger) {
                waiting.push(larger);
            }
        }
    }
    Ok((None, open))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn sizes(costs: [f64; 2]) -> Sizes {
        Sizes { rows: vec![Row { places: 40, start: 5, neighbours: 0 }; 2], costs: costs.to_vec() }
    }

    fn answer(costs: [f64; 2], meets: impl Fn(u32, u32) -> bool) -> (Option<Vec<u32>>, usize) {
        let mut tried = 0;
        let found = cheapest::<Infallible>(&sizes(costs), &mut |places| {
            tried += 1;
            Ok(if meets(places[0], places[1]) { Verdict::Met } else { Verdict::Missed })
        });
        let (answer, decided) = found.unwrap();
        assert!(decided);
        (answer, tried)
    }

    #[test]
    fn pools_that_do_not_help_each_other_need_no_climb() {
        let (found, tried) = answer([1.0, 1.0], |a, b| a >= 7 && b >= 3);
        assert_eq!(found, Some(vec![7, 3]));
        assert!(tried < 20, "{tried}");
    }

    #[test]
    fn where_one_pool_can_stand_in_for_the_other_the_cheaper_one_grows() {
        let together = |a: u32, b: u32| a >= 2 && b >= 2 && a + b >= 12;
        assert_eq!(answer([1.0, 3.0], together).0, Some(vec![10, 2]));
        assert_eq!(answer([3.0, 1.0], together).0, Some(vec![2, 10]));
    }

    #[test]
    fn a_pool_may_be_empty() {
        assert_eq!(answer([1.5, 5.0], |a, b| 2 * a + b >= 14).0, Some(vec![7, 0]));
    }

    #[test]
    fn what_is_undecided_but_dearer_than_the_answer_leaves_nothing_open() {
        let verdict = |places: &[u32]| match *places {
            [2, b] if b >= 20 => Verdict::Undecided,
            [a, b] if a < 3 || b < 3 => Verdict::Missed,
            _ => Verdict::Met,
        };
        let found = |costs| cheapest::<Infallible>(&sizes(costs), &mut |places| Ok(verdict(places))).unwrap();
        assert_eq!(found([1.0, 1.0]), (Some(vec![3, 3]), true));
        assert_eq!(found([100.0, 1.0]), (Some(vec![3, 3]), false), "2 and 20 are cheaper");
    }

    #[test]
    fn without_sizes_that_do_there_is_no_answer() {
        assert_eq!(answer([1.0, 1.0], |_, _| false).0, None);
    }
}
