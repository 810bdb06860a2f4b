//! From results to files: tables, CSV, JSON, Markdown and pictures.

pub mod plots;
