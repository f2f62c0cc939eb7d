//! A picture as a PDF file: one page, as large as the picture.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};
use serde::Deserialize;

/// The longest side of a page that readers take, in points.
const LONGEST: f32 = 14_400.0;
/// Points of a CSS pixel.
const POINT: f32 = 0.75;

/// What a picture is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Picture {
    /// The document's title.
    pub title: String,
    /// Pixels across and down.
    pub pixels: (u32, u32),
    /// Its size in CSS pixels, of which 96 are an inch.
    pub size: (f32, f32),
}

/// Why there is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// There are not four bytes for each pixel, or none at all.
    #[error("the picture is not as large as was said")]
    Size,
    /// The bytes could not be packed.
    #[error("the picture could not be packed")]
    Packed,
}

/// Writes the page; `rgba` has four bytes a pixel, line by line from the top. What shines through is taken as it is.
pub fn picture(picture: &Picture, rgba: &[u8]) -> Result<Vec<u8>, PdfError> {
    let (wide, high) = picture.pixels;
    let pixels = u64::from(wide) * u64::from(high);
    let (Ok(columns), Ok(rows)) = (i32::try_from(wide), i32::try_from(high)) else {
        return Err(PdfError::Size);
    };
    if pixels == 0 || rgba.len() as u64 != pixels * 4 {
        return Err(PdfError::Size);
    }
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    let mut line = Vec::with_capacity(wide as usize * 3);
    for row in rgba.chunks_exact(wide as usize * 4) {
        line.clear();
        line.extend(row.chunks_exact(4).flat_map(|pixel| pixel.iter().take(3)));
        packer.write_all(&line).map_err(|_| PdfError::Packed)?;
    }
    let packed = packer.finish().map_err(|_| PdfError::Packed)?;

    let sides = (picture.size.0 * POINT, picture.size.1 * POINT);
    let smaller = (LONGEST / sides.0.max(sides.1).max(1.0)).min(1.0);
    let (width, height) = ((sides.0 * smaller).max(1.0), (sides.1 * smaller).max(1.0));
    let [catalog, pages, page, image, content, info] = [1, 2, 3, 4, 5, 6].map(Ref::new);
    let name = Name(b"P");
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    let mut one = pdf.page(page);
    one.media_box(Rect::new(0.0, 0.0, width, height));
    one.parent(pages).contents(content);
    one.resources().x_objects().pair(name, image);
    one.finish();
    let mut drawn = pdf.image_xobject(image, &packed);
    drawn.filter(Filter::FlateDecode);
    drawn.width(columns).height(rows);
    drawn.color_space().device_rgb();
    drawn.bits_per_component(8);
    drawn.finish();
    let mut placed = Content::new();
    placed.save_state();
    placed.transform([width, 0.0, 0.0, height, 0.0, 0.0]);
    placed.x_object(name);
    placed.restore_state();
    pdf.stream(content, &placed.finish());
    pdf.document_info(info)
        .title(TextStr(&picture.title))
        .producer(TextStr("Plumbline"));
    Ok(pdf.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pixels: (u32, u32)) -> Picture {
        Picture {
            title: "教学楼 计划".to_owned(),
            pixels,
            size: (400.0, 200.0),
        }
    }

    #[test]
    fn a_picture_becomes_a_page_of_its_size() {
        let bytes = picture(&of((2, 1)), &[9, 8, 7, 255, 1, 2, 3, 255]).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.starts_with("%PDF-1."));
        assert!(text.contains("/MediaBox [0 0 300 150]"));
        assert!(text.contains("/Width 2") && text.contains("/Height 1"));
        assert!(text.trim_end().ends_with("%%EOF"));
        // the pixels are in it, without how much shines through
        let at = |what: &[u8]| bytes.windows(what.len()).position(|w| w == what);
        let start = at(b"stream\n").unwrap() + 7;
        let mut pixels = Vec::new();
        let mut reader = flate2::read::ZlibDecoder::new(&bytes[start..]);
        std::io::Read::read_to_end(&mut reader, &mut pixels).unwrap();
        assert_eq!(pixels, [9, 8, 7, 1, 2, 3]);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(picture(&of((2, 2)), &[0; 4]), Err(PdfError::Size));
        assert_eq!(picture(&of((0, 0)), &[]), Err(PdfError::Size));
        assert_eq!(picture(&of((u32::MAX, u32::MAX)), &[]), Err(PdfError::Size));
    }
}
