//! Order keys: texts between two others, compared as bytes ("fractional indexing", with an integer part so that
//! keys stay short when rows are added at the end or the beginning). The well-known crate for it fails when a
//! hundred and thirty rows in a row are put first, so this is our own.

/// Digits, ascending as bytes. A key is a head letter that says how many integer digits follow (`a`: one, `b`: two...;
/// `Z`: one, `Y`: two... below zero), these digits, and a fraction that does not end in the lowest digit.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Longer keys count as unreadable, and their neighbours get new ones.
const LONGEST: usize = 200;

fn digit(byte: u8) -> Option<usize> {
    DIGITS.iter().position(|d| *d == byte)
}

fn byte(digit: usize) -> u8 {
    DIGITS.get(digit).copied().unwrap_or(b'z')
}

/// A key taken apart: integer (with its head) and fraction.
fn split(key: &str) -> Option<(&[u8], &[u8])> {
    let bytes = key.as_bytes();
    let len = match *bytes.first()? {
        head @ b'a'..=b'z' => (head - b'a') as usize + 2,
        head @ b'A'..=b'Z' => (b'Z' - head) as usize + 2,
        _ => return None,
    };
    if bytes.len() < len || bytes.len() > LONGEST || !bytes.iter().all(|b| digit(*b).is_some()) {
        return None;
    }
    let (integer, fraction) = bytes.split_at(len);
    let lowest = integer.first() == Some(&b'A') && integer.iter().skip(1).all(|b| *b == b'0');
    (fraction.last() != Some(&b'0') && !(lowest && fraction.is_empty()))
        .then_some((integer, fraction))
}

/// Whether a key is one of ours.
pub(crate) fn is_valid(key: &str) -> bool {
    split(key).is_some()
}

/// A fraction between two others; `b` empty for the end. Expects `a < b`.
fn midpoint(a: &[u8], b: Option<&[u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut a, mut b) = (a, b);
    loop {
        if let Some(upper) = b {
            let same = upper
                .iter()
                .enumerate()
                .take_while(|(i, d)| a.get(*i).unwrap_or(&b'0') == *d)
                .count();
            if same > 0 {
                out.extend(upper.iter().take(same));
                a = a.get(same..).unwrap_or_default();
                b = upper.get(same..);
                // equal bounds cannot be told apart: go on as if there were no upper one
                if b.is_some_and(<[u8]>::is_empty) {
                    b = None;
                }
                continue;
            }
        }
        let low = a.first().and_then(|d| digit(*d)).unwrap_or(0);
        let high = b
            .and_then(|b| b.first())
            .and_then(|d| digit(*d))
            .unwrap_or(62);
        if high > low + 1 {
            out.push(byte((low + high).div_ceil(2).min(61)));
            return out;
        }
        match b {
            Some(upper) if upper.len() > 1 => {
                out.extend(upper.iter().take(1));
                return out;
            }
            _ => {
                out.push(byte(low));
                a = a.get(1..).unwrap_or_default();
                b = None;
            }
        }
    }
}

fn step(integer: &[u8], up: bool) -> Option<Vec<u8>> {
    let (head, digits) = integer.split_first()?;
    let mut digits = digits.to_vec();
    for place in digits.iter_mut().rev() {
        let d = digit(*place)?;
        if up && d < 61 {
            *place = byte(d + 1);
            return Some([vec![*head], digits].concat());
        }
        if !up && d > 0 {
            *place = byte(d - 1);
            return Some([vec![*head], digits].concat());
        }
        *place = if up { b'0' } else { b'z' };
    }
    match (up, *head) {
        (true, b'Z') => Some(b"a0".to_vec()),
        (true, b'z') => None,
        (false, b'a') => Some(b"Zz".to_vec()),
        (false, b'A') => None,
        (true, head) => {
            if head >= b'a' {
                digits.push(b'0');
            } else {
                digits.pop();
            }
            Some([vec![head + 1], digits].concat())
        }
        (false, head) => {
            if head <= b'Z' {
                digits.push(b'z');
            } else {
                digits.pop();
            }
            Some([vec![head - 1], digits].concat())
        }
    }
}

/// A key between two others; `None` where they are no keys of ours or not ascending.
pub(crate) fn between(low: Option<&str>, high: Option<&str>) -> Option<String> {
    if let (Some(low), Some(high)) = (low, high)
        && low >= high
    {
        return None;
    }
    let key = match (low, high) {
        (None, None) => b"a0".to_vec(),
        (None, Some(high)) => {
            let (integer, fraction) = split(high)?;
            if fraction.is_empty() {
                step(integer, false)?
            } else {
                integer.to_vec()
            }
        }
        (Some(low), None) => {
            let (integer, fraction) = split(low)?;
            match step(integer, true) {
                Some(next) => next,
                None => [integer, &midpoint(fraction, None)].concat(),
            }
        }
        (Some(low), Some(high)) => {
            let ((li, lf), (hi, hf)) = (split(low)?, split(high)?);
            if li == hi {
                [li, &midpoint(lf, Some(hf))].concat()
            } else {
                match step(li, true) {
                    Some(next) if next.as_slice() < high.as_bytes() => next,
                    _ => [li, &midpoint(lf, None)].concat(),
                }
            }
        }
    };
    let key = String::from_utf8(key).ok()?;
    let fits = is_valid(&key)
        && low.is_none_or(|l| l < key.as_str())
        && high.is_none_or(|h| key.as_str() < h);
    fits.then_some(key)
}

/// `count` ascending keys between two others.
pub(crate) fn spread(low: Option<&str>, high: Option<&str>, count: usize) -> Option<Vec<String>> {
    if count == 0 {
        return Some(Vec::new());
    }
    match (low, high) {
        (_, None) => {
            let mut keys: Vec<String> = Vec::with_capacity(count);
            for _ in 0..count {
                let next = between(keys.last().map(String::as_str).or(low), None)?;
                keys.push(next);
            }
            Some(keys)
        }
        (None, Some(_)) => {
            let mut keys: Vec<String> = Vec::with_capacity(count);
            for _ in 0..count {
                let next = between(None, keys.last().map(String::as_str).or(high))?;
                keys.push(next);
            }
            keys.reverse();
            Some(keys)
        }
        (Some(_), Some(_)) => {
            let middle = count / 2;
            let key = between(low, high)?;
            let mut keys = spread(low, Some(&key), middle)?;
            let after = spread(Some(&key), high, count - middle - 1)?;
            keys.push(key);
            keys.extend(after);
            Some(keys)
        }
    }
}

/// Keys for `count` rows put at place `at` among siblings with these keys (ascending). Returns the new rows' keys and
/// new keys for those siblings (by index) that had to move on because keys were equal or no keys of ours.
pub(crate) fn place(
    siblings: &[&str],
    at: usize,
    count: usize,
) -> (Vec<String>, Vec<(usize, String)>) {
    let at = at.min(siblings.len());
    let low = at.checked_sub(1).and_then(|i| siblings.get(i)).copied();
    let rest = siblings.get(at..).unwrap_or_default();
    // rows that sort together with the one before move on with the new ones
    let moved = rest
        .iter()
        .take_while(|key| low.is_some_and(|low| **key <= low))
        .count();
    let high = rest.get(moved).copied();
    if let Some(keys) = spread(low, high, count + moved) {
        let mut keys = keys.into_iter();
        let new = keys.by_ref().take(count).collect();
        return (new, (at..).zip(keys).collect());
    }
    // some key is none of ours: all siblings get new ones
    let all = spread(None, None, siblings.len() + count).unwrap_or_default();
    let mut new = Vec::with_capacity(count);
    let mut others = Vec::with_capacity(siblings.len());
    for (i, key) in all.into_iter().enumerate() {
        if i < at {
            others.push((i, key));
        } else if i < at + count {
            new.push(key);
        } else {
            others.push((i - count, key));
        }
    }
    (new, others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_thousand_rows_put_first_or_last_keep_short_keys() {
        let (mut first, mut last) = (None::<String>, None::<String>);
        for _ in 0..1000 {
            let before = between(None, first.as_deref()).unwrap();
            let after = between(last.as_deref(), None).unwrap();
            assert!(first.is_none_or(|f| before < f) && last.is_none_or(|l| l < after));
            assert!(before.len() <= 4 && after.len() <= 4);
            (first, last) = (Some(before), Some(after));
        }
    }

    #[test]
    fn rows_with_equal_keys_move_on_so_that_the_new_one_fits() {
        let (new, moved) = place(&["a0", "a1", "a1", "a2"], 2, 1);
        assert!("a1" < new[0].as_str() && new[0] < moved[0].1 && moved[0].1.as_str() < "a2");
        assert_eq!((new.len(), moved.len(), moved[0].0), (1, 1, 2));
    }

    #[test]
    fn foreign_keys_are_replaced() {
        let (new, moved) = place(&["", "?", "zz"], 1, 2);
        assert_eq!((new.len(), moved.len()), (2, 3));
        assert!(moved[0].1 < new[0] && new[0] < new[1] && new[1] < moved[1].1);
    }

    proptest! {
        #[test]
        fn insertions_anywhere_keep_the_order(places in prop::collection::vec((0usize..50, 1usize..4), 1..200)) {
            let mut keys: Vec<String> = Vec::new();
            for (at, count) in places {
                let at = at.min(keys.len());
                let refs: Vec<&str> = keys.iter().map(String::as_str).collect();
                let (new, moved) = place(&refs, at, count);
                prop_assert_eq!(new.len(), count);
                prop_assert!(moved.is_empty());
                keys.splice(at..at, new);
                prop_assert!(keys.iter().zip(keys.iter().skip(1)).all(|(a, b)| a < b));
                prop_assert!(keys.iter().all(|k| is_valid(k)));
            }
        }

        #[test]
        fn any_texts_as_keys_are_survived(keys in prop::collection::vec("[0A-CYZa-cyz?]{0,4}", 0..8), at in 0usize..9, count in 0usize..4) {
            let mut keys = keys;
            keys.sort();
            let at = at.min(keys.len());
            let refs: Vec<&str> = keys.iter().map(String::as_str).collect();
            let (new, moved) = place(&refs, at, count);
            let mut all: Vec<String> = keys.clone();
            for (i, key) in moved { all[i] = key; }
            all.splice(at..at, new.clone());
            if count > 0 {
                prop_assert_eq!(new.len(), count);
                for pair in all.windows(2).skip(at.saturating_sub(1)).take(count + 1) {
                    prop_assert!(pair[0] < pair[1], "{:?}", all);
                }
                prop_assert!(all.windows(2).all(|p| p[0] <= p[1]), "{:?}", all);
            }
        }
    }
}
