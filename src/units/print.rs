//! From a quantity to text for people.

/// Whether a text is for prose (`3 h 27 min`) or for code (`3h27m`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Human {
    /// `3 h 27 min`
    Prose,
    /// `3h27m`, which can be read back.
    Code,
}

/// Seconds for people with at most two units and three significant digits: `0.8 s`, `45 s`, `3 h 27 min`, `1 d 1 h`.
#[must_use]
pub fn human_seconds(seconds: f64, form: Human) -> String {
    let (minute, hour, day) = if form == Human::Prose { (" min", " h", " d") } else { ("m", "h", "d") };
    let space = if form == Human::Prose { " " } else { "" };
    let join = |value: f64, large: f64, small: f64, names: (&str, &str)| {
        let whole = ((value / small).round() * small / large + 1e-9).floor();
        let rest = ((value - whole * large) / small).round();
        if rest > 0.0 { format!("{whole}{}{space}{rest}{}", names.0, names.1) } else { format!("{whole}{}", names.0) }
    };
    match seconds {
        s if s < 59.95 => format!("{}{space}s", human_count(s)),
        s if s < 3599.5 => join(s, 60.0, 1.0, (minute, if form == Human::Prose { " s" } else { "s" })),
        s if s < 86370.0 => join(s, 3600.0, 60.0, (hour, minute)),
        s => join(s, 86400.0, 3600.0, (day, hour)),
    }
}

/// A count for people: `0.35`, `12`, `4 200`, `13.6 k`, `1.4 M`.
#[must_use]
pub fn human_count(count: f64) -> String {
    let short = |value: f64| {
        let digits = if value < 1.0 {
            3
        } else if value < 9.995 {
            2
        } else {
            usize::from(value < 99.95)
        };
        let text = format!("{value:.digits$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    match count {
        c if c < 999.5 => short(c),
        c if c < 9999.5 => format!("{} {:03}", (c.round() / 1000.0).floor(), c.round() % 1000.0),
        c if c < 999_950.0 => format!("{} k", short(c / 1e3)),
        c => format!("{} M", short(c / 1e6)),
    }
}
