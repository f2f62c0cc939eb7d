//! How the types of `base` and `domain` look in CBOR: ids as byte strings, times as integers, enums as small numbers.

use base::ChangeHash;
use domain::permission::{Access, DocumentKind};
use minicbor::decode::Error;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decoder, Encoder};

/// More changes or hashes than this in one frame are refused; a list is cut by the frame's size anyway.
pub(crate) const MAX_ITEMS: u64 = 10_000;

fn items(d: &mut Decoder<'_>) -> Result<u64, Error> {
    let at = d.position();
    match d.array()? {
        Some(n) if n <= MAX_ITEMS => Ok(n),
        _ => Err(Error::message("list too long or of unknown length").at(at)),
    }
}

macro_rules! id {
    ($module:ident, $type:ty) => {
        pub(crate) mod $module {
            use super::*;

            pub(crate) fn encode<C, W: Write>(
                v: &$type,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), EncodeError<W::Error>> {
                e.bytes(v.as_bytes())?.ok()
            }

            pub(crate) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<$type, Error> {
                let at = d.position();
                d.bytes()?
                    .try_into()
                    .map(<$type>::from_bytes)
                    .map_err(|_| Error::message("id of another length").at(at))
            }
        }
    };
}

id!(document, base::DocumentId);
id!(person, base::PersonId);
id!(project, base::ProjectId);
id!(change, base::ChangeHash);

pub(crate) mod time {
    use super::*;
    use base::Timestamp;

    pub(crate) fn encode<C, W: Write>(
        v: &Timestamp,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.i64(v.0)?.ok()
    }

    pub(crate) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Timestamp, Error> {
        d.i64().map(Timestamp)
    }
}

macro_rules! small_enum {
    ($module:ident, $type:ty, $($number:literal = $variant:path),+) => {
        pub(crate) mod $module {
            use super::*;

            pub(crate) fn encode<C, W: Write>(
                v: &$type,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), EncodeError<W::Error>> {
                e.u8(match v { $($variant => $number),+ })?.ok()
            }

            pub(crate) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<$type, Error> {
                let at = d.position();
                match d.u8()? {
                    $($number => Ok($variant),)+
                    n => Err(Error::unknown_variant(i64::from(n)).at(at)),
                }
            }
        }
    };
}

small_enum!(
    kind,
    DocumentKind,
    0 = DocumentKind::Plan,
    1 = DocumentKind::Progress,
    2 = DocumentKind::Note,
    3 = DocumentKind::Source,
    4 = DocumentKind::Proposal,
    5 = DocumentKind::Form
);
small_enum!(
    access,
    Access,
    0 = Access::None,
    1 = Access::Read,
    2 = Access::Write
);

/// A list of byte strings.
pub(crate) mod blobs {
    use super::*;

    pub(crate) fn encode<C, W: Write>(
        v: &[Vec<u8>],
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.array(v.len() as u64)?;
        for bytes in v {
            e.bytes(bytes)?;
        }
        Ok(())
    }

    pub(crate) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Vec<Vec<u8>>, Error> {
        (0..items(d)?)
            .map(|_| d.bytes().map(<[u8]>::to_vec))
            .collect()
    }
}

/// A list of hashes.
pub(crate) mod hashes {
    use super::*;

    pub(crate) fn encode<C, W: Write>(
        v: &[ChangeHash],
        e: &mut Encoder<W>,
        c: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.array(v.len() as u64)?;
        for hash in v {
            change::encode(hash, e, c)?;
        }
        Ok(())
    }

    pub(crate) fn decode<C>(d: &mut Decoder<'_>, c: &mut C) -> Result<Vec<ChangeHash>, Error> {
        (0..items(d)?).map(|_| change::decode(d, c)).collect()
    }
}

/// A list of hashes with their sequence numbers.
pub(crate) mod numbered {
    use super::*;

    pub(crate) fn encode<C, W: Write>(
        v: &[(ChangeHash, u64)],
        e: &mut Encoder<W>,
        c: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.array(v.len() as u64)?;
        for (hash, seq) in v {
            e.array(2)?;
            change::encode(hash, e, c)?;
            e.u64(*seq)?;
        }
        Ok(())
    }

    pub(crate) fn decode<C>(
        d: &mut Decoder<'_>,
        c: &mut C,
    ) -> Result<Vec<(ChangeHash, u64)>, Error> {
        (0..items(d)?)
            .map(|_| {
                let at = d.position();
                if d.array()? != Some(2) {
                    return Err(Error::message("not a pair").at(at));
                }
                Ok((change::decode(d, c)?, d.u64()?))
            })
            .collect()
    }
}
