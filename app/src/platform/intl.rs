//! Dates and numbers as the language writes them (`Intl`).

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;

use js_sys::{Array, Date, Intl, Object, Reflect};
use shared::base::{Moment, Timestamp};
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    /// Making a formatter costs a thousand times its use: keep them.
    static FORMATTERS: RefCell<HashMap<(String, &'static str, u8), js_sys::Function>> = RefCell::default();
}

/// A date with its time of day, in wall time.
pub fn format_datetime(language: &str, moment: Moment) -> String {
    let value = Date::new(&JsValue::from_f64(moment.minutes() as f64 * 60_000.0));
    format(language, "datetime", 0, &value).unwrap_or_else(|| moment.to_string())
}

/// When something happened, in this device's time zone.
pub fn format_timestamp(language: &str, at: Timestamp) -> String {
    let value = Date::new(&JsValue::from_f64(at.0 as f64));
    format(language, "timestamp", 0, &value).unwrap_or_else(|| at.0.to_string())
}

/// A time of day of something that happened, in this device's time zone.
pub fn format_time(language: &str, at: Timestamp) -> String {
    let value = Date::new(&JsValue::from_f64(at.0 as f64));
    format(language, "time", 0, &value).unwrap_or_else(|| at.0.to_string())
}

/// A number, with at most `decimals` decimals.
pub fn format_number(language: &str, number: f64, decimals: u8) -> String {
    format(language, "number", decimals, &JsValue::from_f64(number))
        .unwrap_or_else(|| number.to_string())
}

/// The name of a country (ISO 3166); its code where the browser has none.
pub fn region(language: &str, code: &str) -> String {
    let name = || {
        let options = Object::new();
        Reflect::set(&options, &"type".into(), &"region".into()).ok()?;
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let class = Reflect::get(&intl, &"DisplayNames".into()).ok()?;
        let class: js_sys::Function = class.dyn_into().ok()?;
        let names = Reflect::construct(&class, &Array::of2(&language.into(), &options)).ok()?;
        let of: js_sys::Function = Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
        of.call1(&names, &code.into()).ok()?.as_string()
    };
    name().unwrap_or_else(|| code.to_owned())
}

/// Compares two texts as the language orders them.
pub fn compare(language: &str, a: &str, b: &str) -> Ordering {
    let made = with(language, "collator", 0, |compare| {
        compare
            .call2(&JsValue::UNDEFINED, &a.into(), &b.into())
            .ok()
    });
    match made.and_then(|order| order.as_f64()) {
        Some(order) => order.partial_cmp(&0.0).unwrap_or(Ordering::Equal),
        None => a.cmp(b),
    }
}

/// The places of texts in the order of the language: equal texts have one place.
pub fn ranks(language: &str, texts: &[String]) -> Vec<i64> {
    let all: Array = texts.iter().map(|text| JsValue::from_str(text)).collect();
    // sorted in one call: a comparison that comes back into here costs a hundred times as much
    let sorted = with(language, "collator", 0, |compare| {
        let sort: js_sys::Function = Reflect::get(&all, &"sort".into()).ok()?.dyn_into().ok()?;
        sort.call1(&all, compare).ok()
    });
    let mut places: HashMap<String, i64> = HashMap::new();
    if sorted.is_some() {
        for (at, text) in (0..).zip(all.iter().filter_map(|text| text.as_string())) {
            places.entry(text).or_insert(at);
        }
    }
    let place = |text: &String| places.get(text).copied().unwrap_or_default();
    texts.iter().map(place).collect()
}

fn format(language: &str, what: &'static str, decimals: u8, value: &JsValue) -> Option<String> {
    with(language, what, decimals, |format| {
        format.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
    })
}

/// Uses a function that is made once.
fn with<T>(
    language: &str,
    what: &'static str,
    decimals: u8,
    run: impl FnOnce(&js_sys::Function) -> Option<T>,
) -> Option<T> {
    let made = FORMATTERS.with_borrow_mut(|formatters| {
        let key = (language.to_owned(), what, decimals);
        match formatters.get(&key) {
            Some(formatter) => Some(formatter.clone()),
            None => {
                let made = formatter(language, what, decimals)?;
                formatters.insert(key, made.clone());
                Some(made)
            }
        }
    });
    run(&made?)
}

/// The bound `format` function of a formatter, or `compare` of a collator.
fn formatter(language: &str, what: &str, decimals: u8) -> Option<js_sys::Function> {
    // day before month and 24 hours, as the plan itself writes dates
    let language = if language == "en" { "en-GB" } else { language };
    let locales = Array::of1(&language.into());
    let options = Object::new();
    let set = |name: &str, value: JsValue| Reflect::set(&options, &name.into(), &value).ok();
    // "3/2/26" is a different day to different readers of English; 2026/3/2 is one day to every reader of Chinese
    let style = if language.starts_with("en") {
        "medium"
    } else {
        "short"
    };
    match what {
        "collator" => return Some(Intl::Collator::new(&locales, &options).compare()),
        "number" => {
            set("maximumFractionDigits", decimals.into())?;
            return Some(Intl::NumberFormat::new(&locales, &options).format());
        }
        "datetime" => {
            set("dateStyle", style.into())?;
            set("timeStyle", "short".into())?;
            set("timeZone", "UTC".into())?;
        }
        "time" => {
            set("timeStyle", "short".into())?;
        }
        _ => {
            set("dateStyle", style.into())?;
            set("timeStyle", "short".into())?;
        }
    }
    Some(
        Intl::DateTimeFormat::new(&locales, &options)
            .format()
            .unchecked_into(),
    )
}
