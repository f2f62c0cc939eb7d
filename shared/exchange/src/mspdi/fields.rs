//! Custom fields of MS Project: Text1 to Text30, Number1, Flag1, Date1, Cost1 and their like, with the names that a file
//! gives them. Fields whose values the program computes or takes from a table of its own are not among them: an edit here
//! would be undone there.

use std::ops::RangeInclusive;

use base::{FieldId, TaskId};
use domain::money::Money;
use domain::number::Number;
use domain::plan::{CustomField, FieldKind, FieldValue, YesNo};
use rustc_hash::FxHashMap;

use crate::xml::Element;

/// What a field of the program holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Text,
    Number,
    Flag,
    Date,
    Cost,
}

/// The program's numbers of a task's fields, the first field's first.
const NUMBERS: [(Slot, &[RangeInclusive<i64>]); 5] = [
    (
        Slot::Text,
        &[
            188_743_731..=188_743_731,
            188_743_734..=188_743_734,
            188_743_737..=188_743_737,
            188_743_740..=188_743_740,
            188_743_743..=188_743_743,
            188_743_746..=188_743_750,
            188_743_997..=188_744_016,
        ],
    ),
    (
        Slot::Number,
        &[188_743_767..=188_743_771, 188_743_982..=188_743_996],
    ),
    (
        Slot::Flag,
        &[188_743_752..=188_743_761, 188_743_972..=188_743_981],
    ),
    (Slot::Date, &[188_743_945..=188_743_954]),
    (
        Slot::Cost,
        &[188_743_786..=188_743_788, 188_743_938..=188_743_944],
    ),
];

impl Slot {
    /// What the field of a number holds; `None` where it is none of these.
    pub(super) fn of(number: i64) -> Option<Self> {
        let holds = |ranges: &[RangeInclusive<i64>]| ranges.iter().any(|r| r.contains(&number));
        let found = NUMBERS.iter().find(|(_, ranges)| holds(ranges));
        found.map(|(slot, _)| *slot)
    }

    /// The numbers of such fields, with the names that the program has for them.
    pub(super) fn all(self) -> impl Iterator<Item = (i64, String)> {
        let own = NUMBERS.iter().filter(move |(slot, _)| *slot == self);
        let numbers = own.flat_map(|(_, ranges)| ranges.iter().cloned().flatten());
        numbers
            .zip(1..)
            .map(move |(number, n)| (number, format!("{self:?}{n}")))
    }

    /// Which holds values of a kind.
    pub(super) fn for_kind(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::Number => Self::Number,
            FieldKind::Money => Self::Cost,
            FieldKind::Date => Self::Date,
            FieldKind::YesNo => Self::Flag,
            FieldKind::Text | FieldKind::Choice | FieldKind::Person | FieldKind::Other(_) => {
                Self::Text
            }
        }
    }

    fn kind(self) -> FieldKind {
        match self {
            Self::Text => FieldKind::Text,
            Self::Number => FieldKind::Number,
            Self::Flag => FieldKind::YesNo,
            Self::Date => FieldKind::Date,
            Self::Cost => FieldKind::Money,
        }
    }

    /// Reads a value as the file has it; `None` where it is none that a plan holds.
    fn read(self, text: &str) -> Option<FieldValue> {
        let number = || text.parse::<f64>().ok();
        let value = match self {
            Self::Text => FieldValue::Text(text.to_owned()),
            Self::Number => FieldValue::Number(Number::from_f64(number()?)?),
            // in hundredths of the currency's unit
            Self::Cost => FieldValue::Money(Money::from_units(number()? / 100.0)?),
            Self::Flag => FieldValue::YesNo(match text {
                "1" | "true" => true,
                "0" | "false" => false,
                _ => return None,
            }),
            Self::Date => FieldValue::Date(text.parse().ok()?),
        };
        value.is_sound().then_some(value)
    }

    /// A value as the file has it; `None` where such a field cannot hold it.
    pub(super) fn write(self, field: &CustomField, value: &FieldValue) -> Option<String> {
        Some(match (self, value) {
            (Self::Text, value) => {
                let words = YesNo {
                    yes: "Yes",
                    no: "No",
                };
                field.to_text(value, words)
            }
            (Self::Number, FieldValue::Number(number)) => number.to_string(),
            (Self::Cost, FieldValue::Money(amount)) => {
                // a hundredth has two digits of ten-thousandths after the point
                let hundredths = amount.parts()?.checked_mul(100)?;
                Money::from_parts(hundredths).to_string()
            }
            (Self::Flag, FieldValue::YesNo(yes)) => u8::from(*yes).to_string(),
            (Self::Date, FieldValue::Date(at)) => format!("{at}:00"),
            _ => return None,
        })
    }

    /// Whether such a field can hold all values of a field.
    pub(super) fn holds(self, field: &CustomField) -> bool {
        let mut values = field.values.values();
        self == Self::Text || values.all(|value| self.write(field, value).is_some())
    }
}

/// What a file says of one of its fields.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) number: i64,
    name: String,
}

impl Definition {
    /// Reads one; `None` where it is of none of these fields, or its values are the program's own.
    pub(super) fn read(element: &Element) -> Option<Self> {
        let number = element.text("FieldID")?.parse().ok()?;
        Slot::of(number)?;
        let computed = element.text("Formula").is_some()
            || element.text("Ltuid").is_some()
            || element.child("ValueList").is_some()
            || matches!(element.text("CalculationType"), Some("1" | "2"));
        let name = element
            .text("Alias")
            .or_else(|| element.text("FieldName"))?;
        (!computed).then(|| Self {
            number,
            name: name.chars().take(2_000).collect(),
        })
    }
}

/// The value of a field in a task of a file.
pub(super) struct Value {
    pub(super) task: TaskId,
    pub(super) field: String,
    pub(super) text: String,
}

impl Value {
    /// All values of a `Task`, those that cannot be read too.
    pub(super) fn all(task: TaskId, element: &Element) -> impl Iterator<Item = Self> {
        let text = |of: &Element, name| of.text(name).unwrap_or_default().to_owned();
        element.all("ExtendedAttribute").map(move |of| Self {
            task,
            field: text(of, "FieldID"),
            text: text(of, "Value"),
        })
    }
}

/// The fields that tasks use, in the order in which the file defines them, and the values that no field of a plan holds.
pub(super) fn fields(
    definitions: &[Definition],
    values: Vec<Value>,
    new_id: &mut dyn FnMut() -> u64,
) -> (Vec<CustomField>, Vec<Value>) {
    let mut of: FxHashMap<i64, FxHashMap<TaskId, FieldValue>> = FxHashMap::default();
    for definition in definitions {
        of.entry(definition.number).or_default();
    }
    let mut others = Vec::new();
    for value in values {
        let read = value.field.parse().ok().and_then(|number: i64| {
            let read = Slot::of(number)?.read(&value.text)?;
            Some((of.get_mut(&number)?, read))
        });
        match read {
            Some((of, read)) => drop(of.insert(value.task, read)),
            None => others.push(value),
        }
    }
    let mut fields = Vec::new();
    for definition in definitions {
        // of two definitions of one field the first counts
        let values = of.remove(&definition.number).unwrap_or_default();
        let (false, Some(slot)) = (values.is_empty(), Slot::of(definition.number)) else {
            continue;
        };
        let id = FieldId::from_bytes(new_id().to_be_bytes());
        fields.push(CustomField {
            uid: Some(definition.number),
            values: values.into(),
            ..CustomField::new(id, definition.name.clone(), slot.kind())
        });
    }
    (fields, others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_the_program_are_known_by_their_numbers() {
        let counts = [
            (Slot::Text, 30),
            (Slot::Number, 20),
            (Slot::Flag, 20),
            (Slot::Date, 10),
            (Slot::Cost, 10),
        ];
        for (slot, count) in counts {
            let all: Vec<_> = slot.all().collect();
            assert_eq!(all.len(), count);
            assert!(
                all.iter()
                    .all(|(number, _)| Slot::of(*number) == Some(slot))
            );
        }
        let text30 = Slot::Text.all().last().unwrap();
        assert_eq!(text30, (188_744_016, "Text30".to_owned()));
        // Start1, Duration1, a field of resources
        for number in [188_743_732, 188_743_783, 205_520_904] {
            assert_eq!(Slot::of(number), None);
        }
    }

    #[test]
    fn values_survive_their_texts_in_the_file() {
        for (slot, text) in [
            (Slot::Text, "A-7"),
            (Slot::Number, "-12.5"),
            (Slot::Cost, "120050"),
            (Slot::Cost, "0.5"),
            (Slot::Flag, "0"),
            (Slot::Date, "2026-03-02T08:00:00"),
        ] {
            let field = CustomField::new(FieldId::from_bytes([1; 8]), String::new(), slot.kind());
            let read = slot.read(text).unwrap();
            assert!(field.fits(&read));
            assert_eq!(slot.write(&field, &read).as_deref(), Some(text));
        }
        let amount = Slot::Cost.read("120050").unwrap();
        assert_eq!(amount.to_string(), "m:1200.5");
        for (slot, text) in [
            (Slot::Number, "many"),
            (Slot::Number, "1e300"),
            (Slot::Cost, "NaN"),
            (Slot::Flag, "2"),
            (Slot::Date, "NA"),
            (Slot::Text, ""),
        ] {
            assert_eq!(slot.read(text), None, "{text}");
        }
    }
}
