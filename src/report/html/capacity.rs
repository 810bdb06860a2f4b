//! The workers, the providers and what each case brings along for them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::curves::Series;
use super::portrait::{Backdrop, Offered};
use crate::experiment::{Curve, PointResult};
use crate::metric::{CurveKind, ScopeKind};
use crate::plot::use_of_workers;

/// Workers and providers of a case.
#[derive(Serialize)]
pub(super) struct Capacity<'a> {
    pools: Vec<Pool<'a>>,
    /// How well the workers are used and what they cost, in words.
    used: String,
    providers: Vec<Provider<'a>>,
    /// As offered by the first case: `None`.
    load: Option<&'a [Offered]>,
}

impl<'a> Capacity<'a> {
    pub(super) fn of(point: &'a PointResult, backdrop: Option<&'a Backdrop>) -> Self {
        Self {
            pools: scopes(point, ScopeKind::Pool, CurveKind::Busy).filter_map(|pool| Pool::of(point, pool)).collect(),
            used: use_of_workers(point),
            providers: providers(point, backdrop.map(|backdrop| &backdrop.caps)),
            load: backdrop.and_then(|backdrop| backdrop.load.as_deref()),
        }
    }
}

/// The names of all scopes of a kind that have a curve of a metric.
fn scopes(point: &PointResult, kind: ScopeKind, metric: CurveKind) -> impl Iterator<Item = &str> {
    let own = move |curve: &&Curve| curve.scope.kind == kind && curve.metric == metric;
    point.curves.iter().filter(own).map(|curve| curve.scope.name.as_str())
}

/// The workers of a pool.
#[derive(Serialize)]
struct Pool<'a> {
    name: &'a str,
    busy: Series,
    available: Series,
    #[serde(skip_serializing_if = "Option::is_none")]
    booting: Option<Series>,
    #[serde(skip_serializing_if = "Option::is_none")]
    down: Option<Series>,
}

impl<'a> Pool<'a> {
    fn of(point: &PointResult, name: &'a str) -> Option<Self> {
        let curve = |metric| point.curve((ScopeKind::Pool, name), metric);
        let away = |metric| {
            let curve = curve(metric)?;
            curve.mean.iter().flatten().any(|workers| *workers > 0.0).then(|| Series::without_band(curve))
        };
        let available = Series::without_band(curve(CurveKind::Available)?);
        Some(Self {
            name,
            busy: Series::of(curve(CurveKind::Busy)?),
            available,
            booting: away(CurveKind::Booting),
            down: away(CurveKind::Down),
        })
    }
}

/// The calls of a provider.
#[derive(Serialize)]
struct Provider<'a> {
    name: &'a str,
    /// Most concurrent calls, where it has a cap and the study is known.
    cap: Option<u32>,
    calls: Series,
    /// Jobs that hold a worker and wait to be let in.
    waiting: Series,
}

fn providers<'a>(point: &'a PointResult, caps: Option<&BTreeMap<String, u32>>) -> Vec<Provider<'a>> {
    let provider = |name: &'a str| {
        let curve = |metric| point.curve((ScopeKind::Provider, name), metric);
        let calls = Series::of(curve(CurveKind::CallsInProgress)?);
        let waiting = Series::without_band(curve(CurveKind::CallsWaiting)?);
        Some(Provider { name, cap: caps.and_then(|caps| caps.get(name).copied()), calls, waiting })
    };
    scopes(point, ScopeKind::Provider, CurveKind::CallsInProgress).filter_map(provider).collect()
}
