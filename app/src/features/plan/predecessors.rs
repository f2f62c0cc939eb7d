//! Predecessors as people type them: `3`, `1.2FS+2d; 5SS`. Pure.

use shared::base::sort;
use shared::base::{LinkId, TaskId};
use shared::doc::command::Command;
use shared::domain::plan::{Lag, Link, LinkKind};

use super::duration::{self, Units};
use super::outline::Outline;

/// One predecessor as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) pred: TaskId,
    pub(crate) kind: LinkKind,
    pub(crate) lag: Lag,
}

/// What of the text could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unread {
    /// No task has this number.
    NoSuchNumber(String),
    /// This is no predecessor.
    NotAPredecessor(String),
}

/// Reads a list of predecessors, separated by `;` or `,`.
pub(crate) fn parse(text: &str, outline: &Outline, units: Units) -> Result<Vec<Typed>, Unread> {
    text.split([';', ',', '；', '，', '、'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| one(part, outline, units))
        .collect()
}

fn one(part: &str, outline: &Outline, units: Units) -> Result<Typed, Unread> {
    let wrong = || Unread::NotAPredecessor(part.to_owned());
    let end = part
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(part.len());
    let (number, rest) = part.split_at_checked(end).ok_or_else(wrong)?;
    if number.is_empty() {
        return Err(wrong());
    }
    let pred = outline
        .by_number(number)
        .and_then(|i| outline.id(i))
        .ok_or_else(|| Unread::NoSuchNumber(number.to_owned()))?;
    let rest = rest.trim_start();
    let kinds = [
        ("FS", LinkKind::FinishStart),
        ("SS", LinkKind::StartStart),
        ("FF", LinkKind::FinishFinish),
        ("SF", LinkKind::StartFinish),
    ];
    let found = kinds.iter().find_map(|(name, kind)| {
        let (head, tail) = rest.split_at_checked(2)?;
        head.eq_ignore_ascii_case(name).then_some((*kind, tail))
    });
    let (kind, lag) = found.unwrap_or((LinkKind::FinishStart, rest));
    let lag = lag.trim();
    if !lag.is_empty() && !lag.starts_with(['+', '-', '＋', '－', '−']) {
        return Err(wrong());
    }
    let lag = duration::parse_lag(lag, units).ok_or_else(wrong)?;
    Ok(Typed { pred, kind, lag })
}

/// The short name of a kind.
pub(crate) fn short(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::FinishStart => "FS",
        LinkKind::StartStart => "SS",
        LinkKind::FinishFinish => "FF",
        LinkKind::StartFinish => "SF",
    }
}

/// Writes the predecessors of a task: finish-start without lag is the number alone.
pub(crate) fn format<'a>(
    links: impl Iterator<Item = &'a Link>,
    outline: &Outline,
    units: Units,
) -> String {
    let mut parts: Vec<(usize, String)> = links
        .filter_map(|link| {
            let at = outline.index_of(link.pred)?;
            let lag = duration::format_lag(link.lag, units);
            let kind = if lag.is_empty() && link.kind == LinkKind::FinishStart {
                ""
            } else {
                short(link.kind)
            };
            Some((at, format!("{}{kind}{lag}", outline.number(at))))
        })
        .collect();
    sort::plain(&mut parts);
    let parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    parts.join("; ")
}

/// The commands that make `now` into `typed`. `fresh` makes ids of new links.
pub(crate) fn changes(
    succ: TaskId,
    now: &[Link],
    typed: &[Typed],
    mut fresh: impl FnMut() -> LinkId,
) -> Vec<Command> {
    let mut left: Vec<&Link> = now.iter().collect();
    let mut missing: Vec<Typed> = Vec::new();
    for want in typed {
        let same = left
            .iter()
            .position(|l| l.pred == want.pred && l.kind == want.kind && l.lag == want.lag);
        match same {
            Some(at) => drop(left.swap_remove(at)),
            None if !missing.contains(want) => missing.push(*want),
            None => {}
        }
    }
    let mut commands = Vec::new();
    let mut added = Vec::new();
    for want in missing {
        match left.iter().position(|l| l.pred == want.pred) {
            Some(at) => commands.push(Command::EditLink {
                id: left.swap_remove(at).id,
                kind: want.kind,
                lag: want.lag,
            }),
            None => added.push(Command::AddLink {
                id: fresh(),
                pred: want.pred,
                succ,
                kind: want.kind,
                lag: want.lag,
            }),
        }
    }
    // what goes, goes first: a link turned round would close a cycle otherwise
    let removed = left.iter().map(|l| Command::RemoveLink { id: l.id });
    removed.chain(commands).chain(added).collect()
}

#[cfg(test)]
mod tests {
    use super::super::outline::tests::{id, plan};
    use super::*;

    fn link(n: u8, pred: usize, kind: LinkKind, lag: Lag) -> Link {
        Link {
            id: LinkId::from_bytes([n; 8]),
            pred: id(pred),
            succ: id(9),
            kind,
            lag,
        }
    }

    #[test]
    fn predecessors_are_typed_as_in_ms_project() {
        let outline = Outline::new(&plan(&[0, 1, 1, 0]));
        let read = parse("1.2FS+2d; 2ss，1.1 ff - 4h;", &outline, Units::default());
        assert_eq!(
            read,
            Ok(vec![
                Typed {
                    pred: id(3),
                    kind: LinkKind::FinishStart,
                    lag: Lag::Working(960)
                },
                Typed {
                    pred: id(4),
                    kind: LinkKind::StartStart,
                    lag: Lag::Working(0)
                },
                Typed {
                    pred: id(2),
                    kind: LinkKind::FinishFinish,
                    lag: Lag::Working(-240)
                },
            ])
        );
        assert_eq!(parse("", &outline, Units::default()), Ok(vec![]));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let outline = Outline::new(&plan(&[0, 0]));
        assert_eq!(
            parse("1;7", &outline, Units::default()),
            Err(Unread::NoSuchNumber("7".into()))
        );
        for wrong in ["FS", "1XY", "1FS2d", "1FS+x", "甲"] {
            assert_eq!(
                parse(wrong, &outline, Units::default()),
                Err(Unread::NotAPredecessor(wrong.into()))
            );
        }
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        let outline = Outline::new(&plan(&[0, 1, 1, 0]));
        let links = [
            link(1, 3, LinkKind::StartStart, Lag::Elapsed(-1440)),
            link(2, 2, LinkKind::FinishStart, Lag::Working(0)),
        ];
        let text = format(links.iter(), &outline, Units::default());
        assert_eq!(text, "1.1; 1.2SS-1ed");
        let typed = parse(&text, &outline, Units::default()).unwrap_or_default();
        assert!(changes(id(9), &links, &typed, || LinkId::from_bytes([9; 8])).is_empty());
    }

    #[test]
    fn typing_changes_only_the_links_that_differ() {
        let links = [
            link(1, 1, LinkKind::FinishStart, Lag::Working(0)),
            link(2, 2, LinkKind::FinishStart, Lag::Working(0)),
        ];
        let typed = [
            Typed {
                pred: id(1),
                kind: LinkKind::FinishStart,
                lag: Lag::Working(480),
            },
            Typed {
                pred: id(3),
                kind: LinkKind::StartStart,
                lag: Lag::Working(0),
            },
        ];
        let fresh = LinkId::from_bytes([9; 8]);
        assert_eq!(
            changes(id(9), &links, &typed, || fresh),
            [
                Command::RemoveLink {
                    id: LinkId::from_bytes([2; 8])
                },
                Command::EditLink {
                    id: LinkId::from_bytes([1; 8]),
                    kind: LinkKind::FinishStart,
                    lag: Lag::Working(480)
                },
                Command::AddLink {
                    id: fresh,
                    pred: id(3),
                    succ: id(9),
                    kind: LinkKind::StartStart,
                    lag: Lag::Working(0)
                },
            ]
        );
    }
}
