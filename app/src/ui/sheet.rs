//! Tables of cells as spreadsheets put them on the clipboard. Pure.

/// Lines of cells, without an empty last line.
pub fn table(text: &str) -> Vec<Vec<String>> {
    let mut lines = vec![Vec::new()];
    let mut cell = String::new();
    let mut quoted = false;
    let mut letters = text.trim_end_matches(['\r', '\n']).chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            // a cell with line breaks comes in quotes; quotes inside are doubled
            '"' if cell.is_empty() && !quoted => quoted = true,
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' if quoted => quoted = false,
            '\n' | '\r' if quoted => cell.push(' '),
            '\r' => {}
            '\t' | '\n' if !quoted => {
                let done = std::mem::take(&mut cell).trim().to_owned();
                if let Some(line) = lines.last_mut() {
                    line.push(done);
                }
                if letter == '\n' {
                    lines.push(Vec::new());
                }
            }
            other => cell.push(other),
        }
    }
    if let Some(line) = lines.last_mut() {
        line.push(cell.trim().to_owned());
    }
    lines
}

/// The text of a table for a spreadsheet: what holds tabs, line breaks or quotes stands in quotes.
pub fn text(lines: &[Vec<String>]) -> String {
    let mut text = String::new();
    for line in lines {
        for (at, cell) in line.iter().enumerate() {
            if at > 0 {
                text.push('\t');
            }
            if cell.contains(['\t', '\n', '\r', '"']) {
                text.push('"');
                text.push_str(&cell.replace('"', "\"\""));
                text.push('"');
            } else {
                text.push_str(cell);
            }
        }
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_lines_of_cells() {
        assert_eq!(table("a\tb\r\nc\td\r\n"), [["a", "b"], ["c", "d"]]);
        assert_eq!(table("alone"), [["alone"]]);
        assert_eq!(
            table("\"two\nlines\"\t\"a \"\"b\"\"\"\n5\" pipe\t"),
            [["two lines", "a \"b\""], ["5\" pipe", ""]]
        );
    }

    #[test]
    fn a_table_comes_back_as_it_went() {
        let lines = vec![
            vec!["a\tb".to_owned(), "say \"x\"".to_owned()],
            vec![String::new(), "12".to_owned()],
        ];
        let back = table(&text(&lines));
        assert_eq!(back, lines);
    }
}
