//! Metrics and curves in files: each by its name.

use std::fmt;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{CurveKind, Metric, Quantity};

/// A text that is no name of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownName {
    name: String,
    what: &'static str,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not {}", self.name, self.what)
    }
}

impl std::error::Error for UnknownName {}

/// Reads and writes a type by its name.
macro_rules! by_name {
    ($type:ty, $what:literal, $from_name:expr) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.name())
            }
        }

        impl FromStr for $type {
            type Err = UnknownName;

            fn from_str(name: &str) -> Result<Self, UnknownName> {
                $from_name(name).ok_or_else(|| UnknownName { name: name.to_owned(), what: $what })
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.name())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = String::deserialize(deserializer)?;
                name.parse().map_err(D::Error::custom)
            }
        }
    };
}

by_name!(Metric, "the name of a metric", Metric::from_name);
by_name!(CurveKind, "the name of a curve", CurveKind::from_name);
by_name!(Quantity, "the name of a time of jobs", |name: &str| Quantity::ALL.into_iter().find(|it| it.name() == name));
