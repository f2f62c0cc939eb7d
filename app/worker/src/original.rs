//! The kept original of an imported file: gzip.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Compresses a file to keep it.
pub(crate) fn pack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn an_original_comes_back_byte_for_byte() {
        let file = "<Project>\r\n  <Name>房屋</Name>\r\n</Project>".repeat(100);
        let packed = pack(file.as_bytes()).unwrap();
        assert!(packed.len() < file.len() / 5);
        let mut back = String::new();
        GzDecoder::new(&packed[..])
            .read_to_string(&mut back)
            .unwrap();
        assert_eq!(back, file);
    }
}
