//! The text of a file. Primavera writes the code page of the computer that it runs on and does not say which: Windows-1252
//! in the West, GBK in China; other programs write UTF-8.

use std::borrow::Cow;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::mspdi::ReadError;
use crate::xml::MAX_BYTES;

/// The text of a file: its size checked, a byte order mark taken off.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge {
            bytes: bytes.len() as u64,
            limit: MAX_BYTES as u64,
        });
    }
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => wide(UTF_16BE, rest),
        [b'E' | b'%', 0, ..] => wide(UTF_16LE, bytes),
        [0, b'E' | b'%', ..] => wide(UTF_16BE, bytes),
        _ => Ok(narrow(bytes)),
    }
}

/// Text of single bytes or UTF-8: a mark taken off; else UTF-8, GBK or Windows-1252, whichever it looks like.
pub(crate) fn narrow(bytes: &[u8]) -> Cow<'_, str> {
    if let [0xEF, 0xBB, 0xBF, rest @ ..] = bytes {
        return String::from_utf8_lossy(rest);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if mostly_utf8(bytes) => String::from_utf8_lossy(bytes),
        Err(_) if chinese(bytes) => GB18030.decode_without_bom_handling(bytes).0,
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

fn wide<'a>(
    encoding: &'static encoding_rs::Encoding,
    bytes: &'a [u8],
) -> Result<Cow<'a, str>, ReadError> {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    if damaged {
        return Err(ReadError::Encoding { byte: 0 });
    }
    Ok(text)
}

/// UTF-8 but for a few characters that a program cut in the middle.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 20 * bad
}

/// Whether what is not ASCII looks like pairs of bytes that make the characters of everyday Chinese, rather than like
/// single letters with accents.
fn chinese(bytes: &[u8]) -> bool {
    let (mut common, mut rare, mut single) = (0usize, 0usize, 0usize);
    let mut rest = bytes;
    while let Some((lead, after)) = rest.split_first() {
        rest = after;
        if *lead < 0x80 {
            continue;
        }
        let Some((0xA1..=0xFE, behind)) = after.split_first() else {
            single += 1;
            continue;
        };
        match lead {
            // punctuation, full-width letters, and the 3,755 characters of the first level of GB 2312
            0xA1..=0xA3 | 0xB0..=0xD7 => common += 1,
            0xA4..=0xA9 | 0xD8..=0xF7 => rare += 1,
            _ => {
                single += 1;
                continue;
            }
        }
        rest = behind;
    }
    common > single && 2 * common > rare
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        text(bytes).unwrap().into_owned()
    }

    #[test]
    fn western_and_chinese_code_pages_are_told_apart() {
        let german = WINDOWS_1252
            .encode("Stra\u{df}e, Gr\u{f6}\u{df}e, \u{dc}bergabe, 20 \u{b0}C, 5 \u{20ac}")
            .0;
        assert_eq!(read(&german), "Straße, Größe, Übergabe, 20 °C, 5 €");
        for said in [
            "打桩",
            "基础工程：土方开挖",
            "第3层 混凝土（C30）浇筑",
            "设备安装调试 100%",
            "镕",
        ] {
            let line = format!("%R\t7\t{said}\t施工");
            assert_eq!(read(&GB18030.encode(&line).0), line);
        }
    }

    #[test]
    fn marks_and_cut_characters_are_read() {
        assert_eq!(read("\u{feff}打桩".as_bytes()), "打桩");
        let mut cut = "打桩".repeat(40).into_bytes();
        cut.pop();
        assert!(read(&cut).starts_with("打桩打桩"));
        for unit in [u16::to_le_bytes, u16::to_be_bytes] as [fn(u16) -> [u8; 2]; 2] {
            let bare: Vec<u8> = "ERMHDR 打桩".encode_utf16().flat_map(unit).collect();
            let marked = [unit(0xFEFF).to_vec(), bare.clone()].concat();
            assert_eq!(read(&bare), "ERMHDR 打桩");
            assert_eq!(read(&marked), "ERMHDR 打桩");
        }
        // half of a surrogate pair
        let broken = [0xFF, 0xFE, b'E', 0, 0x00, 0xD8];
        assert_eq!(text(&broken), Err(ReadError::Encoding { byte: 0 }));
    }
}
