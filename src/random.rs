//! The generator and the seeds of its streams.
//!
//! Common random numbers by construction: every (replication, purpose) has a stream of its own, seeded from the
//! master seed, the replication and the *name* of the purpose, never from the design point. A change of policy or
//! of size leaves all other draws as they were, so alternatives differ only by what was changed in them.
//!
//! Generator: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021).

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// A stream of random numbers for one purpose.
pub type Stream = Xoshiro256PlusPlus;

/// What all streams of one replication are derived from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReplicationSeed {
    /// The seed of the whole run, from the scenario or the command line.
    pub master: u64,
    /// The number of the replication, from 0.
    pub replication: u32,
}

impl ReplicationSeed {
    /// The stream named `name` (such as `jobs.mail.service`): its 256-bit seed is the BLAKE3 hash of the master
    /// seed (8 bytes, little endian), the replication (4 bytes, little endian) and the name.
    #[must_use]
    pub fn stream(self, name: &str) -> Stream {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.master.to_le_bytes());
        hasher.update(&self.replication.to_le_bytes());
        hasher.update(name.as_bytes());
        Stream::from_seed(*hasher.finalize().as_bytes())
    }
}
