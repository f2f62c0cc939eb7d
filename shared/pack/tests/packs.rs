//! Every pack in `shared/packs` is as it should be.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

mod common;

use pack::text::Language;

#[test]
fn every_pack_of_the_repository_is_without_problems() {
    let packs = common::folders();
    assert!(!packs.is_empty());
    for folder in packs {
        let (pack, problems) = pack::load(&common::files(&folder));
        let told: Vec<String> = problems
            .iter()
            .map(|problem| format!("{problem} / {}", problem.message(Language::Chinese)))
            .collect();
        assert!(
            told.is_empty(),
            "{}:\n{}",
            folder.display(),
            told.join("\n")
        );
        let pack = pack.unwrap();
        assert_eq!(
            folder.file_name().unwrap().to_str(),
            Some(pack.id.as_str()),
            "a folder is called as its pack"
        );

        // a device reads what the server sends, and comes to the same content
        let sent = pack::digest::canonical(&pack);
        let read: pack::Pack = serde_json::from_slice(&sent).unwrap();
        assert_eq!(read, pack);
        assert_eq!(pack::digest(&read), pack::digest(&pack));
        assert_eq!(pack::difference(&read, &pack), []);
    }
}
