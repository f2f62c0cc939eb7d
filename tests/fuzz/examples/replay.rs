//! Runs a target's check on files, outside the fuzzer: `cargo run --example replay TARGET FILE...`

#[path = "../checks.rs"]
mod checks;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().unwrap_or_default();
    let check = match target.as_str() {
        "wire" => checks::wire,
        "chunk" => checks::change,
        "document" => checks::document,
        "mspdi" => checks::mspdi,
        "pack" => checks::pack,
        _ => checks::credentials,
    };
    for file in arguments {
        let from = std::time::Instant::now();
        check(&std::fs::read(&file).unwrap());
        println!("{file}: {} ms", from.elapsed().as_millis());
    }
}
