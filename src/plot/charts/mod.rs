//! One file for each kind of picture.

pub(crate) mod alerts;
pub(crate) mod alternatives;
pub(crate) mod backlog;
pub(crate) mod common;
pub(crate) mod cost;
pub(crate) mod curves;
pub(crate) mod distribution;
pub(crate) mod drain;
pub(crate) mod heatmap;
pub(crate) mod latency;
pub(crate) mod legible;
pub(crate) mod promise;
pub(crate) mod scatter;
pub(crate) mod scene;
pub(crate) mod size;
pub(crate) mod sweep;
pub(crate) mod tornado;
pub(crate) mod workers;
