//! The event loop: the least of timers, completions and arrivals is next.

use crate::engine::calendar::timers::Timer;
use crate::engine::halt::{Halt, Reason};
use crate::engine::observer::Observer;
use crate::engine::pool::server::slots::NextCompletion;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::PoolId;
use crate::units::SimTime;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Advances to the least of the heads until the horizon, and then as long as the observer follows the jobs that are there.
    pub(crate) fn run(mut self) -> Result<(), Halt> {
        self.begin();
        while self.serve_some()? {}
        self.report_unfinished();
        if self.core.observer.passes_horizon() { self.follow() } else { Ok(()) }
    }

    /// Serves many events, and counts them; false at the end of the run.
    // Counted one by one, each event would cost an addition and a comparison more.
    #[inline(always)]
    fn serve_some(&mut self) -> Result<bool, Halt> {
        let chunk = self.chunk();
        for event in 0..chunk {
            if !self.serve_next()? {
                self.core.budget.events += u64::from(event);
                return Ok(false);
            }
        }
        self.spend(u64::from(chunk))?;
        Ok(true)
    }

    /// Serves the least of the heads; false at the end of the run.
    #[inline(always)]
    pub(super) fn serve_next(&mut self) -> Result<bool, Halt> {
        // All three heads are at hand: nothing is sifted or looked up before it is known which comes first.
        let (timer, arrival) = (self.core.timers.first_time(), self.core.arrivals.first());
        let (completion, pool) = self.core.next_completion;
        if timer <= arrival && timer <= completion.time() && self.timer_precedes(completion.time()) {
            self.advance_to(timer);
            if self.serve_timer() == Timer::End {
                return Ok(false);
            }
            self.check_backlog()?;
        } else if completion.time() <= arrival {
            self.advance_to(completion.time());
            self.complete(pool);
            self.check_drained();
        } else {
            self.advance_to(arrival);
            self.arrive();
            self.check_backlog()?;
        }
        Ok(true)
    }

    /// Goes on beyond the horizon, at most as long again. Whoever follows jobs is told of all events of the last instant, so that it does
    /// not matter which of them came first. A backlog beyond its limit ends it, as jobs that come now do not count.
    #[cold]
    #[inline(never)]
    fn follow(&mut self) -> Result<(), Halt> {
        self.core.timers.add(self.core.horizon.twice(), Timer::End);
        self.core.budget.is_following = true;
        let (mut chunk, mut events) = (self.chunk(), 0);
        loop {
            let is_over = self.next_time() > self.core.now && !self.core.observer.follows();
            if is_over || !self.serve_next().unwrap_or(false) {
                break;
            }
            events += 1;
            if events == chunk {
                self.spend(u64::from(chunk))?;
                (chunk, events) = (self.chunk(), 0);
            }
        }
        self.report_unfinished();
        Ok(())
    }

    // An assertion in release builds too: it costs one branch that is always predicted, and an event in the past would
    // make every figure wrong without a word.
    #[inline]
    fn advance_to(&mut self, time: SimTime) {
        assert!(
            time >= self.core.now,
            "an event was scheduled in the past: at {time:?}, and it is {:?}",
            self.core.now
        );
        if F::FULL && self.workforce.measures_load {
            self.count_load(time);
        }
        self.core.now = time;
    }

    /// Whether a timer that is due before or at the next completion comes before it.
    fn timer_precedes(&self, completion: SimTime) -> bool {
        self.core.timers.first().is_some_and(|(time, timer)| time < completion || timer.precedes_completions())
    }

    #[inline]
    fn check_backlog(&mut self) -> Result<(), Halt> {
        if self.core.backlog > self.core.backlog_limit {
            return Err(self.halt(Reason::Backlog));
        }
        self.check_drained();
        Ok(())
    }

    #[inline]
    fn check_drained(&mut self) {
        if self.control.calm.is_some() {
            self.watch_drain();
        }
    }

    /// Finds the pool whose completion is next.
    #[inline(always)]
    pub(super) fn find_next_completion(&mut self) {
        // With one pool there is nothing to compare.
        if let [pool] = &self.core.pools[..] {
            self.core.next_completion = (pool.server.next_completion(), PoolId(0));
            return;
        }
        let mut first = (NextCompletion::NEVER, PoolId(0));
        for (pool, place) in self.core.pools.iter().zip(0..) {
            let next = pool.server.next_completion();
            if next.precedes(first.0) {
                first = (next, PoolId(place));
            }
        }
        self.core.next_completion = first;
    }
}
