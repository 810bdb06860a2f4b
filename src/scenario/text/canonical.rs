//! The one spelling of an objective: `p95( wait )<10s` and `p95(wait) < 10s` are the same, and are shown as the second.

/// A part of an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    /// A word, a number with its unit, or a name in quotes.
    Word(String),
    Open,
    Close,
    Comparison(String),
}

/// The text of an expression that was understood, with blanks only where they belong.
pub(in crate::scenario) fn canonical(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut before: Option<Part> = None;
    // Behind a comparison stands a value, whose blanks say nothing: `99 %`, `1h 30m`.
    let mut is_value = false;
    for part in parts(text) {
        let is_apart = match (&before, &part) {
            (None | Some(Part::Open), _) | (_, Part::Open | Part::Close) => false,
            (Some(Part::Word(_)), Part::Word(_)) => !is_value,
            _ => true,
        };
        is_value = matches!(part, Part::Comparison(_)) || (is_value && matches!(part, Part::Word(_)));
        written.push_str(if is_apart { " " } else { "" });
        match &part {
            Part::Word(word) | Part::Comparison(word) => written.push_str(word),
            Part::Open => written.push('('),
            Part::Close => written.push(')'),
        }
        before = Some(part);
    }
    written
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (part, length) = match first {
            '(' => (Part::Open, 1),
            ')' => (Part::Close, 1),
            '<' | '>' | '=' => {
                let length = rest.len() - rest.trim_start_matches(['<', '>', '=']).len();
                (Part::Comparison(rest[..length].to_owned()), length)
            }
            _ => {
                let length = word_length(rest);
                (Part::Word(rest[..length].to_owned()), length)
            }
        };
        parts.push(part);
        rest = rest[length..].trim_start();
    }
    parts
}

/// Where a word ends; what stands in quotes belongs to it as it is.
fn word_length(text: &str) -> usize {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some('"') if c == '\\' && !is_escaped => {
                is_escaped = true;
                continue;
            }
            Some(open) if c == open && !is_escaped => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c.is_whitespace() || "()<>=".contains(c) => return at,
            _ => {}
        }
        is_escaped = false;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_objective_has_one_spelling() {
        for (text, shown) in [
            ("p95( wait )<10s", "p95(wait) < 10s"),
            ("p95(wait) < 10s", "p95(wait) < 10s"),
            (" share(wait\n <=\t30s)   >= 99 %", "share(wait <= 30s) >= 99%"),
            ("drain_time<1h 30m", "drain_time < 1h30m"),
            ("chance( p95 (wait)<10s )>=95%", "chance(p95(wait) < 10s) >= 95%"),
            (
                "p95(wait)  by  tenant from 09:00 to 17:00 mon-fri<10s",
                "p95(wait) by tenant from 09:00 to 17:00 mon-fri < 10s",
            ),
            ("time(wait>1m)<2h", "time(wait > 1m) < 2h"),
            ("age( \"a  (b) < \\\" c\" ) < 1m", "age(\"a  (b) < \\\" c\") < 1m"),
        ] {
            assert_eq!(canonical(text), shown);
            assert_eq!(canonical(shown), shown);
        }
    }
}
