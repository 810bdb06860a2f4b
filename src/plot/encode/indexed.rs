//! Pixels as indices of a table of at most 256 colours: a third of the bytes to compress, and pictures of plots have few colours that
//! can be told apart.

use std::collections::HashMap;

/// Colours of a table.
const MOST: usize = 256;
/// By how much a channel may differ from what was painted, tried in turn; nobody sees the last one at the edge of a line.
const ERRORS: [u8; 6] = [0, 2, 4, 8, 12, 16];

/// A picture of few colours.
pub(in crate::plot) struct Indexed {
    /// Three bytes for each colour, the most frequent first.
    pub(in crate::plot) table: Vec<u8>,
    /// A byte for each pixel.
    pub(in crate::plot) pixels: Vec<u8>,
}

type Rgb = [u8; 3];

impl Indexed {
    /// The picture with the least error that a table allows; `None` where too many colours differ too much.
    pub(in crate::plot) fn of(rgb: &[u8]) -> Option<Self> {
        let (colors, runs) = runs(rgb);
        let frequent = by_frequency(&colors, &runs);
        let table = ERRORS.into_iter().find_map(|error| choose(&frequent, error))?;
        let places: Vec<u8> = colors.iter().map(|color| nearest(&table, *color) as u8).collect();
        let mut pixels = Vec::with_capacity(rgb.len() / 3);
        runs.iter().for_each(|&(color, length)| pixels.resize(pixels.len() + length, places[color]));
        Some(Self { pixels, table: table.concat() })
    }
}

/// Every colour, and the neighbours of one colour: its place among the colours and how many they are.
fn runs(rgb: &[u8]) -> (Vec<Rgb>, Vec<(usize, usize)>) {
    let (pixels, _) = rgb.as_chunks::<3>();
    let (mut colors, mut known) = (Vec::new(), HashMap::new());
    let mut run = |pixels: &[Rgb]| {
        let place = *known.entry(pixels[0]).or_insert_with(|| {
            colors.push(pixels[0]);
            colors.len() - 1
        });
        (place, pixels.len())
    };
    let runs = pixels.chunk_by(|a, b| a == b).map(&mut run).collect();
    (colors, runs)
}

/// The colours, the most frequent first.
fn by_frequency(colors: &[Rgb], runs: &[(usize, usize)]) -> Vec<Rgb> {
    let mut counted: Vec<(usize, Rgb)> = colors.iter().map(|color| (0, *color)).collect();
    runs.iter().for_each(|&(color, length)| counted[color].0 += length);
    counted.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    counted.into_iter().map(|(_, color)| color).collect()
}

/// A table in which every colour has one that is at most so far away; `None` where it has no room.
fn choose(colors: &[Rgb], error: u8) -> Option<Vec<Rgb>> {
    let mut table: Vec<Rgb> = Vec::new();
    for color in colors {
        if !table.iter().any(|chosen| distance(*chosen, *color) <= error) {
            table.push(*color);
        }
        if table.len() > MOST {
            return None;
        }
    }
    Some(table)
}

fn nearest(table: &[Rgb], color: Rgb) -> usize {
    let places = 0..table.len();
    places.min_by_key(|&place| distance(table[place], color)).unwrap_or(0)
}

/// The largest difference of a channel.
fn distance(one: Rgb, other: Rgb) -> u8 {
    let [r, g, b] = [0, 1, 2].map(|channel| one[channel].abs_diff(other[channel]));
    r.max(g).max(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(indexed: &Indexed) -> Vec<u8> {
        indexed.pixels.iter().flat_map(|&place| indexed.table[usize::from(place) * 3..][..3].to_vec()).collect()
    }

    #[test]
    fn few_colours_stay_as_they_are() {
        let rgb: Vec<u8> = (0..3000_u32).flat_map(|i| [(i % 16) as u8, 200, (i % 15) as u8 * 16]).collect();
        assert_eq!(shown(&Indexed::of(&rgb).unwrap()), rgb);
    }

    #[test]
    fn many_colours_change_by_what_nobody_sees_and_the_most_frequent_not_at_all() {
        let mut rgb: Vec<u8> = (0..5000_u32).flat_map(|i| [(i % 64) as u8, (i / 64) as u8, 7]).collect();
        rgb.extend([1, 2, 3].repeat(100));
        let shown = shown(&Indexed::of(&rgb).unwrap());
        let most = rgb.iter().zip(&shown).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(0 < most && most <= 16, "{most}");
        assert_eq!(shown[shown.len() - 300..], [1, 2, 3].repeat(100));
    }

    #[test]
    fn a_rainbow_has_too_many_colours() {
        let rgb: Vec<u8> = (0..4096_u32).flat_map(|i| [i % 16, i / 16 % 16, i / 256].map(|c| c as u8 * 17)).collect();
        assert!(Indexed::of(&rgb).is_none());
    }
}
