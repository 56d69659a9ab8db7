//! Outlines of the départements, in a plane in which they can be drawn.

use super::{Atlas, DepartementIx, Point};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The outline of a département.
#[derive(Debug)]
pub struct Outline {
    /// Box that holds it: smallest x, smallest y, largest x, largest y, in units of the plane.
    pub bounds: [i32; 4],
    /// SVG path, in units of the plane.
    pub path: &'static str,
    /// The same for a map of the whole country, in units [`COARSE`] times as large: a third of the text.
    pub coarse: String,
    frame: usize,
}

/// A plane: metropolitan France in one, each overseas département in its own.
#[derive(Debug)]
struct Frame {
    lon0: f64,
    n: f64,
    g: f64,
    k: f64,
    x0: f64,
    y0: f64,
}

/// All the outlines. One for the whole process: [`Outlines::get`].
#[derive(Debug)]
pub struct Outlines {
    frames: Vec<Frame>,
    /// By the number of the département.
    departements: Vec<Option<Outline>>,
}

const OUTLINES: &str = include_str!("../../data/territory/outlines.tsv");

static READ: LazyLock<Outlines> = LazyLock::new(|| Outlines::read(OUTLINES));

/// Units of the plane in one km.
pub const UNITS_PER_KM: f64 = 2.0;

/// Units of the plane in one unit of [`Outline::coarse`]: two km, a pixel of a map of France.
pub const COARSE: i32 = 4;

/// An outline on a grid of [`COARSE`] units. Neighbours share their points, so they stay neighbours; what is smaller than
/// the grid, an islet, is left out.
fn coarser(path: &str) -> String {
    let mut coarse = String::new();
    for ring in path.split('M').skip(1) {
        let numbers: Vec<i32> = numbers(ring).collect();
        let mut at = (0, 0);
        let corners = numbers.chunks_exact(2).map(|step| {
            at = (at.0 + step[0], at.1 + step[1]);
            let on_grid = |n: i32| (n + COARSE / 2).div_euclid(COARSE);
            (on_grid(at.0), on_grid(at.1))
        });
        let mut kept: Vec<(i32, i32)> = corners.collect();
        kept.dedup();
        if kept.len() < 3 {
            continue;
        }
        let mut before = kept[0];
        coarse.push_str(&format!("M{} {}l", before.0, before.1));
        for (n, corner) in kept[1..].iter().enumerate() {
            let (x, y) = (corner.0 - before.0, corner.1 - before.1);
            // A sign parts numbers as well as a space.
            let first = if n == 0 || x < 0 { "" } else { " " };
            let second = if y < 0 { "" } else { " " };
            coarse.push_str(&format!("{first}{x}{second}{y}"));
            before = *corner;
        }
        coarse.push('z');
    }
    coarse
}

/// The numbers of a path: a place, then steps.
fn numbers(ring: &str) -> impl Iterator<Item = i32> {
    let starts = |(at, c): (usize, char)| {
        let after_number = at > 0 && ring.as_bytes()[at - 1].is_ascii_digit();
        c == '-' || (c.is_ascii_digit() && !after_number && !ring[..at].ends_with('-'))
    };
    let starts = ring.char_indices().filter(move |found| starts(*found)).map(|(at, _)| at);
    starts.filter_map(|at| {
        let rest = &ring[at..];
        let end = rest[1..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| end + 1);
        rest[..end].parse().ok()
    })
}

impl Outlines {
    /// The outlines of France, read on first use.
    #[must_use]
    pub fn get() -> &'static Self {
        &READ
    }

    fn read(table: &'static str) -> Self {
        let mut frames = Vec::new();
        let mut frame_of: HashMap<&str, usize> = HashMap::new();
        let mut by_code = HashMap::new();
        for line in table.lines() {
            let fields: Vec<&'static str> = line.split('\t').collect();
            match fields.as_slice() {
                ["#frame", _name, lon0, n, g, k, x0, y0, _width, _height, codes] => {
                    let number = |text: &str| text.parse().unwrap_or(0.0);
                    codes.split(' ').for_each(|code| {
                        frame_of.insert(code, frames.len());
                    });
                    frames.push(Frame {
                        lon0: number(lon0),
                        n: number(n),
                        g: number(g),
                        k: number(k),
                        x0: number(x0),
                        y0: number(y0),
                    });
                }
                [code, minx, miny, maxx, maxy, path] => {
                    let bounds = [minx, miny, maxx, maxy].map(|text| text.parse().unwrap_or(0));
                    let frame = frame_of.get(code).copied().unwrap_or(0);
                    by_code.insert(*code, Outline { bounds, path, coarse: coarser(path), frame });
                }
                _ => {}
            }
        }
        let departements = Atlas::get().departements.iter().map(|d| by_code.remove(d.code)).collect();
        Self { frames, departements }
    }

    /// The outline of a département.
    #[must_use]
    pub fn departement(&self, ix: DepartementIx) -> Option<&Outline> {
        self.departements.get(usize::from(ix.0))?.as_ref()
    }

    /// The départements that can be drawn on the same map.
    #[must_use]
    pub fn same_map(&self, a: DepartementIx, b: DepartementIx) -> bool {
        match (self.departement(a), self.departement(b)) {
            (Some(a), Some(b)) => a.frame == b.frame,
            _ => false,
        }
    }

    /// Where a point lies in the plane of a département.
    #[must_use]
    pub fn project(&self, near: DepartementIx, point: Point) -> Option<(f64, f64)> {
        let frame = self.frames.get(self.departement(near)?.frame)?;
        let theta = frame.n * (f64::from(point.lon) - frame.lon0).to_radians();
        let rho = frame.k * (frame.g - f64::from(point.lat).to_radians());
        Some((frame.x0 + rho * theta.sin(), frame.y0 + rho * theta.cos()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_departement_has_an_outline() {
        for ix in 0..Atlas::get().departements.len() {
            let ix = DepartementIx(u8::try_from(ix).expect("a hundred départements"));
            assert!(Outlines::get().departement(ix).is_some(), "{}", Atlas::get().departement(ix).code);
        }
    }

    #[test]
    fn a_coarse_outline() {
        // A square of 40 units with a needless corner, then an islet.
        assert_eq!(coarser("M100 200l40 0 0 40-1 0-39 0z"), "M25 50l10 0 0 10-10 0z");
        assert_eq!(coarser("M100 200l40 0 0 40-40 0zM8 8l1 0 0 1z"), "M25 50l10 0 0 10-10 0z");
        let outlines = Outlines::get();
        for outline in outlines.departements.iter().flatten() {
            assert!(outline.coarse.starts_with('M') && outline.coarse.len() < outline.path.len());
            let first: Vec<i32> = numbers(&outline.coarse[1..]).take(2).collect();
            let [left, top, right, bottom] = outline.bounds;
            assert!((left - COARSE..=right + COARSE).contains(&(first[0] * COARSE)), "{first:?}");
            assert!((top - COARSE..=bottom + COARSE).contains(&(first[1] * COARSE)), "{first:?}");
        }
    }

    #[test]
    fn every_prefecture_sized_commune_lies_in_the_box_of_its_departement() {
        let atlas = Atlas::get();
        for commune in atlas.communes.iter().filter(|c| c.population > 20_000) {
            let (x, y) = Outlines::get().project(commune.departement, commune.centre).expect("an outline");
            let [minx, miny, maxx, maxy] =
                Outlines::get().departement(commune.departement).expect("an outline").bounds.map(f64::from);
            // Outlines are simplified: a coast may be a few km off.
            let near = minx - 10.0 <= x && x <= maxx + 10.0 && miny - 10.0 <= y && y <= maxy + 10.0;
            assert!(near, "{} at {x} {y}", commune.name);
        }
    }
}
