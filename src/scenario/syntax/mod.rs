//! What may be written: the declarations of all tables, places and paths in the language, names, and access to tables by them.

pub(super) mod desk;
pub(super) mod fields;
pub(super) mod hints;
pub(super) mod language;
pub(super) mod names;
pub(super) mod paths;
pub(super) mod schema;
