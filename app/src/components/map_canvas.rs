//! A map as SVG text: a window of the plane of the outlines, drawn on a canvas of one size. It is written straight into a
//! string: a list draws its map at every search, and elements one by one cost as much as the search.

use domain::matching::Tier;
use domain::territory::{Atlas, Commune, DepartementIx, Outline, Outlines, UNITS_PER_KM};
use html_escape::encode_double_quoted_attribute_to_string as escape_into;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Least width of a map, in units of the plane: thirty km.
const WIDTH_MIN: f64 = 30.0 * UNITS_PER_KM;
/// Height of a map in proportion to its width.
const TALL: f64 = 0.42;
/// Width of a canvas, in its own units: a mark is twenty wide, and whole numbers are fine enough.
const CANVAS: f64 = 1_000.0;
/// `viewBox` of every canvas.
pub(super) const VIEW_BOX: &str = "0 0 1000 420";
/// Radius of the mark of a structure.
const MARK: i32 = 20;
/// From so far apart on two marks do not lie on one another.
const APART: i32 = 2 * MARK + 2;
/// Size of the name of a town.
const NAME: f64 = 21.0;
/// How far from its town a name may stand, the best first: above and below the mark of a structure that sits there, or
/// of two.
const NAME_AWAY: [i32; 4] = [-28, 44, -70, 86];
/// A town is named on a map from so many inhabitants on…
const NAMED_FROM: u32 = 12_000;
/// … so many of them at most, the largest.
const NAMED_MAX: usize = 5;

/// A part of the plane: left, top, width; as tall as [`TALL`] says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    x: f64,
    y: f64,
    width: f64,
}

impl Window {
    /// The window around these points, with some air, not narrower than [`WIDTH_MIN`]. Nothing without a point.
    pub(super) fn around(points: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        let mut points = points.into_iter();
        let first = points.next()?;
        let ((left, top), (right, bottom)) = points
            .fold((first, first), |((l, t), (r, b)), (x, y)| ((l.min(x), t.min(y)), (r.max(x), b.max(y))));
        let air = 0.24 * (right - left).max(bottom - top);
        let width = (right - left + air).max(WIDTH_MIN).max((bottom - top + air) / TALL);
        Some(Self { x: (left + right - width) / 2.0, y: (top + bottom - width * TALL) / 2.0, width })
    }

    fn height(self) -> f64 {
        self.width * TALL
    }

    fn meets(self, outline: &Outline) -> bool {
        let [left, top, right, bottom] = outline.bounds.map(f64::from);
        left < self.x + self.width && right > self.x && top < self.y + self.height() && bottom > self.y
    }

    fn scale(self) -> f64 {
        CANVAS / self.width
    }

    /// Where a point of the plane lies on the canvas.
    #[expect(clippy::cast_possible_truncation, reason = "a canvas is a thousand wide")]
    fn on_canvas(self, (x, y): (f64, f64)) -> (i32, i32) {
        (((x - self.x) * self.scale()).round() as i32, ((y - self.y) * self.scale()).round() as i32)
    }
}

/// A map while it is drawn.
pub(super) struct Canvas {
    window: Window,
    /// Whose plane it shows.
    near: DepartementIx,
    /// Where the marks of structures lie.
    marks: Vec<(i32, i32)>,
    svg: String,
}

impl Canvas {
    pub(super) fn new(window: Window, near: DepartementIx) -> Self {
        Self { window, near, marks: Vec::new(), svg: String::with_capacity(12 * 1024) }
    }

    /// What was drawn: the inside of an `svg`.
    pub(super) fn finish(self) -> String {
        self.svg
    }

    fn write(&mut self, text: std::fmt::Arguments) {
        // Writing into a string cannot fail.
        let _ = self.svg.write_fmt(text);
    }

    /// The départements of the window, those of the place in another colour.
    pub(super) fn land(&mut self, of_place: &[DepartementIx]) {
        let outlines = Outlines::get();
        let Window { x, y, .. } = self.window;
        self.write(format_args!(
            "<g transform=\"scale({:.4}) translate({:.1} {:.1})\">",
            self.window.scale(),
            -x,
            -y
        ));
        for ix in (0u8..).take(Atlas::get().departements.len()).map(DepartementIx) {
            let Some(outline) = outlines.departement(ix).filter(|o| self.window.meets(o)) else { continue };
            if outlines.same_map(self.near, ix) {
                self.svg.push_str(match of_place.contains(&ix) {
                    true => "<path class=\"map-land map-here\" d=\"",
                    false => "<path class=\"map-land\" d=\"",
                });
                self.svg.push_str(outline.path);
                self.svg.push_str("\"/>");
            }
        }
        self.svg.push_str("</g>");
    }

    /// The largest towns of the window, by their names: where one is.
    pub(super) fn town_names(&mut self) {
        let outlines = Outlines::get();
        let (side, below) = (CANVAS * 0.08, CANVAS * TALL * 0.06);
        let mut named: Vec<(f64, f64)> = Vec::new();
        for (commune, at) in &*TOWNS {
            let (x, y) = self.window.on_canvas(*at);
            let is_inside = (side..=CANVAS - side).contains(&f64::from(x))
                && (0.0..=CANVAS * TALL).contains(&f64::from(y))
                && outlines.same_map(self.near, commune.departement);
            if !is_inside {
                continue;
            }
            let half = f64::from(u16::try_from(commune.name.len()).unwrap_or(u16::MAX)) * NAME * 0.26;
            let is_free = |y: &i32| {
                let (x, y) = (f64::from(x), f64::from(*y));
                // Two names on one another say nothing, nor does a name under a mark.
                (below..=CANVAS * TALL - below).contains(&y)
                    && named.iter().all(|(a, b)| (a - x).abs() > NAME * 7.0 || (b - y).abs() > NAME * 1.6)
                    && self.marks.iter().all(|mark| !is_under(*mark, (x, y), half))
            };
            let Some(y) = NAME_AWAY.into_iter().map(|away| y + away).find(is_free) else { continue };
            self.write(format_args!("<text class=\"map-name\" x=\"{x}\" y=\"{y}\">{}</text>", commune.name));
            named.push((f64::from(x), f64::from(y)));
            if named.len() == NAMED_MAX {
                return;
            }
        }
    }

    /// Finds room for the mark of each structure, in the order of their ranks: where it sits, or else as near as no other
    /// mark lies; a thread then leads to the seat.
    pub(super) fn make_room(&mut self, seats: impl Iterator<Item = (f64, f64)>) {
        for at in seats {
            let seat = self.window.on_canvas(at);
            self.marks.push(room_for(seat, &self.marks));
        }
    }

    /// Threads from the marks that had to move to their seats.
    pub(super) fn threads(&mut self, seats: impl Iterator<Item = (f64, f64)>) {
        let mut threads = String::new();
        for (at, mark) in seats.zip(&self.marks) {
            let seat = self.window.on_canvas(at);
            if *mark != seat {
                // Writing into a string cannot fail.
                let _ = write!(threads, "M{} {}L{} {}", seat.0, seat.1, mark.0, mark.1);
            }
        }
        if !threads.is_empty() {
            self.write(format_args!("<path class=\"map-thread\" d=\"{threads}\"/>"));
        }
    }

    /// The middle of the place that was asked.
    pub(super) fn centre(&mut self, at: (f64, f64)) {
        let (x, y) = self.window.on_canvas(at);
        self.write(format_args!("<path class=\"map-centre\" d=\"M{} {y}h48M{x} {}v48\"/>", x - 24, y - 24));
    }

    /// The structure whose mark has this number, as a link.
    pub(super) fn structure(&mut self, mark: usize, rank: usize, label: &str, href: &str, tier: Tier) {
        let Some((x, y)) = self.marks.get(mark).copied() else { return };
        self.link(&format!("{rank}. {label}"), href);
        shape(&mut self.svg, (x, y), MARK, tier);
        self.write(format_args!("<text class=\"map-rank\" x=\"{x}\" y=\"{}\">{rank}</text></a>", y + 8));
    }

    /// A town where structures sit, as a link: `share` of the most that one town has.
    pub(super) fn town(&mut self, at: (f64, f64), share: f64, label: &str, href: &str) {
        let (x, y) = self.window.on_canvas(at);
        // Areas tell the counts: the radius goes with the root.
        let radius = CANVAS / 180.0 + share.sqrt() * CANVAS / 40.0;
        self.link(label, href);
        self.write(format_args!("<circle class=\"map-town\" cx=\"{x}\" cy=\"{y}\" r=\"{radius:.0}\"/></a>"));
    }

    /// Opens a link that says what it is, to those who hover and to those who hear.
    fn link(&mut self, label: &str, href: &str) {
        self.svg.push_str("<a class=\"map-link\" href=\"");
        escape_into(href, &mut self.svg);
        self.svg.push_str("\" aria-label=\"");
        escape_into(label, &mut self.svg);
        self.svg.push_str("\"><title>");
        escape_into(label, &mut self.svg);
        self.svg.push_str("</title>");
    }
}

/// Where a mark may lie that belongs to a seat: there, or at the nearest free step of a spiral around it.
fn room_for(seat: (i32, i32), others: &[(i32, i32)]) -> (i32, i32) {
    let is_free =
        |(x, y): (i32, i32)| others.iter().all(|(a, b)| (a - x).pow(2) + (b - y).pow(2) >= APART.pow(2));
    let is_inside =
        |(x, y): (i32, i32)| (MARK..=1_000 - MARK).contains(&x) && (MARK..=420 - MARK).contains(&y);
    let steps = SPIRAL.iter().map(|(x, y)| (seat.0 + x, seat.1 + y)).filter(|at| is_inside(*at));
    steps.into_iter().find(|at| is_free(*at)).unwrap_or(seat)
}

/// Steps around a point, ever further, all directions alike: the seeds of a sunflower.
#[expect(clippy::cast_possible_truncation, reason = "a canvas is a thousand wide")]
static SPIRAL: LazyLock<[(i32, i32); 400]> = LazyLock::new(|| {
    std::array::from_fn(|n| {
        let n = f64::from(u16::try_from(n).unwrap_or(u16::MAX));
        let (sin, cos) = (n * 2.399_963).sin_cos();
        let far = f64::from(APART) * 0.42 * n.sqrt();
        ((far * cos).round() as i32, (far * sin).round() as i32)
    })
});

/// Whether a name at this place, as wide as twice `half`, lies under a mark.
fn is_under((x, y): (i32, i32), name: (f64, f64), half: f64) -> bool {
    let mark = f64::from(MARK);
    (f64::from(x) - name.0).abs() < half + mark
        && (f64::from(y) - name.1 + NAME * 0.35).abs() < NAME * 0.4 + mark
}

/// A disc for what fits, a ring for what is near, a diamond for what is possible.
fn shape(svg: &mut String, (x, y): (i32, i32), size: i32, tier: Tier) {
    let written = match tier {
        Tier::Possible => write!(
            svg,
            "<path class=\"map-possible\" d=\"M{x} {}l{size} {size}-{size} {size}-{size}-{size}z\"/>",
            y - size
        ),
        Tier::Fits => write!(svg, "<circle class=\"map-fits\" cx=\"{x}\" cy=\"{y}\" r=\"{size}\"/>"),
        Tier::Neighbour => write!(svg, "<circle class=\"map-near\" cx=\"{x}\" cy=\"{y}\" r=\"{size}\"/>"),
    };
    // Writing into a string cannot fail.
    let _ = written;
}

/// The mark of a tier for a legend: the inside of an `svg` sixteen wide.
pub(super) fn key(tier: Tier) -> String {
    let mut svg = String::new();
    shape(&mut svg, (8, 8), 6, tier);
    svg
}

/// The large towns, the largest first, each where it lies on its own plane.
static TOWNS: LazyLock<Vec<(&'static Commune, (f64, f64))>> = LazyLock::new(|| {
    let outlines = Outlines::get();
    let large = Atlas::get().communes.iter().filter(|c| c.population >= NAMED_FROM);
    let mut placed: Vec<_> =
        large.filter_map(|c| Some((c, outlines.project(c.departement, c.centre)?))).collect();
    placed.sort_by_key(|(commune, _)| std::cmp::Reverse(commune.population));
    placed
});

#[cfg(test)]
mod tests {
    use super::*;

    fn check(points: &[(f64, f64)]) {
        let window = Window::around(points.iter().copied()).expect("points");
        assert!(window.width >= WIDTH_MIN, "{window:?}");
        for point in points {
            let (x, y) = window.on_canvas(*point);
            assert!((0..=1_000).contains(&x) && (0..=420).contains(&y), "{point:?} in {window:?}");
        }
    }

    #[test]
    fn every_point_lies_on_the_canvas() {
        check(&[(0.0, 0.0)]);
        check(&[(0.0, 0.0), (1_000.0, 1.0)]);
        check(&[(0.0, 0.0), (1.0, 1_000.0)]);
        check(&[(-3.0, 7.0), (500.0, 300.0), (20.0, 900.0)]);
        assert_eq!(Window::around([]), None);
        for seed in 0..200u32 {
            let number = |n: u32| f64::from((seed.wrapping_mul(2_654_435_761).rotate_left(n * 7)) % 2_000);
            check(&[(number(1), number(2)), (number(3), number(4)), (number(5), number(6))]);
        }
    }

    #[test]
    fn no_mark_lies_on_another() {
        for seats in [1, 2, 7, 20] {
            for seat in [(500, 210), (0, 0), (990, 400)] {
                let mut marks: Vec<(i32, i32)> = Vec::new();
                (0..seats).for_each(|n| marks.push(room_for((seat.0 + n % 3, seat.1), &marks)));
                for (n, (x, y)) in marks.iter().enumerate() {
                    let near =
                        marks[..n].iter().find(|(a, b)| (a - x).pow(2) + (b - y).pow(2) < APART.pow(2));
                    assert_eq!(near, None, "{n} of {seats} at {seat:?}");
                }
            }
        }
        assert_eq!(room_for((500, 210), &[(300, 210)]), (500, 210), "one that has room stays");
    }

    #[test]
    fn what_people_write_stays_text() {
        let window = Window::around([(0.0, 0.0)]).expect("a point");
        let mut canvas = Canvas::new(window, DepartementIx(0));
        canvas.make_room([(0.0, 0.0)].into_iter());
        canvas.structure(0, 3, "<b>\"L’Atelier\" & fils", "/structures/1?a=\"&b", Tier::Fits);
        let svg = canvas.finish();
        let text = "3. &lt;b&gt;&quot;L’Atelier&quot; &amp; fils";
        assert!(svg.contains(&format!("aria-label=\"{text}\"><title>{text}</title>")), "{svg}");
        assert!(svg.starts_with("<a class=\"map-link\" href=\"/structures/1?a=&quot;&amp;b\""), "{svg}");
        assert!(svg.contains("<circle class=\"map-fits\" cx=\"500\" cy=\"210\" r=\"20\"/>"), "{svg}");
    }
}
