//! A 4-ary min-heap of bare times. Times that never come fill the last group of four children, so that a sift meets no group that
//! is not whole.

pub(crate) struct Heap {
    times: Vec<u64>,
    len: usize,
}

impl Default for Heap {
    fn default() -> Self {
        Self { times: vec![u64::MAX], len: 0 }
    }
}

impl Heap {
    #[inline]
    pub(crate) fn top(&self) -> u64 {
        self.times[0]
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn push(&mut self, time: u64) {
        if self.len == self.times.len() {
            self.times.extend([u64::MAX; 4]);
        }
        let mut hole = self.len;
        self.len += 1;
        while hole > 0 {
            let parent = (hole - 1) / 4;
            if self.times[parent] <= time {
                break;
            }
            self.times[hole] = self.times[parent];
            hole = parent;
        }
        self.times[hole] = time;
    }

    #[inline]
    pub(crate) fn pop(&mut self) {
        self.len -= 1;
        let last = std::mem::replace(&mut self.times[self.len], u64::MAX);
        if self.len > 0 {
            self.replace_top(last);
        }
    }

    #[inline]
    pub(crate) fn replace_top(&mut self, time: u64) {
        let times = &mut self.times[..];
        let mut hole = 0;
        while let Some((child, least)) = least_child(times, hole) {
            if least >= time {
                break;
            }
            times[hole] = least;
            hole = child;
        }
        times[hole] = time;
    }
}

#[inline]
fn least_child(times: &[u64], parent: usize) -> Option<(usize, u64)> {
    let first = 4 * parent + 1;
    let &[a, b, c, d] = times.get(first..first + 4)? else { return None };
    let (left, left_at) = if b < a { (b, first + 1) } else { (a, first) };
    let (right, right_at) = if d < c { (d, first + 3) } else { (c, first + 2) };
    Some(if right < left { (right_at, right) } else { (left_at, left) })
}
