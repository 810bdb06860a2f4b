//! What readers know of a table from its declaration.

use std::collections::BTreeMap;

/// A kind of table.
#[derive(Debug)]
pub(in crate::scenario) struct Kind {
    /// Its name in the JSON Schema.
    pub(in crate::scenario) name: &'static str,
    /// Its name in messages.
    pub(in crate::scenario) what: &'static str,
    /// Its keys.
    pub(in crate::scenario) keys: &'static [Key],
    /// Keys that later versions will have.
    pub(in crate::scenario) later: &'static [&'static str],
    /// Sets of keys that exclude each other: stating one set drops the others.
    pub(in crate::scenario) exclusive: &'static [&'static [&'static str]],
}

/// A key of a table.
#[derive(Debug)]
pub(in crate::scenario) struct Key {
    /// How it is written.
    pub(in crate::scenario) name: &'static str,
    /// What holds where it is left out, as TOML, if that is always the same.
    pub(in crate::scenario) default: Option<&'static str>,
    /// Its value may be `"none"`, as if it were left out: so an alternative switches it off.
    pub(in crate::scenario) has_off: bool,
}

impl Kind {
    /// The names of its keys, in the order of their declaration.
    pub(in crate::scenario) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.keys.iter().map(|key| key.name)
    }

    /// Whether it has a key.
    pub(in crate::scenario) fn has(&self, name: &str) -> bool {
        self.key(name).is_some()
    }

    /// A key by its name.
    pub(in crate::scenario) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// What holds where a key is left out, as TOML, if that is declared.
    pub(in crate::scenario) fn default_of(&self, name: &str) -> Option<&'static str> {
        self.key(name)?.default
    }
}

impl Key {
    /// A key as it is written in a declaration: `r#` is no part of its name.
    pub(super) const fn new(written: &'static str, default: &[&'static str], has_off: bool) -> Self {
        let name = match written.as_bytes() {
            [b'r', b'#', ..] => written.split_at(2).1,
            _ => written,
        };
        let default = match default {
            [default, ..] => Some(*default),
            [] => None,
        };
        Self { name, default, has_off }
    }
}

/// A table that is declared.
pub(in crate::scenario) trait Declared {
    /// What readers go by.
    const KIND: Kind;
}

/// Whether a value of a type may be `"none"`.
pub(super) trait Switch {
    /// It may.
    const HAS_OFF: bool = false;
}

impl<T: Switch> Switch for Option<T> {
    const HAS_OFF: bool = T::HAS_OFF;
}

impl<T> Switch for Vec<T> {}
impl<K, V> Switch for BTreeMap<K, V> {}
impl Switch for String {}
impl Switch for bool {}
impl Switch for u32 {}
impl Switch for f64 {}
