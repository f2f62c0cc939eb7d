//! Makes bytes that claim far more than they are, or are broken in one way each. Checksums are right unless said.

use std::io::Write;

use sha2::{Digest, Sha256};

/// What a reader of changes, or of documents, must refuse.
pub(crate) struct Hostile {
    /// What is wrong with it.
    pub(crate) name: String,
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
}

/// Unsigned LEB128.
pub(crate) fn number(mut n: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
    out
}

/// Signed LEB128.
pub(crate) fn signed(mut n: i64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let byte = (n & 0x7f) as u8;
        n >>= 7;
        if n == 0 && byte & 0x40 == 0 || n == -1 && byte & 0x40 != 0 {
            out.push(byte);
            return out;
        }
        out.push(byte | 0x80);
    }
}

/// A chunk of a kind (0: document, 1: change), with a right checksum.
pub(crate) fn chunk(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut whole = vec![kind];
    whole.extend(number(body.len() as u64));
    whole.extend(body);
    let hash: [u8; 32] = Sha256::digest(&whole).into();
    [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &whole].concat()
}

/// A change as it travels when it is long: its body deflated, the checksum that of the body.
pub(crate) fn packed(body: &[u8]) -> Vec<u8> {
    let plain = chunk(1, body);
    let packed = deflated(body);
    let mut whole = vec![2];
    whole.extend(number(packed.len() as u64));
    whole.extend(packed);
    [&plain[..8], &whole].concat()
}

/// Deflates.
pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    deflate.write_all(bytes).unwrap();
    deflate.finish().unwrap()
}

/// Specifications, lengths, and the columns after them.
fn table(columns: &[(u64, Vec<u8>)]) -> (Vec<u8>, Vec<u8>) {
    let mut lengths = number(columns.len() as u64);
    let mut data = Vec::new();
    for (spec, column) in columns {
        lengths.extend(number(*spec));
        lengths.extend(number(column.len() as u64));
        data.extend(column);
    }
    (lengths, data)
}

/// The body of a first change with these columns.
pub(crate) fn body(columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut body = vec![0, 16]; // no dependencies; the actor's length
    body.extend([7; 16]);
    body.extend([1, 1, 0, 0, 0]); // seq, start_op, time, message, other actors
    let (lengths, data) = table(columns);
    [body, lengths, data].concat()
}

/// A document of one actor and one head.
pub(crate) fn document(changes: &[(u64, Vec<u8>)], ops: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut body = vec![1, 16];
    body.extend([7; 16]);
    body.push(1);
    body.extend([9; 32]);
    let (change_lengths, change_data) = table(changes);
    let (op_lengths, op_data) = table(ops);
    body.extend([change_lengths, op_lengths, change_data, op_data].concat());
    body.push(0);
    chunk(0, &body)
}

const MILLIONS: i64 = 5_000_000;

/// Runs of one value, for a column of a kind.
fn run(spec: u64, count: i64) -> Vec<u8> {
    match spec & 7 {
        4 => number(count as u64),
        5 => [signed(count), vec![1, b'a']].concat(),
        _ => [signed(count), vec![1]].concat(),
    }
}

/// The columns of five million sound operations: `a = true` at the root, over and over.
fn millions() -> Vec<(u64, Vec<u8>)> {
    vec![
        (0x15, run(0x15, MILLIONS)),
        (0x34, run(0x34, MILLIONS)),
        (0x42, run(0x42, MILLIONS)),
        (0x56, [signed(MILLIONS), vec![2]].concat()),
        (0x70, [signed(MILLIONS), vec![0]].concat()),
    ]
}

const CHANGE_COLUMNS: [u64; 13] = [
    0x01, 0x02, 0x11, 0x13, 0x15, 0x34, 0x42, 0x56, 0x70, 0x71, 0x73, 0x94, 0xa5,
];
const DOCUMENT_OPS: [u64; 15] = [
    0x01, 0x02, 0x11, 0x13, 0x15, 0x21, 0x23, 0x34, 0x42, 0x56, 0x80, 0x81, 0x83, 0x94, 0xa5,
];
const DOCUMENT_CHANGES: [u64; 8] = [0x01, 0x03, 0x13, 0x23, 0x35, 0x40, 0x43, 0x56];

/// Ways to claim much with few bytes, in one column.
fn claims(spec: u64) -> Vec<(&'static str, Vec<u8>)> {
    let mut claims = vec![("a run", run(spec, MILLIONS))];
    if spec & 7 != 4 {
        claims.push(("absent values", [vec![0], number(MILLIONS as u64)].concat()));
        claims.push((
            "endless absent values",
            [vec![0], number(u64::MAX)].concat(),
        ));
        claims.push(("an endless run", run(spec, i64::MAX)));
        claims.push(("endless literals", [signed(i64::MIN), vec![1]].concat()));
        claims.push(("cut literals", [signed(-4), vec![1]].concat()));
        let overlong = [vec![0x80; 10], vec![1]].concat();
        claims.push(("an overlong number", overlong));
    } else {
        claims.push(("an endless run", number(u64::MAX)));
    }
    if spec & 7 == 0 {
        claims.push(("endless groups", [signed(1), number(u64::MAX)].concat()));
        let count = 1_000_000_u64;
        claims.push((
            "a million in one group",
            [signed(9), number(count)].concat(),
        ));
    }
    claims
}

/// Changes that nobody may take.
pub(crate) fn changes() -> Vec<Hostile> {
    let mut all = Vec::new();
    let mut add = |name: String, bytes: Vec<u8>| all.push(Hostile { name, bytes });
    add(
        "five million operations".into(),
        chunk(1, &body(&millions())),
    );
    add(
        "five million operations, deflated".into(),
        packed(&body(&millions())),
    );
    for spec in CHANGE_COLUMNS {
        for (what, data) in claims(spec) {
            add(
                format!("{what} in column {spec:02x}"),
                chunk(1, &body(&[(spec, data)])),
            );
        }
    }
    add("a whole document".into(), document(&[], &[]));
    add("an unknown kind of chunk".into(), chunk(3, &body(&[])));
    add("a deflate bomb".into(), packed(&vec![0; 40 * 1024 * 1024]));
    let mut bomb = body(&[]);
    bomb.resize(3 * 1024 * 1024, 0);
    add("a small deflate bomb".into(), packed(&bomb));
    add("deflated noise".into(), {
        let mut bytes = packed(&body(&millions()));
        bytes.truncate(10);
        bytes.extend([0x55; 60]);
        bytes[9] = 60;
        bytes
    });
    // one key of 200 KB, ten thousand times
    let key = vec![b'k'; 200_000];
    let mut keys = signed(10_000);
    keys.extend(number(key.len() as u64));
    keys.extend(key);
    let repeated = vec![
        (0x15, keys),
        (0x34, number(10_000)),
        (0x42, run(0x42, 10_000)),
        (0x56, [signed(10_000), vec![2]].concat()),
        (0x70, [signed(10_000), vec![0]].concat()),
    ];
    add("a long key, repeated".into(), chunk(1, &body(&repeated)));
    add(
        "a long key, repeated, deflated".into(),
        packed(&body(&repeated)),
    );
    for (what, at, with) in [
        ("endless dependencies", 0, u64::MAX),
        ("many dependencies", 0, 100_000),
        ("an endless actor", 1, u64::MAX),
        ("an endless message", 21, u64::MAX),
        ("endless actors", 22, u64::MAX),
        ("many actors", 22, 1_000_000),
        ("endless columns", 23, u64::MAX),
        ("many columns", 23, 1_000_000),
        ("no sequence number", 18, 0),
        ("a first operation beyond all", 19, u64::MAX),
        (
            "a first operation of the last counter",
            19,
            u64::from(u32::MAX),
        ),
        ("no first operation", 19, 0),
    ] {
        let sound = body(&[]);
        let bytes = [&sound[..at], &number(with), &sound[at + 1..]].concat();
        add(what.into(), chunk(1, &bytes));
    }
    let mut endless = vec![1, 0x42];
    endless.extend(number(u64::MAX));
    let sound = body(&[]);
    let endless = [&sound[..sound.len() - 1], &endless].concat();
    add("an endless column".into(), chunk(1, &endless));
    let mut wrong = chunk(1, &body(&[]));
    wrong[4] ^= 1;
    add("a wrong checksum".into(), wrong);
    add("two in one".into(), chunk(1, &body(&[])).repeat(2));
    add("nothing".into(), Vec::new());
    add(
        "more bytes than a change has".into(),
        chunk(1, &vec![0; 300 * 1024]),
    );
    all
}

/// Documents that nobody may take.
pub(crate) fn documents() -> Vec<Hostile> {
    let mut all = Vec::new();
    let mut add = |name: String, bytes: Vec<u8>| all.push(Hostile { name, bytes });
    let mut ops = vec![
        (0x15, run(0x15, MILLIONS)),
        (0x21, [signed(MILLIONS), vec![0]].concat()),
        (0x23, run(0x23, MILLIONS)),
        (0x34, run(0x34, MILLIONS)),
        (0x42, run(0x42, MILLIONS)),
        (0x56, [signed(MILLIONS), vec![2]].concat()),
        (0x80, [signed(MILLIONS), vec![0]].concat()),
    ];
    let one = vec![
        (0x01, vec![1, 0]),
        (0x03, vec![1, 1]),
        (0x13, [signed(1), signed(MILLIONS)].concat()),
        (0x23, vec![1, 0]),
        (0x40, vec![1, 0]),
        (0x56, vec![1, 7]),
    ];
    add("five million operations".into(), document(&one, &ops));
    for (spec, data) in &mut ops {
        *spec |= 8;
        *data = deflated(data);
    }
    add(
        "five million operations, deflated".into(),
        document(&one, &ops),
    );
    for spec in DOCUMENT_OPS {
        for (what, data) in claims(spec) {
            let name = format!("{what} in the operations' column {spec:02x}");
            let packed = document(&[], &[(spec | 8, deflated(&data))]);
            add(format!("{name}, deflated"), packed);
            add(name, document(&[], &[(spec, data)]));
        }
    }
    for spec in DOCUMENT_CHANGES {
        for (what, data) in claims(spec) {
            let name = format!("{what} in the changes' column {spec:02x}");
            add(name, document(&[(spec, data)], &[]));
        }
    }
    let bomb = deflated(&vec![0; 4 * 1024 * 1024]);
    let bombs: Vec<_> = (0..64).map(|_| (0x5f, bomb.clone())).collect();
    add("deflate bombs".into(), document(&bombs, &[]));
    let mut many = Vec::new();
    let ten_thousand = chunk(1, &body(&[(0x42, run(0x42, 10_000))]));
    for _ in 0..200 {
        many.extend(&ten_thousand);
    }
    add("many changes of many operations".into(), many);
    add("an unknown kind of chunk".into(), chunk(3, &body(&[])));
    add("endless actors".into(), chunk(0, &number(u64::MAX)));
    add("many actors".into(), chunk(0, &number(2_000_000)));
    add(
        "endless heads".into(),
        chunk(0, &[vec![0], number(u64::MAX)].concat()),
    );
    add(
        "many heads".into(),
        chunk(0, &[vec![0], number(1_000_000)].concat()),
    );
    add(
        "endless columns".into(),
        chunk(0, &[vec![0, 0], number(u64::MAX)].concat()),
    );
    let mut column = vec![0, 0, 0, 1, 0x42];
    column.extend(number(u64::MAX));
    add("an endless column".into(), chunk(0, &column));
    add("what is no document".into(), b"nonsense".to_vec());
    all
}
