//! How much is read. Constants, so that every machine answers alike; SECURITY.md lists them.

use std::time::Duration;

/// The longest scenario, in bytes, from a file or from standard input.
pub const SCENARIO_LIMIT: u64 = 16 << 20;
/// How long a scenario may take to come in on standard input.
pub const HANDED_IN_TIME: Duration = Duration::from_secs(10);
/// The largest trace or table, in bytes on the disk.
pub const PACKED_LIMIT: u64 = 1 << 30;
/// The largest trace or table, in bytes unpacked.
pub const UNPACKED_LIMIT: u64 = 1 << 30;
/// The longest row of a trace or table, in bytes, with the lines before it that hold none.
pub const ROW_LIMIT: u64 = 1 << 20;
/// The most rows of a trace or table.
pub const ROWS_LIMIT: u64 = 10_000_000;
/// The most rows that all traces of a scenario may keep together.
pub const USED_ROWS_LIMIT: u64 = 20_000_000;
/// The most rows that are read for all traces of a scenario together; a file counts once for each job class and alternative that reads it
/// otherwise.
pub const VISITS_LIMIT: u64 = 100_000_000;
/// The largest baseline, in bytes.
pub const BASELINE_LIMIT: u64 = 64 << 20;
/// The largest `manifest.json` or `part.json`, in bytes: a scenario in JSON and what belongs to it.
pub const MANIFEST_LIMIT: u64 = 256 << 20;
/// The largest `results.json`, in bytes.
pub const RESULTS_LIMIT: u64 = 1 << 30;
/// The largest stored result of one replication, in bytes.
pub const RECORD_LIMIT: u32 = 256 << 20;
/// The largest font, in bytes.
pub const FONT_LIMIT: u64 = 64 << 20;

/// Bytes for people: `16 MiB`.
pub(super) fn human_bytes(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) => format!("{} {unit}", bytes / size),
        None => format!("{bytes} bytes"),
    }
}
