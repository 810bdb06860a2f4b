//! The texts that a scenario is made of, and places in them: the file, arguments of the command line, lines of traces.

/// Where something is written: a range of bytes of a source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::scenario) struct Place {
    /// Index of the source in [`Sources`].
    pub(in crate::scenario) source: usize,
    pub(in crate::scenario) start: usize,
    pub(in crate::scenario) end: usize,
}

impl Place {
    /// The part of this place from `start` to `end`, counted from its own start.
    pub(in crate::scenario) fn part(self, start: usize, end: usize) -> Self {
        Self { start: self.start + start, end: self.start + end, ..self }
    }
}

/// A text with the name under which people know it.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Source {
    pub(super) name: String,
    pub(in crate::scenario) text: String,
    /// Number of the first line of `text`, which is an excerpt of a trace.
    pub(super) first_line: usize,
}

/// All texts of a scenario; the file itself comes first.
#[derive(Clone, Debug, Default)]
pub(in crate::scenario) struct Sources(Vec<Source>);

impl Sources {
    /// Adds a whole text and gives its index.
    pub(in crate::scenario) fn add(&mut self, name: &str, text: &str) -> usize {
        self.add_excerpt(name, text, 1)
    }

    /// Adds lines of a text that begin with this line number and gives the index.
    pub(super) fn add_excerpt(&mut self, name: &str, text: &str, first_line: usize) -> usize {
        self.0.push(Source { name: name.to_owned(), text: text.to_owned(), first_line });
        self.0.len() - 1
    }

    /// The same once for each text and place of it.
    pub(in crate::scenario) fn add_once(&mut self, name: &str, text: &str, first_line: usize) -> usize {
        let same = |source: &Source| source.name == name && source.first_line == first_line && source.text == text;
        self.0.iter().position(same).unwrap_or_else(|| self.add_excerpt(name, text, first_line))
    }

    pub(in crate::scenario) fn get(&self, index: usize) -> &Source {
        &self.0[index]
    }

    /// What is written at a place.
    pub(in crate::scenario) fn text(&self, place: Place) -> &str {
        self.0[place.source].text.get(place.start..place.end).unwrap_or("")
    }
}
