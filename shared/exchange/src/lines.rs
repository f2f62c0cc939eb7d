//! On which line of a text a row begins. The reader of rows counts the second half of a line's end (CR LF) to the row after.

/// Counts lines from one place to the next.
pub(crate) struct Lines<'a> {
    rest: &'a [u8],
    passed: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            rest: text.as_bytes(),
            passed: 0,
            line: 1,
        }
    }

    /// The line, from 1, of the first text at or after a place in bytes; places only ascend.
    pub(crate) fn of(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some((first, rest)) = self.rest.split_first() {
            let end = matches!(first, b'\n' | b'\r');
            if self.passed >= byte && !end {
                break;
            }
            // CR LF is one end
            let half = *first == b'\r' && rest.first() == Some(&b'\n');
            self.line += u64::from(end && !half);
            self.rest = rest;
            self.passed += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_on_its_line_whatever_ends_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "\"c", "d\",e", "f"].join(end);
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            let mut lines = Lines::new(&text);
            let mut found = Vec::new();
            for record in reader.records().flatten() {
                let byte = record.position().map_or(0, csv::Position::byte);
                found.push(lines.of(byte));
            }
            assert_eq!(found, [1, 3, 5], "{end:?}");
        }
    }
}
