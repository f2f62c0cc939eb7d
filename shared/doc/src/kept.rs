//! Answers as the documents of forms keep them: one text each, a letter that says what it is, a colon, and the value.
//! What is written otherwise, or by a newer version, is kept as it is.

use pack::value::Value;

/// The text that an answer is kept as; `None` for the rows of a table, which are kept otherwise.
pub(crate) fn write(value: &Value) -> Option<String> {
    fn joined<T: ToString>(items: &[T]) -> String {
        let items: Vec<String> = items.iter().map(T::to_string).collect();
        items.join(",")
    }
    Some(match value {
        Value::Text(text) => format!("t:{text}"),
        Value::Number(number) => format!("n:{number}"),
        Value::Money(amount) => format!("m:{amount}"),
        Value::Date(day) => format!("d:{day}"),
        Value::YesNo(yes) => format!("y:{}", u8::from(*yes)),
        Value::Choice(options) => format!("c:{}", joined(options)),
        Value::Person(person) => format!("p:{person}"),
        Value::Department(department) => format!("o:{department}"),
        Value::Task(task) => format!("k:{task}"),
        Value::Files(files) => format!("f:{}", files.join("/")),
        Value::Table(_) => return None,
    })
}

/// The answer that a text is; `None` where this version cannot read it.
pub(crate) fn read(text: &str) -> Option<Value> {
    let (letter, text) = text.split_once(':')?;
    let items = || text.split(',').filter(|_| !text.is_empty());
    Some(match letter {
        "t" => Value::Text(text.to_owned()),
        "n" => Value::Number(text.parse().ok()?),
        "m" => Value::Money(text.parse().ok()?),
        "d" => Value::Date(text.parse().ok()?),
        "y" => Value::YesNo(match text {
            "1" => true,
            "0" => false,
            _ => return None,
        }),
        "c" => {
            let options: Result<_, _> = items().map(str::parse).collect();
            Value::Choice(options.ok()?)
        }
        "p" => Value::Person(text.parse().ok()?),
        "o" => Value::Department(text.parse().ok()?),
        "k" => Value::Task(text.parse().ok()?),
        "f" => {
            let files = text.split('/').filter(|_| !text.is_empty());
            let files: Vec<String> = files.map(str::to_owned).collect();
            Value::Files(files.iter().all(|file| is_file(file)).then_some(files)?)
        }
        _ => return None,
    })
}

/// The longest text of a file, in bytes: a hash, a size and a name.
const LONGEST_FILE: usize = 1_000;

/// Whether a text can be that of a file.
pub(crate) fn is_file(text: &str) -> bool {
    let fits = (1..=LONGEST_FILE).contains(&text.len());
    fits && !text.chars().any(|c| c == '/' || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_survive_their_texts_and_no_kind_is_taken_for_another() {
        let id = base::PersonId::from_bytes([3; 16]);
        let task = base::TaskId::from_bytes([3; 8]);
        let texts = [
            "t:a: b".to_owned(),
            "t:n:5".to_owned(),
            "t:".to_owned(),
            "n:-1234.5".to_owned(),
            "m:-1234.5".to_owned(),
            "d:2026-03-02T00:00".to_owned(),
            "y:1".to_owned(),
            "y:0".to_owned(),
            "c:".to_owned(),
            "c:one".to_owned(),
            "c:one,two".to_owned(),
            format!("p:{id}"),
            format!("o:{id}"),
            format!("k:{task}"),
            "f:".to_owned(),
            "f:12ab 5 a, b.pdf/cd34 6 c".to_owned(),
        ];
        let values: Vec<Value> = texts.iter().map(|text| read(text).unwrap()).collect();
        for (i, (text, value)) in texts.iter().zip(&values).enumerate() {
            assert_eq!(write(value).as_ref(), Some(text));
            assert_eq!(values.iter().position(|other| other == value), Some(i));
        }
    }

    #[test]
    fn texts_of_others_are_no_answers() {
        for text in [
            "", "plain", ":", "n:", "n:many", "m:1,000", "y:maybe", "d:soon", "c:One", "c:a,,b",
            "c:,", "p:me", "k:", "f:a//b", "f:a\n", "u:3", "table:",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(write(&Value::Table(Vec::new())), None);
    }
}
