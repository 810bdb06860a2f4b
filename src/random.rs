//! The generator and the seeds of its streams.
//!
//! Common random numbers by construction: every (replication, purpose) has a stream of its own, seeded from the
//! master seed, the replication and the *name* of the purpose, never from the design point. A change of policy or
//! of size leaves all other draws as they were, so alternatives differ only by what was changed in them.
//!
//! Generator: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021). The first draws
//! of two streams are pinned by a test: to change them changes every result, and is a breaking change.

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

/// What is random about the attempts of one job: a seed that is drawn when the job is created. What happens at its n-th attempt
/// thus does not depend on when the attempt starts, so that alternatives stay paired job by job.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Luck(pub u64);

impl Luck {
    /// The stream for a purpose and a number, such as that of an attempt.
    #[must_use]
    pub fn stream(self, purpose: u32, number: u32) -> Stream {
        let place = u64::from(purpose) << 32 | u64::from(number);
        // An odd constant (that of SplitMix64) spreads neighbouring places; the seeding of the generator mixes once more.
        Stream::seed_from_u64(self.0 ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    fn first_draws(master: u64, replication: u32, name: &str) -> [u64; 4] {
        let mut stream = ReplicationSeed { master, replication }.stream(name);
        std::array::from_fn(|_| stream.next_u64())
    }

    /// The expected draws come from an independent program: BLAKE3 of another library and the generator's published code.
    #[test]
    fn named_streams_keep_their_first_draws() {
        assert_eq!(
            first_draws(20_200_930, 0, "jobs.mail.service"),
            [0x59b9_e1da_c5e8_c7ec, 0x684c_658f_a4c3_991c, 0x5c5c_7f9f_4694_ca3d, 0xd9f3_6b6a_85db_c47e]
        );
        assert_eq!(
            first_draws(20_200_930, 1, "jobs.mail.arrivals"),
            [0xa49f_b252_fe73_97c2, 0x6797_bc6e_314b_150c, 0x8f0a_b66f_654c_116d, 0xb82d_6ad9_333e_013b]
        );
    }

    #[test]
    fn master_seed_replication_and_name_each_give_another_stream() {
        let base = first_draws(1, 0, "a");
        assert_eq!(base, first_draws(1, 0, "a"));
        for other in [first_draws(2, 0, "a"), first_draws(1, 1, "a"), first_draws(1, 0, "b")] {
            assert!(base.iter().all(|draw| !other.contains(draw)));
        }
    }
}
