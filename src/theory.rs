//! Queueing theory: numbers in, numbers out.
