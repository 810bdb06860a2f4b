//! The HPA and KEDA second by second.
//!
//! Written from `pkg/controller/podautoscaler/horizontal.go` and `replica_calculator.go` of Kubernetes 1.30, from
//! `pkg/scaling/executor/scale_scaledobjects.go` and `pkg/scaling/scale_handler.go` of KEDA 2.14, and from the averages of
//! metrics-server 0.7. Everything happens at whole seconds: completions, boots, KEDA's poll, the HPA, arrivals.

use std::collections::VecDeque;

use crate::support::{Log, SEED, class, lasting, script, world};
use rand::RngExt;
use tailback::distribution::Distribution;
use tailback::model::{Autoscale, Hpa, Keda, ModelParts, ScaleMetric, ScaleRule};
use tailback::random::Stream;

/// What a world is made of, in whole seconds.
#[derive(Clone, Debug)]
struct Setting {
    jobs: Vec<(u64, u64)>,
    size: u32,
    horizon: u64,
    metric: Metric,
    hpa: HpaSetting,
    keda: Option<KedaSetting>,
    min: u32,
    max: u32,
    interval: u64,
    lag: u64,
    boot: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Metric {
    Age,
    Depth,
    DepthAndRunning,
    Utilisation(u64),
}

#[derive(Clone, Copy, Debug)]
struct HpaSetting {
    target: f64,
    tolerance: f64,
    up_percent: u32,
    up_pods: u32,
    down_percent: u32,
    period: u64,
    up_window: u64,
    down_window: u64,
}

#[derive(Clone, Copy, Debug)]
struct KedaSetting {
    activation: f64,
    polling: u64,
    cooldown: u64,
}

/// A cluster at a second.
#[derive(Default)]
struct Cluster {
    now: u64,
    /// Replicas asked for.
    replicas: u32,
    /// When those that boot are ready, the last one asked for last.
    booting: Vec<u64>,
    /// When the jobs on pods end.
    running: Vec<u64>,
    /// When the jobs that wait were created, and how long they take.
    waiting: VecDeque<(u64, u64)>,
    /// Ready and running jobs, the age of the oldest, and pods in use and in all so far, at the instant at which metrics are read.
    seen: Vec<Seen>,
    used: u64,
    there: u64,
    starts: Vec<(u64, u64)>,
}

#[derive(Clone, Copy)]
struct Seen {
    waiting: usize,
    running: usize,
    age: u64,
    used: u64,
    there: u64,
}

impl Cluster {
    fn ready(&self) -> u32 {
        self.replicas - self.booting.len() as u32
    }

    fn fill(&mut self) {
        while self.running.len() < self.ready() as usize {
            let Some((created, takes)) = self.waiting.pop_front() else { return };
            self.starts.push((created, self.now));
            self.running.push(self.now + takes);
        }
    }

    /// Pods that have no job beyond the replicas are gone; those that have one finish it.
    fn complete(&mut self) {
        let now = self.now;
        self.running.retain(|&end| end != now);
        self.fill();
        self.booting.retain(|&ready| ready != now);
        self.fill();
    }

    fn scale(&mut self, replicas: u32, boot: Option<u64>) {
        let fewer = self.replicas.saturating_sub(replicas) as usize;
        self.booting.truncate(self.booting.len().saturating_sub(fewer));
        if let Some(boot) = boot {
            self.booting.extend((self.replicas..replicas).map(|_| self.now + boot));
        }
        self.replicas = replicas;
        self.fill();
    }

    fn look(&mut self) {
        let age = self.waiting.front().map_or(0, |(created, _)| self.now - created);
        let (waiting, running) = (self.waiting.len(), self.running.len());
        self.seen.push(Seen { waiting, running, age, used: self.used, there: self.there });
    }

    fn pass(&mut self) {
        self.used += (self.running.len() as u64).min(u64::from(self.ready()));
        self.there += u64::from(self.ready());
        self.now += 1;
    }

    /// The metric as it was; `None` before the first one arrives.
    fn metric(&self, metric: Metric, lag: u64) -> Option<f64> {
        let at = self.now.checked_sub(lag)? as usize;
        let seen = self.seen[at];
        Some(match metric {
            Metric::Age => seen.age as f64,
            Metric::Depth => seen.waiting as f64,
            Metric::DepthAndRunning => (seen.waiting + seen.running) as f64,
            Metric::Utilisation(window) => {
                let before = self.seen[at.saturating_sub(window as usize)];
                let there = seen.there - before.there;
                if there == 0 { 0.0 } else { (seen.used - before.used) as f64 / there as f64 }
            }
        })
    }
}

#[derive(Default)]
struct Controller {
    recommendations: Vec<(u64, i64)>,
    ups: Vec<(u64, i64)>,
    downs: Vec<(u64, i64)>,
    last_active: Option<u64>,
}

impl Controller {
    /// `reconcileAutoscaler`.
    fn reconcile(&mut self, setting: &Setting, cluster: &Cluster, metric: f64) -> u32 {
        let (current, now) = (i64::from(cluster.replicas), cluster.now);
        let (min, max) = (i64::from(setting.min.max(1)), i64::from(setting.max));
        if current == 0 {
            return 0;
        }
        let desired = if current > max {
            max
        } else if current < min {
            min
        } else {
            if self.recommendations.is_empty() {
                self.recommendations.push((now, current));
            }
            let proposed = proposal(setting, metric, (current, i64::from(cluster.ready())));
            let stable = self.stabilize(&setting.hpa, (current, proposed), now);
            self.convert(setting, (current, stable), now)
        };
        match desired - current {
            0 => {}
            up @ 1.. => self.ups.push((now, up)),
            down => self.downs.push((now, -down)),
        }
        desired as u32
    }

    /// `stabilizeRecommendationWithBehaviors`.
    fn stabilize(&mut self, hpa: &HpaSetting, (current, desired): (i64, i64), now: u64) -> i64 {
        let (mut up, mut down) = (desired, desired);
        for &(time, recommendation) in &self.recommendations {
            if time + hpa.up_window > now {
                up = up.min(recommendation);
            }
            if time + hpa.down_window > now {
                down = down.max(recommendation);
            }
        }
        self.recommendations.push((now, desired));
        let recommendation = if current < up { up } else { current };
        if recommendation > down { down } else { recommendation }
    }

    /// `convertDesiredReplicasWithBehaviorRate`, with the policies of scaling up chosen by the most.
    fn convert(&self, setting: &Setting, (current, desired): (i64, i64), now: u64) -> i64 {
        let hpa = &setting.hpa;
        let within = |events: &[(u64, i64)]| -> i64 {
            events.iter().filter(|(time, _)| time + hpa.period > now).map(|(_, change)| change).sum()
        };
        let start = current - within(&self.ups) + within(&self.downs);
        if desired > current {
            let pods = start + i64::from(hpa.up_pods);
            let percent = (start as f64 * (1.0 + f64::from(hpa.up_percent) / 100.0) - 1e-9).ceil() as i64;
            desired.min(i64::from(setting.max).min(pods.max(percent).max(current)))
        } else if desired < current {
            let limit = (start as f64 * (1.0 - f64::from(hpa.down_percent) / 100.0)) as i64;
            desired.max(i64::from(setting.min.max(1)).max(limit.min(current)))
        } else {
            desired
        }
    }

    /// `RequestScale` of KEDA.
    fn poll(&mut self, keda: &KedaSetting, setting: &Setting, (now, replicas, metric): (u64, u32, f64)) -> u32 {
        let is_active = metric > keda.activation;
        if is_active {
            self.last_active = Some(now);
        }
        if is_active && replicas == 0 {
            setting.min.max(1)
        } else if !is_active && replicas > 0 && setting.min == 0 {
            let cooled = self.last_active.is_none_or(|active| active + keda.cooldown < now);
            if cooled { 0 } else { replicas }
        } else if !is_active && replicas < setting.min && replicas == 0 {
            setting.min
        } else {
            replicas
        }
    }
}

/// `GetResourceReplicas` for utilisation, `GetExternalMetricReplicas` for the age, `GetExternalPerPodMetricReplicas` for jobs.
fn proposal(setting: &Setting, metric: f64, (current, ready): (i64, i64)) -> i64 {
    let hpa = &setting.hpa;
    let is_near = |ratio: f64| (1.0 - ratio).abs() <= hpa.tolerance + 1e-12;
    let ceil = |value: f64| (value - 1e-9 * value.max(1.0)).ceil() as i64;
    let ratio = metric / hpa.target;
    match setting.metric {
        Metric::Depth | Metric::DepthAndRunning => {
            if is_near(ratio / current as f64) {
                current
            } else {
                ceil(ratio)
            }
        }
        Metric::Age => {
            if is_near(ratio) {
                current
            } else {
                ceil(ratio * ready as f64)
            }
        }
        // No metrics for any ready pod: an error, on which nothing is scaled.
        Metric::Utilisation(_) if ready == 0 => current,
        Metric::Utilisation(_) => {
            let unready = current - ready;
            if unready == 0 || ratio <= 1.0 {
                return if is_near(ratio) { current } else { ceil(ratio * ready as f64) };
            }
            // On a scale-up, unready pods use 0 % of their request.
            let rebalanced = ratio * ready as f64 / current as f64;
            if is_near(rebalanced) || rebalanced < 1.0 { current } else { ceil(rebalanced * current as f64) }
        }
    }
}

/// The pods at the end of each second, and when jobs are started.
fn follow(setting: &Setting) -> (Vec<u32>, Vec<(u64, u64)>) {
    let (mut cluster, mut controller) =
        (Cluster { replicas: setting.size, ..Cluster::default() }, Controller::default());
    let mut jobs: VecDeque<(u64, u64)> = setting.jobs.iter().copied().collect();
    let mut pods = Vec::new();
    while cluster.now < setting.horizon {
        cluster.complete();
        cluster.look();
        let (now, before) = (cluster.now, cluster.replicas);
        let is_due = |every: u64| now > 0 && now.is_multiple_of(every);
        let metric = cluster.metric(setting.metric, setting.lag);
        if let Some((keda, metric)) = setting.keda.as_ref().filter(|keda| is_due(keda.polling)).zip(metric) {
            let replicas = controller.poll(keda, setting, (now, cluster.replicas, metric));
            cluster.scale(replicas, setting.boot);
        }
        // What a poll has just changed is seen by the HPA the next time.
        if let Some(metric) = metric.filter(|_| is_due(setting.interval) && cluster.replicas == before) {
            let replicas = controller.reconcile(setting, &cluster, metric);
            cluster.scale(replicas, setting.boot);
        }
        while jobs.front().is_some_and(|(created, _)| *created == now) {
            cluster.waiting.extend(jobs.pop_front());
            cluster.fill();
        }
        pods.push(cluster.ready().max(cluster.running.len() as u32));
        cluster.pass();
    }
    (pods, cluster.starts)
}

fn model(setting: &Setting) -> ModelParts {
    let seconds = |seconds: u64| lasting(seconds as f64);
    let jobs: Vec<(f64, f64)> = setting.jobs.iter().map(|&(at, takes)| (at as f64, takes as f64)).collect();
    let hpa = Hpa {
        target: setting.hpa.target,
        tolerance: setting.hpa.tolerance,
        up_factor: 1.0 + f64::from(setting.hpa.up_percent) / 100.0,
        up_step: setting.hpa.up_pods,
        down_share: 1.0 - f64::from(setting.hpa.down_percent) / 100.0,
        step_period: seconds(setting.hpa.period),
        up_stabilisation: seconds(setting.hpa.up_window),
        down_stabilisation: seconds(setting.hpa.down_window),
    };
    let rule = setting.keda.map_or(ScaleRule::Hpa(hpa), |keda| {
        let (polling, cooldown) = (seconds(keda.polling), seconds(keda.cooldown));
        ScaleRule::Keda(Keda { hpa, activation: keda.activation, polling, cooldown })
    });
    let metric = match setting.metric {
        Metric::Age => ScaleMetric::Age,
        Metric::Depth => ScaleMetric::Depth,
        Metric::DepthAndRunning => ScaleMetric::DepthAndRunning,
        Metric::Utilisation(window) => ScaleMetric::Utilisation(seconds(window)),
    };
    let mut parts = world(vec![class("mail", 0, script(&jobs))], setting.size);
    parts.horizon = seconds(setting.horizon);
    parts.pools[0].capacity.autoscale = Some(Autoscale {
        rule,
        metric,
        min: setting.min,
        max: setting.max,
        interval: seconds(setting.interval),
        lag: seconds(setting.lag),
        boot: setting.boot.map(|boot| Distribution::constant(boot as f64).unwrap()),
    });
    parts
}

fn draw(stream: &mut Stream, with_keda: bool) -> Setting {
    let mut pick = |from: u64, to: u64| stream.random_range(from..=to);
    let metric = match pick(0, 3) {
        0 => Metric::Age,
        1 => Metric::Depth,
        2 => Metric::DepthAndRunning,
        _ => Metric::Utilisation(pick(1, 70)),
    };
    let target = match metric {
        Metric::Age => pick(2, 40) as f64,
        Metric::Depth | Metric::DepthAndRunning => pick(1, 12) as f64 / 2.0,
        Metric::Utilisation(_) => pick(20, 90) as f64 / 100.0,
    };
    let hpa = HpaSetting {
        target,
        tolerance: pick(0, 3) as f64 / 10.0,
        up_percent: pick(0, 4) as u32 * 50,
        up_pods: pick(0, 4) as u32,
        down_percent: pick(0, 4) as u32 * 25,
        period: pick(5, 60),
        up_window: pick(0, 3) * 15,
        down_window: pick(0, 6) * 20,
    };
    let keda = KedaSetting { activation: pick(0, 1) as f64 / 2.0, polling: pick(1, 40), cooldown: pick(0, 90) };
    let min = if with_keda { pick(0, 2) } else { pick(1, 3) };
    let busy = pick(1, 8);
    let mut now = 0;
    let jobs = (0..pick(20, 150)).map(|_| {
        now += if pick(0, 19) == 0 { pick(30, 200) } else { pick(0, 6) };
        (now, pick(1, 6) * busy)
    });
    let jobs = jobs.collect();
    Setting {
        jobs,
        size: if with_keda { pick(0, 4) as u32 } else { pick(1, 6) as u32 },
        horizon: 900,
        metric,
        hpa,
        keda: with_keda.then_some(keda),
        min: min as u32,
        max: (min.max(1) + pick(0, 20)) as u32,
        interval: pick(3, 20),
        lag: if pick(0, 1) == 0 { 0 } else { pick(1, 40) },
        boot: (pick(0, 1) == 0).then(|| pick(1, 50)),
    }
}

fn compare(name: &str, with_keda: bool) {
    let mut stream = SEED.stream(name);
    let mut resized = 0;
    for round in 0..400 {
        let setting = draw(&mut stream, with_keda);
        let log = Log::of(model(&setting));
        let (pods, starts) = follow(&setting);
        let found: Vec<(u64, u64)> =
            log.starts().iter().map(|&(_, created, start)| (created as u64, start as u64)).collect();
        let mut sizes = log.sizes().into_iter().peekable();
        let mut available = 0;
        for (second, &expected) in pods.iter().enumerate() {
            while let Some((_, size)) = sizes.next_if(|&(time, _)| time <= second as f64) {
                resized += u32::from(second > 0);
                available = size;
            }
            assert_eq!(available, expected, "round {round}, at {second} s: {setting:?}");
        }
        assert_eq!(found, starts, "round {round}: {setting:?}");
    }
    assert!(resized > 2_000, "only {resized} changes of the size were compared");
}

#[test]
fn the_hpa_scales_as_its_source_says() {
    compare("hpa worlds", false);
}

#[test]
fn keda_scales_as_its_source_says() {
    compare("keda worlds", true);
}
