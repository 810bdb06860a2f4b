//! Fluid limits: jobs as a liquid, for outages and bursts that are long against single jobs.
//!
//! With load rho a backlog of work that all workers need the time w for is gone after w / (1 - rho), because new work
//! comes at rho. Literature: Newell, "Applications of Queueing Theory", 2nd ed., 1982, chapter 2.

/// A time in which no job is served, or none reaches the queue, followed by a flood of all of them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outage {
    /// How long it lasts.
    pub lasts: f64,
    /// Offered load per worker before, during and after.
    pub utilisation: f64,
}

impl Outage {
    /// Jobs that are waiting at its end, at this many arrivals per unit of time.
    #[must_use]
    pub fn backlog(&self, arrival_rate: f64) -> f64 {
        self.lasts * arrival_rate
    }

    /// From its end until the backlog is gone, with `factor` times the workers meanwhile:
    /// T r / (1 - r) with r = rho / factor. `None` when that load is 1 or more: the backlog never goes.
    #[must_use]
    pub fn drain_time(&self, factor: f64) -> Option<f64> {
        let load = self.utilisation / factor;
        (load < 1.0).then(|| self.lasts * load / (1.0 - load))
    }

    /// The wait of a job that is created `after` the flood and served in the order of creation:
    /// T rho - t (1 - rho), and 0 once the backlog is gone.
    #[must_use]
    pub fn wait_of_new_job(&self, after: f64) -> f64 {
        (self.lasts * self.utilisation - after * (1.0 - self.utilisation)).max(0.0)
    }
}

/// A time in which the load is higher than the workers can bear.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Burst {
    /// How long it lasts.
    pub lasts: f64,
    /// Offered load per worker before and after; below 1.
    pub base_utilisation: f64,
    /// Offered load per worker meanwhile.
    pub peak_utilisation: f64,
}

impl Burst {
    /// From its end until the backlog is gone: D (rho_peak - 1) / (1 - rho_base); 0 for a burst that the workers bear.
    /// `None` when the base load is 1 or more.
    #[must_use]
    pub fn drain_time(&self) -> Option<f64> {
        let excess = (self.peak_utilisation - 1.0).max(0.0);
        (self.base_utilisation < 1.0).then(|| self.lasts * excess / (1.0 - self.base_utilisation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_hours(found: Option<f64>, stated: f64) {
        let found = found.unwrap();
        assert!((found - stated).abs() < 0.051, "{found} against {stated}");
    }

    #[test]
    fn an_outage_of_25_hours_drains_as_worked_by_hand() {
        // 25 h 5 min, to a tenth of an hour.
        let outage = |utilisation| Outage { lasts: 25.0 + 5.0 / 60.0, utilisation };
        for (utilisation, plain, doubled) in [(0.5, 25.1, 8.4), (0.7, 58.5, 13.5), (0.3, 10.8, 4.4)] {
            assert_hours(outage(utilisation).drain_time(1.0), plain);
            assert_hours(outage(utilisation).drain_time(2.0), doubled);
        }
        assert_eq!(outage(1.2).drain_time(1.0), None);
        assert!(outage(1.2).drain_time(2.0).is_some());
    }

    #[test]
    fn a_new_job_waits_until_the_backlog_of_its_day_is_gone() {
        let outage = Outage { lasts: 10.0, utilisation: 0.5 };
        assert_eq!(outage.wait_of_new_job(0.0), 5.0);
        assert_eq!(outage.wait_of_new_job(4.0), 3.0);
        assert_eq!(outage.wait_of_new_job(outage.drain_time(1.0).unwrap()), 0.0);
        assert_eq!(outage.wait_of_new_job(100.0), 0.0);
        assert_eq!(outage.backlog(3.0), 30.0);
    }

    #[test]
    fn a_burst_drains_its_excess_through_what_the_base_load_leaves() {
        let burst = |base_utilisation, peak_utilisation| Burst { lasts: 2.0, base_utilisation, peak_utilisation };
        assert_eq!(burst(0.5, 3.0).drain_time(), Some(8.0));
        assert_eq!(burst(0.5, 0.9).drain_time(), Some(0.0));
        assert_eq!(burst(1.0, 3.0).drain_time(), None);
    }
}
