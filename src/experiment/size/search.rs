//! The search for the hardest of a row of places that still meets all objectives.
//!
//! Places run from 0, the hardest on the workers, to the easiest. From a start the search gallops (1, 2, 4, ... places away) to one
//! place that meets the objectives and a harder one that misses them, then halves what lies between. Both steps assume that an
//! easier place is never worse. Where that is not certain, the neighbours of the answer are tried as well, and if a harder one
//! meets the objectives too, it becomes the answer and its neighbours are tried.
//!
//! Literature: Bentley and Yao, "An almost optimal algorithm for unbounded searching", 1976 (galloping).

use std::collections::BTreeMap;

use crate::experiment::results::Verdict;

/// Where to search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// How many places there are; at least one.
    pub places: u32,
    /// Where to begin.
    pub start: u32,
    /// How many places on each side of the answer are tried because an easier place may be worse; 0: it cannot be.
    pub neighbours: u32,
}

/// What a search found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// The hardest place that meets all objectives; `None`: no place that was tried does.
    pub met: Option<u32>,
    /// The easiest place that misses one and is harder than `met`; `None`: there is none.
    pub missed: Option<u32>,
}

impl Found {
    /// Whether nothing is left open between what meets and what misses.
    pub(super) fn is_decided(self, places: u32) -> bool {
        self.met.unwrap_or(places) == self.missed.map_or(0, |missed| missed + 1)
    }
}

/// Searches a row of places; `judge` says what is known of a place and is asked once for each.
///
/// # Errors
/// Those of `judge`.
pub fn search<E>(row: Row, judge: &mut dyn FnMut(u32) -> Result<Verdict, E>) -> Result<Found, E> {
    let mut search = Search { row, judge, known: BTreeMap::new() };
    search.gallop()?;
    while let Some(place) = search.gap() {
        search.ask(place)?;
    }
    while let Some(place) = search.neighbour() {
        search.ask(place)?;
    }
    Ok(search.found())
}

struct Search<'a, E> {
    row: Row,
    judge: &'a mut dyn FnMut(u32) -> Result<Verdict, E>,
    known: BTreeMap<u32, Verdict>,
}

impl<E> Search<'_, E> {
    fn ask(&mut self, place: u32) -> Result<Verdict, E> {
        if let Some(&verdict) = self.known.get(&place) {
            return Ok(verdict);
        }
        let verdict = (self.judge)(place)?;
        self.known.insert(place, verdict);
        Ok(verdict)
    }

    fn gallop(&mut self) -> Result<(), E> {
        let start = self.row.start.min(self.row.places - 1);
        let first = self.ask(start)?;
        let mut stride = 1;
        let mut place = start;
        while first != Verdict::Missed && place > 0 {
            place = place.saturating_sub(stride);
            stride *= 2;
            if self.ask(place)? == Verdict::Missed {
                break;
            }
        }
        (place, stride) = (start, 1);
        while first != Verdict::Met && place + 1 < self.row.places {
            place = place.saturating_add(stride).min(self.row.places - 1);
            stride *= 2;
            if self.ask(place)? == Verdict::Met {
                break;
            }
        }
        Ok(())
    }

    /// The easiest place that misses, and the hardest one beyond it that meets.
    fn bracket(&self) -> (Option<u32>, Option<u32>) {
        let is = |wanted| move |(&place, &verdict): (&u32, &Verdict)| (verdict == wanted).then_some(place);
        let missed = self.known.iter().filter_map(is(Verdict::Missed)).max();
        let met = self.known.iter().filter_map(is(Verdict::Met)).find(|&met| missed.is_none_or(|missed| met > missed));
        (missed, met)
    }

    /// A place to try between what misses and what meets: the middle of the first stretch that was not tried.
    fn gap(&self) -> Option<u32> {
        let (missed, met) = self.bracket();
        let mut from = i64::from(missed.map_or(-1, |missed| missed as i32));
        let to = i64::from(met.unwrap_or(self.row.places));
        let open = self.known.keys().map(|&place| i64::from(place)).filter(|&place| place > from && place < to);
        let open: Vec<i64> = open.chain([to]).collect();
        for place in open {
            if place - from > 1 {
                return u32::try_from(i64::midpoint(from, place)).ok();
            }
            from = place;
        }
        None
    }

    /// A place beside the answer that was not tried.
    fn neighbour(&self) -> Option<u32> {
        let met = self.found().met?;
        let last = met.saturating_add(self.row.neighbours).min(self.row.places - 1);
        (met.saturating_sub(self.row.neighbours)..=last).rev().find(|place| !self.known.contains_key(place))
    }

    fn found(&self) -> Found {
        let (missed, met) = self.bracket();
        if self.row.neighbours == 0 {
            return Found { met, missed };
        }
        let hardest = self.known.iter().find(|(_, verdict)| **verdict == Verdict::Met).map(|(&place, _)| place);
        let is_missed = |place: u32| self.known.get(&place) == Some(&Verdict::Missed);
        let below = hardest.map_or(missed, |met| (0..met).rev().find(|&place| is_missed(place)));
        Found { met: hardest, missed: below }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// What is found in a row, and how many places were tried.
    fn tried(row: Row, verdict: impl Fn(u32) -> Verdict) -> (Found, usize) {
        let mut count = 0;
        let found = search::<Infallible>(row, &mut |place| {
            assert!(place < row.places);
            count += 1;
            Ok(verdict(place))
        });
        (found.unwrap(), count)
    }

    fn step(at: u32) -> impl Fn(u32) -> Verdict {
        move |place| if place >= at { Verdict::Met } else { Verdict::Missed }
    }

    #[test]
    fn every_answer_is_found_from_every_start() {
        for places in 1..12 {
            for start in 0..places + 2 {
                for answer in 0..=places {
                    let (found, _) = tried(Row { places, start, neighbours: 0 }, step(answer));
                    assert_eq!(found.met, (answer < places).then_some(answer));
                    assert_eq!(found.missed, answer.checked_sub(1));
                    assert!(found.is_decided(places));
                }
            }
        }
    }

    #[test]
    fn a_good_start_needs_two_places_and_a_bad_one_the_logarithm() {
        let row = |start| Row { places: 1_000_000, start, neighbours: 0 };
        assert_eq!(tried(row(500), step(500)).1, 2);
        assert!(tried(row(1), step(500_000)).1 < 45);
    }

    #[test]
    fn what_stays_undecided_is_left_between_the_two() {
        let verdict = |place| match place {
            0..=6 => Verdict::Missed,
            7 | 8 => Verdict::Undecided,
            _ => Verdict::Met,
        };
        for start in [0, 7, 19] {
            let (found, _) = tried(Row { places: 20, start, neighbours: 0 }, verdict);
            assert_eq!(found, Found { met: Some(9), missed: Some(6) });
            assert!(!found.is_decided(20));
        }
    }

    #[test]
    fn neighbours_are_tried_where_an_easier_place_may_be_worse() {
        let verdict = |place| match place {
            8 | 12.. => Verdict::Met,
            _ => Verdict::Missed,
        };
        let row = Row { places: 40, start: 13, neighbours: 4 };
        let (found, _) = tried(row, verdict);
        assert_eq!(found, Found { met: Some(8), missed: Some(7) });
        assert_eq!(tried(Row { neighbours: 0, ..row }, verdict).0.met, Some(12));
    }
}
