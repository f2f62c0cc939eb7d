//! The board as a picture: lanes of cards. Pure.

use crate::ui::drawing::{Align, Drawing, Stroke, cut};

/// What a card says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Face {
    pub(super) number: String,
    pub(super) name: String,
    /// From when to when.
    pub(super) when: String,
    pub(super) owner: String,
    pub(super) percent: u8,
    pub(super) critical: bool,
}

/// A lane: its name, how many cards it has, and those that are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) name: String,
    pub(super) count: usize,
    pub(super) cards: Vec<Face>,
}

const EDGE: f64 = 12.0;
const GAP: f64 = 10.0;
const HEAD: f64 = 34.0;
const CARD: f64 = 76.0;
const LEAST: f64 = 200.0;

/// Draws lanes beside each other, at least as wide as that. Nothing where there are no cards.
pub(super) fn draw(lanes: &[Lane], width: f64) -> Option<Drawing> {
    let most = lanes.iter().map(|lane| lane.cards.len()).max()?;
    if most == 0 {
        return None;
    }
    let count = lanes.len() as f64;
    let wide = ((width - 2.0 * EDGE - (count - 1.0) * GAP) / count).clamp(LEAST, 2.0 * LEAST);
    let width = 2.0 * EDGE + count * (wide + GAP) - GAP;
    let height = EDGE + HEAD + most as f64 * (CARD + GAP) + EDGE;
    let mut drawing = Drawing::new(width, height);
    let between = |n: usize, edge: f64, step: f64| edge + n as f64 * step - GAP / 2.0;
    drawing.cuts = (
        (1..lanes.len())
            .map(|n| between(n, EDGE, wide + GAP))
            .collect(),
        (1..most)
            .map(|n| between(n, EDGE + HEAD, CARD + GAP))
            .collect(),
    );
    for (n, lane) in lanes.iter().enumerate() {
        let left = EDGE + n as f64 * (wide + GAP);
        let size = (wide, height - 2.0 * EDGE);
        drawing.rounded((left, EDGE), size, 6.0, Some("--gantt-head"), None);
        let head = format!("{} · {}", lane.name, lane.count);
        let head = cut(&head, 14.0, wide - 20.0);
        let at = (left + 10.0, EDGE + HEAD / 2.0);
        drawing.write(at, head, 14.0, true, Align::Start, "--gantt-text");
        for (row, card) in lane.cards.iter().enumerate() {
            let top = EDGE + HEAD + row as f64 * (CARD + GAP);
            face(&mut drawing, card, (left + 6.0, top), wide - 12.0);
        }
    }
    Some(drawing)
}

fn face(drawing: &mut Drawing, card: &Face, (x, y): (f64, f64), wide: f64) {
    let (color, line) = match card.critical {
        true => ("--gantt-critical-done", 2.0),
        false => ("--gantt-line", 1.0),
    };
    let stroke = Some(Stroke::new(color, line));
    drawing.rounded((x, y), (wide, CARD), 5.0, Some("--gantt-back"), stroke);
    let room = wide - 20.0;
    let left = x + 10.0;
    let mut line = |down: f64, text: &str, size: f64, bold: bool, color| {
        let text = cut(text, size, room);
        drawing.write((left, y + down), text, size, bold, Align::Start, color);
    };
    line(
        14.0,
        &format!("{}  {}", card.number, card.when),
        10.5,
        false,
        "--gantt-muted",
    );
    line(35.0, &card.name, 13.0, true, "--gantt-text");
    line(58.0, &card.owner, 11.0, false, "--gantt-muted");
    if card.percent > 0 {
        let text = format!("{}%", card.percent);
        let at = (x + wide - 10.0, y + 58.0);
        drawing.text(at, text, 11.0, Align::End, "--gantt-muted");
        let whole = wide - 20.0;
        drawing.fill((left, y + CARD - 8.0), (whole, 3.0), "--gantt-soft");
        let done = whole * f64::from(card.percent) / 100.0;
        drawing.fill((left, y + CARD - 8.0), (done, 3.0), "--gantt-done");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_fill_the_width_and_hold_all_cards() {
        let card = Face {
            name: "浇筑".to_owned(),
            percent: 40,
            ..Face::default()
        };
        let lane = |cards: usize| Lane {
            name: "In work".to_owned(),
            count: cards,
            cards: vec![card.clone(); cards],
        };
        let drawing = draw(&[lane(1), lane(7), lane(0)], 1_040.0).unwrap_or_default();
        assert_eq!(drawing.size.0, 1_040.0);
        assert!(drawing.size.1 > 7.0 * CARD);
        // many lanes are never too thin to be read
        let lanes: Vec<Lane> = (0..12).map(|_| lane(1)).collect();
        assert!(draw(&lanes, 1_040.0).is_some_and(|d| d.size.0 > 12.0 * LEAST));
        assert_eq!(draw(&[lane(0)], 1_040.0), None);
    }
}
