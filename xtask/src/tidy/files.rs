//! One subject per file, and nothing of the machine it was written on.

use super::{Findings, Source};

/// Longer files are told.
const LONG: usize = 400;
/// Longer files are refused.
const TOO_LONG: usize = 900;

pub(super) fn check(sources: &[Source], found: &mut Findings) {
    for source in sources {
        let path = &source.path;
        let lines = source.text.lines().count();
        if path.ends_with(".rs") || path.ends_with(".css") || path.ends_with(".js") {
            if lines > TOO_LONG {
                found.error(format!(
                    "{path}: {lines} lines, more than {TOO_LONG}: split it"
                ));
            } else if lines > LONG {
                found.warning(format!("{path}: {lines} lines, more than {LONG}"));
            }
        }
        for (number, line) in source.text.lines().enumerate() {
            for place in MACHINE {
                if line.contains(&place.concat()) {
                    found.error(format!(
                        "{path}:{}: {} is a path of one machine",
                        number + 1,
                        place.concat()
                    ));
                }
            }
        }
    }
}

/// Beginnings of paths that exist on one machine only; in halves, so that this file passes.
const MACHINE: &[[&str; 2]] = &[
    ["/work", "/"],
    ["/ho", "me/"],
    ["/Use", "rs/"],
    ["/ro", "ot/"],
    ["C:", "\\Users"],
];
