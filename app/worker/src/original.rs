//! The kept original of an imported file: gzip, bounded when it is opened again.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use shared::exchange::mspdi::MAX_BYTES;

/// Compresses a file to keep it.
pub(crate) fn pack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|error| error.to_string())
}

/// The file again. It came from a document, so anybody who may write there can have made it: no more is
/// unpacked than an import would read.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed)
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("the kept original is damaged: {error}"))?;
    if bytes.len() > MAX_BYTES {
        return Err("the kept original is larger than what is read".to_owned());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_original_comes_back_byte_for_byte() {
        let file = "<Project>\r\n  <Name>房屋</Name>\r\n</Project>".repeat(100);
        let packed = pack(file.as_bytes()).unwrap();
        assert!(packed.len() < file.len() / 5);
        assert_eq!(unpack(&packed).unwrap(), file.as_bytes());
    }

    #[test]
    fn an_original_that_unpacks_without_end_is_refused() {
        let bomb = pack(&vec![0; MAX_BYTES + 1]).unwrap();
        assert!(unpack(&bomb).is_err());
        assert!(unpack(&bomb[..bomb.len() / 2]).is_err());
        assert!(unpack(b"not gzip").is_err());
    }
}
