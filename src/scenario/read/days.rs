//! Words for days and clock times: `mon-fri`, `sat,sun`, `weekdays`; `09:00` and `24:00`; `22:00 to 06:00 mon-fri`.

use super::times::clock_time;
use crate::scenario::text::problem::{Problem, closest};
use crate::scenario::text::source::Place;
use crate::units::{DayWindow, SimDuration, since_midnight};

/// What is accepted for days.
pub(super) const DAYS: &str = "days such as `mon`, `mon-fri`, `sat,sun`, `weekdays` or `weekend`";

/// What is accepted for a window.
pub(super) const WINDOW: &str = "hours such as `09:00 to 17:00` or `22:00 to 06:00 mon-fri`";

const ALL: [bool; 7] = [true; 7];

/// Every word for one day, with its place in the week.
const WORDS: [(&str, usize); 14] = [
    ("mon", 0),
    ("monday", 0),
    ("tue", 1),
    ("tuesday", 1),
    ("wed", 2),
    ("wednesday", 2),
    ("thu", 3),
    ("thursday", 3),
    ("fri", 4),
    ("friday", 4),
    ("sat", 5),
    ("saturday", 5),
    ("sun", 6),
    ("sunday", 6),
];

/// Words for several days.
const GROUPS: [(&str, [bool; 7]); 4] = [
    ("weekdays", [true, true, true, true, true, false, false]),
    ("weekend", [false, false, false, false, false, true, true]),
    ("weekends", [false, false, false, false, false, true, true]),
    ("daily", ALL),
];

/// Why a text says no days or hours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    /// What was found.
    pub(super) title: String,
    /// What is accepted.
    pub(super) accepted: &'static str,
    /// A word that may be meant.
    pub(super) suggestion: Option<&'static str>,
}

impl Wrong {
    fn new(title: String, accepted: &'static str) -> Self {
        Self { title, accepted, suggestion: None }
    }

    /// As a problem at a place.
    pub(super) fn at(self, place: Place) -> Problem {
        let problem = Problem::new(place, self.title).accepted(format!("expected {}", self.accepted));
        match self.suggestion {
            Some(word) => problem.help(format!("did you mean `{word}`?")),
            None => problem,
        }
    }
}

/// Days of the week from Monday to Sunday, in any case. The last day of a range may come before its first, as in `sat-mon`.
pub(super) fn days(text: &str) -> Result<[bool; 7], Wrong> {
    let mut all = [false; 7];
    for part in text.split(',') {
        let found = part_of_week(part.trim())?;
        all.iter_mut().zip(found).for_each(|(day, found)| *day |= found);
    }
    Ok(all)
}

fn part_of_week(text: &str) -> Result<[bool; 7], Wrong> {
    if let Some((_, days)) = GROUPS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
        return Ok(*days);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (day(first.trim())?, day(last.trim())?);
    let length = (last + 7 - first) % 7;
    Ok(std::array::from_fn(|day| (day + 7 - first) % 7 <= length))
}

fn day(word: &str) -> Result<usize, Wrong> {
    let found = WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    found.map(|(_, day)| *day).ok_or_else(|| {
        let title = if word.is_empty() { "a day is missing".to_owned() } else { format!("`{word}` is no day") };
        Wrong { title, accepted: DAYS, suggestion: similar(word) }
    })
}

/// The day whose first letters a word has, or the word for days that is most like it.
fn similar(word: &str) -> Option<&'static str> {
    let known = || WORDS.iter().map(|(name, _)| *name).chain(GROUPS.iter().map(|(name, _)| *name));
    let lower = word.to_lowercase();
    let short = (word.len() < 4).then(|| closest(word, known().filter(|name| name.len() == 3))).flatten();
    let spelt = short.or_else(|| closest(word, known().filter(|name| name.len() > 3)));
    spelt.or_else(|| known().find(|name| name.len() == 3 && lower.starts_with(name))).or_else(|| closest(word, known()))
}

/// A clock time of a day as time since its midnight, `24:00` included.
pub(super) fn time_of_day(text: &str) -> Option<SimDuration> {
    match text {
        "24:00" | "24:00:00" => Some(SimDuration::from_secs(86_400)),
        _ => clock_time(text).map(since_midnight),
    }
}

/// Hours of some days: `HH:MM to HH:MM [DAYS]`, with the days also before. Hours that end before they start end on the next day.
pub(super) fn window(text: &str) -> Result<DayWindow, Wrong> {
    let none = || Wrong::new(format!("`{text}` says no hours"), WINDOW);
    let (start, end) = split_to(text).ok_or_else(none)?;
    let (before, from) = start.rsplit_once(char::is_whitespace).unwrap_or(("", start));
    let (to, after) = end.split_once(char::is_whitespace).unwrap_or((end, ""));
    let (from, to) = time_of_day(from).zip(time_of_day(to)).ok_or_else(none)?;
    let days = match (before.trim(), after.trim()) {
        ("", "") => ALL,
        ("", text) | (text, "") => days(text)?,
        _ => return Err(Wrong::new(format!("`{text}` states days twice"), WINDOW)),
    };
    hours_of(from, to, days)
}

/// The hours between two times of the day.
pub(super) fn hours_of(from: SimDuration, to: SimDuration, days: [bool; 7]) -> Result<DayWindow, Wrong> {
    let day = SimDuration::from_secs(86_400);
    let wrong = |title: &str| Wrong::new(title.to_owned(), "an end at another time; a whole day is `00:00 to 24:00`");
    if from == day {
        return Err(Wrong::new("hours cannot start at `24:00`".to_owned(), "`00:00` of the next day"));
    }
    DayWindow::new(from, to, days).ok_or_else(|| wrong("the hours end as they start"))
}

/// What stands before and after the word `to`.
fn split_to(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let place = lower.find(" to ")?;
    Some((text[..place].trim(), text[place + 4..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The days as letters, `-` where one is not meant.
    fn letters(text: &str) -> String {
        let days = days(text).unwrap();
        days.iter().zip("MTWTFSS".chars()).map(|(day, letter)| if *day { letter } else { '-' }).collect()
    }

    #[test]
    fn days_are_words_ranges_and_lists_in_any_case() {
        assert_eq!(letters("mon-fri"), "MTWTF--");
        assert_eq!(letters("Mon-Fri"), "MTWTF--");
        assert_eq!(letters("WEEKDAYS"), "MTWTF--");
        assert_eq!(letters("sat,sun"), "-----SS");
        assert_eq!(letters("Saturday , sunday"), "-----SS");
        assert_eq!(letters("weekend"), "-----SS");
        assert_eq!(letters("fri-mon"), "M---FSS");
        assert_eq!(letters("mon - wed,fri"), "MTW-F--");
        assert_eq!(letters("thu"), "---T---");
    }

    #[test]
    fn what_is_no_day_is_refused_with_what_may_be_meant() {
        let suggestion = |text: &str| days(text).unwrap_err().suggestion;
        assert_eq!(suggestion("Monsoon"), Some("mon"));
        assert_eq!(suggestion("saturnalia"), Some("saturday"));
        assert_eq!(suggestion("weekday"), Some("weekdays"));
        assert_eq!(suggestion("wednsday"), Some("wednesday"));
        assert_eq!(suggestion("mon-fry"), Some("fri"));
        assert_eq!(suggestion("zebra"), None);
        for wrong in ["", "mon-", "mon,,tue", "mon tue", "m", "mon-fri-sun", "montag", "mon–fri"] {
            assert!(days(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn windows_have_hours_and_days_before_or_after() {
        let hours = |text: &str| {
            let window = window(text).unwrap();
            (window.from.as_secs_f64() / 3_600.0, window.to.as_secs_f64() / 3_600.0, window.days)
        };
        assert_eq!(hours("09:00 to 17:30"), (9.0, 17.5, ALL));
        assert_eq!(hours("22:00 to 06:00"), (22.0, 30.0, ALL));
        assert_eq!(hours("18:00 to 24:00 mon").1, 24.0);
        assert_eq!(hours("18:00 TO 00:00").1, 24.0);
        assert_eq!(hours("Mon-Fri 08:00 to 18:00"), hours("08:00 to 18:00 weekdays"));
        for wrong in [
            "08:00",
            "to 09:00",
            "9 to 17",
            "25:00 to 26:00",
            "08:00 to 08:00",
            "24:00 to 08:00",
            "mon 8:00 to 9:00 tue",
        ] {
            assert!(window(wrong).is_err(), "{wrong}");
        }
    }
}
