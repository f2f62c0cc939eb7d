//! The path of an arrow between two bars. Pure.

/// Where an arrow leaves or enters a bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct End {
    /// Pixel.
    pub x: f64,
    /// Pixel: the middle of the row.
    pub y: f64,
    /// The bar lies to the left of this point: its finish.
    pub finish: bool,
}

/// How far an arrow keeps from a bar's end before it turns.
const GAP: f64 = 9.0;

/// Corner points from one bar's end to another's, right-angled; the last stretch runs into the bar.
pub fn path(from: End, to: End, row_height: f64) -> Vec<(f64, f64)> {
    let out = if from.finish {
        from.x + GAP
    } else {
        from.x - GAP
    };
    let into = if to.finish { to.x + GAP } else { to.x - GAP };
    let start = (from.x, from.y);
    let end = (to.x, to.y);
    if from.finish == to.finish {
        let turn = if from.finish {
            out.max(into)
        } else {
            out.min(into)
        };
        return vec![start, (turn, from.y), (turn, to.y), end];
    }
    let room = if from.finish {
        out <= into
    } else {
        out >= into
    };
    if room {
        return vec![start, (out, from.y), (out, to.y), end];
    }
    let between = if to.y >= from.y {
        to.y - row_height / 2.0
    } else {
        to.y + row_height / 2.0
    };
    vec![
        start,
        (out, from.y),
        (out, between),
        (into, between),
        (into, to.y),
        end,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(x: f64, y: f64, finish: bool) -> End {
        End { x, y, finish }
    }

    #[test]
    fn every_arrow_is_right_angled_and_enters_the_bar_from_outside() {
        for (a, b) in [(true, false), (false, false), (true, true), (false, true)] {
            for x in [0.0, 95.0, 100.0, 105.0, 300.0] {
                let from = end(100.0, 18.0, a);
                let to = end(x, 90.0, b);
                let path = path(from, to, 36.0);
                assert!(
                    path.windows(2)
                        .all(|p| p[0].0 == p[1].0 || p[0].1 == p[1].1)
                );
                assert_eq!(path.first(), Some(&(100.0, 18.0)));
                assert_eq!(path.last(), Some(&(x, 90.0)));
                let before = path[path.len() - 2].0;
                assert!(if b { before > x } else { before < x }, "{a} {b} {x}");
            }
        }
    }
}
