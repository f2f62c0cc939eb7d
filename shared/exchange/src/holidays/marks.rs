//! What the title of an event or a word of a table says: off, worked, or nothing.

/// Words for a day that is worked, longest first.
const WORKS: [&str; 5] = ["补班", "上班", "调班", "补", "班"];
/// Words for a day off, longest first.
const OFF: [&str; 4] = ["放假", "休假", "假期", "休"];
const WORKS_EN: [&str; 4] = ["workday", "working day", "make-up day", "makeup day"];
const OFF_EN: [&str; 2] = ["holiday", "day off"];
const BRACKETS: [(char, char); 4] = [('(', ')'), ('（', '）'), ('[', ']'), ('【', '】')];

/// Whether the title says worked (`true`) or off (`false`).
pub(super) fn works(title: &str) -> Option<bool> {
    let title = counted(title).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| title.contains(word));
    if has(&["补班", "上班", "调班"]) || has(&WORKS_EN) || marked(&title, "班") {
        return Some(true);
    }
    // 调休 is said of either
    if title.contains("调休") {
        return None;
    }
    (has(&["放假", "休假", "假期"]) || has(&OFF_EN) || marked(&title, "休")).then_some(false)
}

/// Whether one character stands as a mark: at the end, in front of a space, or in brackets.
fn marked(title: &str, mark: &str) -> bool {
    let bracketed = |(open, close): &(char, char)| title.contains(&format!("{open}{mark}{close}"));
    let front = title.strip_prefix(mark);
    title.ends_with(mark)
        || front.is_some_and(|rest| rest.starts_with(char::is_whitespace))
        || BRACKETS.iter().any(bracketed)
}

/// The holiday's name: the title without its marks. `上班(补元旦假期)` and `元旦 假期 第1天/共3天` are 元旦.
pub(super) fn name(title: &str) -> String {
    let mut name = counted(title).trim();
    loop {
        let before = name;
        for word in WORKS.iter().chain(&OFF) {
            name = bare(strip(name, word));
        }
        for word in WORKS_EN.iter().chain(&OFF_EN) {
            name = bracketed_tail(name, word);
        }
        if name == before {
            return name.to_owned();
        }
    }
}

/// Without the count that some feeds add: `第1天/共3天`.
fn counted(title: &str) -> &str {
    let Some((name, count)) = title.split_once('第') else {
        return title;
    };
    if count.starts_with(|c: char| c.is_ascii_digit()) && count.contains('天') {
        name.trim_end()
    } else {
        title
    }
}

/// Without a mark at its end or front. A single character is one in front only where a space or bracket follows.
fn strip<'a>(name: &'a str, word: &str) -> &'a str {
    for (open, close) in BRACKETS {
        let whole = format!("{open}{word}{close}");
        if let Some(rest) = name.strip_suffix(&whole).or(name.strip_prefix(&whole)) {
            return rest;
        }
    }
    if let Some(rest) = name.strip_suffix(word) {
        return rest;
    }
    match name.strip_prefix(word) {
        Some(rest)
            if word.chars().count() > 1
                || word == "补"
                || rest.starts_with(|c: char| c.is_whitespace()) =>
        {
            rest
        }
        _ => name,
    }
}

/// Without spaces and dashes around it, and brackets around the whole.
fn bare(name: &str) -> &str {
    let name = name.trim_matches(|c: char| c.is_whitespace() || "-—·:：".contains(c));
    let inside = BRACKETS.iter().find_map(|(open, close)| {
        let inside = name.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inside.contains([*open, *close])).then_some(inside)
    });
    inside.unwrap_or(name).trim()
}

/// Without an English mark in brackets at its end: `Spring Festival (workday)`; `Bank Holiday` is a name.
fn bracketed_tail<'a>(name: &'a str, word: &str) -> &'a str {
    let Some(at) = name.len().checked_sub(word.len() + 2) else {
        return name;
    };
    match (name.get(..at), name.get(at..)) {
        (Some(front), Some(tail))
            if (tail.starts_with('(') && tail.ends_with(')')
                || tail.starts_with('[') && tail.ends_with(']'))
                && tail
                    .get(1..=word.len())
                    .is_some_and(|inside| inside.eq_ignore_ascii_case(word)) =>
        {
            front.trim_end()
        }
        _ => name,
    }
}

/// What a word of a table says.
pub(super) fn word(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "1" | "work" | "works" | "workday" | "working day" | "true" | "班" | "上班" | "补班"
        | "工作日" => Some(true),
        "0" | "off" | "holiday" | "day off" | "false" | "休" | "放假" | "假期" | "休假"
        | "节假日" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_published_feeds_are_understood() {
        let cases = [
            ("春节 休", Some(false), "春节"),
            ("春节 班", Some(true), "春节"),
            ("元旦（休）", Some(false), "元旦"),
            ("元旦（班）", Some(true), "元旦"),
            ("（班）", Some(true), ""),
            ("国庆节、中秋节（休）", Some(false), "国庆节、中秋节"),
            ("元旦假期", Some(false), "元旦"),
            ("上班(补元旦假期)", Some(true), "元旦"),
            ("春节 假期 第2天/共9天", Some(false), "春节"),
            ("春节 补班 第1天/共2天", Some(true), "春节"),
            ("【休】清明节", Some(false), "清明节"),
            ("班 劳动节", Some(true), "劳动节"),
            ("端午节放假", Some(false), "端午节"),
            ("Spring Festival (Workday)", Some(true), "Spring Festival"),
            ("Spring Festival (Holiday)", Some(false), "Spring Festival"),
            (
                "Early May Bank Holiday",
                Some(false),
                "Early May Bank Holiday",
            ),
            ("Special Working Day", Some(true), "Special Working Day"),
            ("立春", None, "立春"),
            ("第一届运动会", None, "第一届运动会"),
            ("国庆节 调休", None, "国庆节 调"),
            (
                "Tag der Deutschen Einheit",
                None,
                "Tag der Deutschen Einheit",
            ),
        ];
        for (title, says, named) in cases {
            assert_eq!(
                (works(title), name(title).as_str()),
                (says, named),
                "{title}"
            );
        }
    }
}
