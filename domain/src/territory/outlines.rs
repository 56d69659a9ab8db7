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
                    by_code.insert(*code, Outline { bounds, path, frame });
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
