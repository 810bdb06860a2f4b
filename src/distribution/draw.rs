//! The draws that all laws are made of.

use rand::Rng;
use rand_distr::{Distribution, Exp1, StandardNormal};

use crate::random::Stream;

/// Exponential with mean 1.
#[inline]
pub(super) fn exponential(stream: &mut Stream) -> f64 {
    Exp1.sample(stream)
}

/// Normal with mean 0 and standard deviation 1.
#[inline]
pub(super) fn normal(stream: &mut Stream) -> f64 {
    StandardNormal.sample(stream)
}

/// Uniform above 0 and below 1: the 2^52 midpoints of equal cells, so that neither a logarithm nor a power meets 0 or 1.
#[inline]
pub(super) fn uniform(stream: &mut Stream) -> f64 {
    const CELL: f64 = 1.0 / (1_u64 << 52) as f64;
    ((stream.next_u64() >> 12) as f64 + 0.5) * CELL
}

/// Uniform on 0, 1, ..., `n` - 1; biased by less than n / 2^64.
#[inline]
pub(super) fn index(stream: &mut Stream, n: usize) -> usize {
    ((u128::from(stream.next_u64()) * n as u128) >> 64) as usize
}
