//! What is due when: a heap for completions, and the small calendar of everything else but arrivals.

pub(crate) mod heap;
pub(crate) mod timers;
