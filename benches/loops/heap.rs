//! A 4-ary min-heap of bare times.

#[derive(Default)]
pub(crate) struct Heap(Vec<u64>);

impl Heap {
    #[inline]
    pub(crate) fn top(&self) -> u64 {
        self.0.first().copied().unwrap_or(u64::MAX)
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(crate) fn push(&mut self, time: u64) {
        let mut hole = self.0.len();
        self.0.push(time);
        while hole > 0 {
            let parent = (hole - 1) / 4;
            if self.0[parent] <= time {
                break;
            }
            self.0[hole] = self.0[parent];
            hole = parent;
        }
        self.0[hole] = time;
    }

    #[inline]
    pub(crate) fn pop(&mut self) {
        if let Some(last) = self.0.pop()
            && !self.0.is_empty()
        {
            self.replace_top(last);
        }
    }

    #[inline]
    pub(crate) fn replace_top(&mut self, time: u64) {
        let heap = &mut self.0[..];
        let mut hole = 0;
        while let Some(child) = least_of(heap, 4 * hole + 1) {
            if heap[child] >= time {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = time;
    }
}

#[inline]
fn least_of(heap: &[u64], first: usize) -> Option<usize> {
    if let Some(&[a, b, c, d]) = heap.get(first..first + 4) {
        let (left, left_at) = if b < a { (b, first + 1) } else { (a, first) };
        let (right, right_at) = if d < c { (d, first + 3) } else { (c, first + 2) };
        return Some(if right < left { right_at } else { left_at });
    }
    let rest = heap.get(first..)?;
    (0..rest.len()).min_by_key(|&i| rest[i]).map(|i| first + i)
}
