//! Things in numbered places that are used again.

/// Things by their numbers. A number is given again after its thing has been removed.
#[derive(Clone, Debug)]
pub(crate) struct Slab<T> {
    places: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    pub(crate) fn add(&mut self, thing: T) -> u32 {
        if let Some(place) = self.free.pop() {
            self.places[place as usize] = Some(thing);
            return place;
        }
        self.places.push(Some(thing));
        self.places.len() as u32 - 1
    }

    pub(crate) fn remove(&mut self, place: u32) -> T {
        self.free.push(place);
        self.places[place as usize].take().expect("what is removed is there")
    }

    pub(crate) fn get(&self, place: u32) -> &T {
        self.places[place as usize].as_ref().expect("a number is kept no longer than its thing")
    }

    /// The thing with a number that may have been given back.
    pub(crate) fn find(&self, place: u32) -> Option<&T> {
        self.places[place as usize].as_ref()
    }

    pub(crate) fn get_mut(&mut self, place: u32) -> &mut T {
        self.places[place as usize].as_mut().expect("a number is kept no longer than its thing")
    }

    /// All things, by their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> + '_ {
        self.places.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_used_again_after_its_thing_is_gone() {
        let mut slab = Slab::default();
        let (a, b) = (slab.add('a'), slab.add('b'));
        assert_eq!(slab.remove(a), 'a');
        assert_eq!((slab.add('c'), *slab.get(b)), (a, 'b'));
        *slab.get_mut(b) = 'd';
        assert_eq!(slab.iter().collect::<String>(), "cd");
    }
}
