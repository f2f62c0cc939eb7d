//! What is where in a sheet: the row of headings, and the meaning of each column.

use base::sort;

use super::days::{self, DayOrder};
use super::lengths;
use super::mapping::{Field, Lengths, Mapping, MoneyUnit};
use super::outline;
use super::{Row, Sheet, Value, headings, numbers};

/// How many rows are looked at to find the headings.
const HEAD: usize = 60;
/// How many rows of a sheet are looked at to tell what a column holds.
const SAMPLE: usize = 300;

impl Mapping {
    /// The first column that holds a field; `None` for [`Field::Ignore`].
    pub fn column(&self, field: Field) -> Option<usize> {
        let wanted = |of: &Field| *of == field && field != Field::Ignore;
        self.columns.iter().position(wanted)
    }

    /// The same with another row of headings: columns are found anew by what stands there.
    pub fn with_heading(sheet: &Sheet, heading: Option<usize>) -> Self {
        let titles = match heading {
            Some(at) => titles(sheet, at),
            None => Vec::new(),
        };
        finish(sheet, heading, titles)
    }
}

/// Guesses how a sheet is to be read: by the row that has most known headings, rows of titles above it passed over; what
/// that leaves open, by the look of the values.
pub fn guess(sheet: &Sheet) -> Mapping {
    let mut best: (u32, Option<usize>) = (0, None);
    for at in 0..sheet.rows.len().min(HEAD) {
        let (fields, score) = known(&titles(sheet, at));
        let enough = fields.len() >= 2 || (fields.len() == 1 && fields.contains(&Field::Name));
        // of a row of names for programs and one for people below it, the lower
        if enough && score >= best.0.max(1) && (score > best.0 || follows(best.1, at)) {
            best = (score, Some(at));
        }
    }
    Mapping::with_heading(sheet, best.1)
}

fn follows(before: Option<usize>, at: usize) -> bool {
    before.is_none_or(|before| before + 1 == at)
}

/// The fields that headings name, and how well altogether.
fn known(titles: &[String]) -> (Vec<Field>, u32) {
    let mut fields: Vec<(Field, u8)> = Vec::new();
    for (field, fit) in titles.iter().filter_map(|title| headings::meaning(title)) {
        match fields.iter_mut().find(|known| known.0 == field) {
            Some(known) => known.1 = known.1.max(fit),
            None => fields.push((field, fit)),
        }
    }
    let score = fields.iter().map(|(_, fit)| u32::from(*fit)).sum();
    (fields.into_iter().map(|(field, _)| field).collect(), score)
}

/// The headings of a row; where merged cells say so, put together with those of the row above.
fn titles(sheet: &Sheet, at: usize) -> Vec<String> {
    let Some(row) = sheet.rows.get(at) else {
        return Vec::new();
    };
    let above = at.checked_sub(1).and_then(|above| sheet.rows.get(above));
    let above = above.filter(|above| above.number + 1 == row.number);
    let columns = row.cells.len().max(above.map_or(0, |row| row.cells.len()));
    let text = |row: &Row, column| match row.value(column) {
        Value::Text(text) => text.trim().to_owned(),
        _ => String::new(),
    };
    let title = |column: usize| {
        let own = text(row, column);
        let Some(above) = above else { return own };
        let place = |merged: &&super::Merged| {
            let columns = merged.left as usize..=merged.right as usize;
            columns.contains(&column) && (merged.top..=merged.bottom).contains(&above.number)
        };
        match sheet.merged.iter().find(place) {
            // one cell over both rows
            Some(merged) if merged.bottom >= row.number && own.is_empty() => {
                text(above, merged.left as usize)
            }
            // one cell over several columns: "计划" over "开始" and "完成"
            Some(merged) if merged.right > merged.left && merged.bottom == above.number => {
                let wide = (merged.right - merged.left) as usize + 1;
                let both = text(above, merged.left as usize) + &own;
                let helps = headings::meaning(&both).is_some() || headings::meaning(&own).is_none();
                match wide < columns.max(3) && helps {
                    true => both,
                    false => own,
                }
            }
            _ => own,
        }
    };
    (0..columns).map(title).collect()
}

fn finish(sheet: &Sheet, heading: Option<usize>, titles: Vec<String>) -> Mapping {
    let count = sheet.columns();
    let mut mapping = Mapping {
        heading,
        first: heading.map_or(0, |at| at + 1),
        columns: vec![Field::Ignore; count],
        titles,
        ..Mapping::default()
    };
    let meanings: Vec<_> = mapping
        .titles
        .iter()
        .map(|t| headings::meaning(t))
        .collect();
    for field in Field::ALL {
        let fits = meanings.iter().enumerate().filter_map(|(column, meaning)| {
            let (of, fit) = (*meaning)?;
            (of == field).then_some((fit, std::cmp::Reverse(column)))
        });
        if let Some((_, std::cmp::Reverse(column))) = fits.max()
            && let Some(slot) = mapping.columns.get_mut(column)
        {
            *slot = field;
        }
    }
    let levels: Vec<usize> = (mapping.titles.iter().enumerate())
        .filter(|(_, title)| headings::is_level(title))
        .map(|(column, _)| column)
        .collect();
    if levels.len() > 1 {
        for column in levels {
            if let Some(slot) = mapping.columns.get_mut(column) {
                *slot = Field::Name;
            }
        }
    }
    let mut looks: Vec<Look> = (0..count)
        .map(|column| Look::of(sheet, &mapping, column))
        .collect();
    by_look(&mut mapping, &mut looks);
    let title = |field| {
        let column = mapping.column(field);
        let title = column.and_then(|column| mapping.titles.get(column));
        title.map_or("", String::as_str)
    };
    let lengths = headings::lengths(title(Field::Duration));
    let money = [Field::Budget, Field::Cost].map(|field| headings::money(title(field)));
    mapping.lengths = lengths;
    if money.contains(&MoneyUnit::TenThousand) {
        mapping.money = MoneyUnit::TenThousand;
    }
    let dates = (mapping.columns.iter().enumerate()).filter(|(_, field)| field.is_date());
    let dates: Vec<usize> = dates.map(|(column, _)| column).collect();
    let rows = sheet.rows.iter().skip(mapping.first);
    mapping.days = days::order(rows.flat_map(|row| dates.iter().map(|at| row.value(*at))));
    mapping.outline = outline::guess(sheet, &mapping);
    mapping
}

/// How the values of a column look: how many are of which kind.
#[derive(Debug, Default)]
struct Look {
    column: usize,
    any: usize,
    dates: usize,
    percents: usize,
    lengths: usize,
    whole: usize,
    texts: usize,
    letters: usize,
    links: usize,
    dotted: usize,
}

impl Look {
    fn of(sheet: &Sheet, mapping: &Mapping, column: usize) -> Self {
        let mut look = Self {
            column,
            ..Self::default()
        };
        for row in sheet.rows.iter().skip(mapping.first).take(SAMPLE) {
            let value = row.value(column);
            if value.is_empty() {
                continue;
            }
            look.any += 1;
            match value {
                Value::Moment(_) => look.dates += 1,
                Value::Percent(_) => look.percents += 1,
                Value::Number(number) if number.fract() == 0.0 => look.whole += 1,
                Value::Text(text) => look.text(text.trim()),
                _ => {}
            }
        }
        look
    }

    fn text(&mut self, text: &str) {
        let value = Value::Text(text.to_owned());
        let dotted = |c: char| c.is_ascii_digit() || c == '.';
        if days::read(&value, DayOrder::MonthFirst).is_some() {
            self.dates += 1;
        } else if text.ends_with(['%', '％'])
            && numbers::parse(&text.replace(['%', '％'], "")).is_some()
        {
            self.percents += 1;
        } else if numbers::parse(text).is_some_and(|number| number.fract() == 0.0) {
            self.whole += 1;
        } else if text.chars().all(dotted) && text.contains('.') {
            self.dotted += 1;
        } else if lengths::read(&value, Lengths::WorkingDays, Default::default()).is_some() {
            self.lengths += 1;
        } else if text.starts_with(|c: char| c.is_ascii_digit())
            && ["FS", "SS", "FF", "SF", ";", ","]
                .iter()
                .any(|word| text.contains(word))
        {
            self.links += 1;
        } else {
            self.texts += 1;
            self.letters += text.chars().count();
        }
    }
}

/// Gives what no heading says to the columns whose values look like it.
fn by_look(mapping: &mut Mapping, looks: &mut [Look]) {
    let open = |mapping: &Mapping, look: &Look| {
        let named = mapping
            .titles
            .get(look.column)
            .is_some_and(|t| !t.is_empty());
        let free = mapping.columns.get(look.column) == Some(&Field::Ignore);
        free && look.any > 0 && (mapping.heading.is_none() || !named)
    };
    let mostly = |count: usize, look: &Look| 2 * count > look.any;
    // a plan has names above all, whatever the heading of their column
    if mapping.column(Field::Name).is_none() {
        let free = |look: &&Look| mapping.columns.get(look.column) == Some(&Field::Ignore);
        let texts = looks
            .iter()
            .filter(|look| mostly(look.texts, look))
            .filter(free);
        let name = texts.max_by_key(|look| (look.letters, std::cmp::Reverse(look.column)));
        if let Some(slot) = name.and_then(|look| mapping.columns.get_mut(look.column)) {
            *slot = Field::Name;
        }
    }
    sort::by_key(looks, |look| look.column);
    let name = mapping.column(Field::Name);
    for look in looks.iter().filter(|look| look.any > 0) {
        if !open(mapping, look) {
            continue;
        }
        let before_name = name.is_some_and(|name| look.column < name);
        let may = |field| mapping.column(field).is_none();
        let field = if mostly(look.dates, look) && may(Field::Start) {
            Field::Start
        } else if mostly(look.dates, look) && may(Field::Finish) {
            Field::Finish
        } else if mostly(look.percents, look) && may(Field::Percent) {
            Field::Percent
        } else if look.dotted > 0 && mostly(look.dotted + look.whole, look) && may(Field::Wbs) {
            Field::Wbs
        } else if mostly(look.whole, look) && before_name && may(Field::Number) {
            Field::Number
        } else if look.lengths > 0
            && mostly(look.lengths + look.whole, look)
            && may(Field::Duration)
        {
            Field::Duration
        } else if look.links > 0
            && mostly(look.links + look.whole, look)
            && may(Field::Predecessors)
        {
            Field::Predecessors
        } else {
            Field::Ignore
        };
        if let Some(slot) = mapping.columns.get_mut(look.column) {
            *slot = field;
        }
    }
}
