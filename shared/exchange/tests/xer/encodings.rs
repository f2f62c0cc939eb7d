//! Files come in the code page of the computer that wrote them.

use encoding_rs::{GB18030, GBK, WINDOWS_1252};

use super::bridge::BRIDGE;
use super::file::{file, project, read, tasks};

#[test]
fn every_encoding_gives_the_same_plan() {
    let western = BRIDGE.replace("Piles", "Pfähle für die Brücke – 12 m");
    let chinese = BRIDGE
        .replace("Piles", "钻孔灌注桩（第1批）")
        .replace("Li Wei", "李伟");
    let chinese = chinese.replace('¥', "￥");
    for (text, encoding) in [
        (&western, WINDOWS_1252),
        (&chinese, GBK),
        (&chinese, GB18030),
    ] {
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost && bytes != text.as_bytes());
        let expected = read(text.as_bytes()).unwrap();
        assert_eq!(read(&bytes).unwrap(), expected, "{}", encoding.name());
        let marked = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
        assert_eq!(read(&marked).unwrap(), expected);
        for (mark, unit) in [
            ([0xFF, 0xFE], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            ([0xFE, 0xFF], u16::to_be_bytes),
        ] {
            let wide: Vec<u8> = mark
                .into_iter()
                .chain(text.encode_utf16().flat_map(unit))
                .collect();
            assert_eq!(read(&wide).unwrap(), expected);
        }
    }
}

#[test]
fn line_ends_and_quotes_are_those_of_several_programs() {
    let text = file(&[project(""), tasks(&["1:8", "2:8"])]);
    let expected = read(text.as_bytes()).unwrap();
    assert_eq!(
        read(text.replace("\r\n", "\n").as_bytes()).unwrap(),
        expected
    );
    // a line end that somebody typed into a name
    let broken = read(text.replace("t1", "first\r\nand more").as_bytes()).unwrap();
    assert_eq!(broken.plan.tasks[0].name, "first\r\nand more");
    assert_eq!(broken.plan.tasks.len(), 2);
    let shouted = text
        .replace("task_name", "TASK_NAME")
        .replace("%T\tTASK", "%T\tTask");
    assert_eq!(read(shouted.as_bytes()).unwrap(), expected);
}
