//! A picture that somebody sent is never shown as it came: it is decoded, turned upright, made small, and drawn again.
//! Where and when it was taken (EXIF), and whatever else its file held, is gone.

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Most pixels of a picture that is decoded: of a telephone's camera, not of a poster. Each takes up to eight bytes.
pub(super) const PIXELS_MAX: u64 = 40_000_000;
/// Longest side that is decoded, in pixels.
const SIDE_MAX: u32 = 16_000;
/// Most bytes that decoding may take.
const MEMORY_MAX: u64 = 400 * 1024 * 1024;
/// The most that is kept of a logo: width and height, in pixels. Twice what the page shows.
pub(super) const LOGO: (u32, u32) = (480, 240);
/// The same, of another picture.
pub(super) const PHOTO: (u32, u32) = (1_280, 960);
/// How much of a photograph its JPEG keeps, out of 100.
const JPEG_QUALITY: u8 = 80;

/// What a picture is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureUse {
    /// Beside the name; what is clear in it stays clear.
    Logo,
    /// On the page.
    Photo,
}

/// A picture that was drawn again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redrawn {
    /// Its media type.
    pub media: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Its file.
    pub content: Vec<u8>,
}

/// Why a picture cannot be drawn again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PictureFault {
    /// Its bytes are no JPEG, PNG or WebP.
    Kind,
    /// It says to be larger than what is decoded.
    Large,
    /// It is cut, or damaged.
    Damaged,
}

impl PictureFault {
    /// What to do.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Kind => "Ce fichier n’est pas une image JPEG, PNG ou WebP.",
            Self::Large => "Cette image est trop grande\u{a0}: réduisez-la à 40 millions de pixels au plus.",
            Self::Damaged => {
                "Cette image est abîmée ou incomplète\u{a0}: enregistrez-la de nouveau, puis renvoyez-la."
            }
        }
    }
}

pub(super) fn redraw(content: &[u8], as_a: PictureUse) -> Result<Redrawn, PictureFault> {
    let reader = ImageReader::new(Cursor::new(content)).with_guessed_format();
    let mut reader = reader.map_err(|_| PictureFault::Kind)?;
    let kinds = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
    if !reader.format().is_some_and(|format| kinds.contains(&format)) {
        return Err(PictureFault::Kind);
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MAX), Some(SIDE_MAX));
    limits.max_alloc = Some(MEMORY_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(fault_of)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(PictureFault::Large);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(fault_of)?;
    let (most_width, most_height) = match as_a {
        PictureUse::Logo => LOGO,
        PictureUse::Photo => PHOTO,
    };
    // Small before it is turned: turning takes as much memory again.
    let side = most_width.max(most_height);
    if picture.width() > side || picture.height() > side {
        picture = picture.thumbnail(side, side);
    }
    picture.apply_orientation(orientation);
    if picture.width() > most_width || picture.height() > most_height {
        picture = picture.thumbnail(most_width, most_height);
    }
    drawn(&picture, as_a).map_err(|_| PictureFault::Damaged)
}

fn fault_of(error: image::ImageError) -> PictureFault {
    match error {
        image::ImageError::Limits(_) => PictureFault::Large,
        image::ImageError::Unsupported(_) => PictureFault::Kind,
        _ => PictureFault::Damaged,
    }
}

fn drawn(picture: &DynamicImage, as_a: PictureUse) -> image::ImageResult<Redrawn> {
    let (width, height) = (picture.width(), picture.height());
    let mut content = Vec::new();
    let media = match as_a {
        PictureUse::Logo => {
            let png = image::codecs::png::PngEncoder::new(&mut content);
            png.write_image(&picture.to_rgba8(), width, height, ExtendedColorType::Rgba8)?;
            "image/png"
        }
        PictureUse::Photo => {
            let jpeg = JpegEncoder::new_with_quality(&mut content, JPEG_QUALITY);
            jpeg.write_image(&picture.to_rgb8(), width, height, ExtendedColorType::Rgb8)?;
            "image/jpeg"
        }
    };
    Ok(Redrawn { media, width, height, content })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;

    /// A picture of two halves, red on the left and blue on the right, as a file.
    fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let red_and_blue =
            |x, _| if x < width / 2 { image::Rgb([220, 0, 0]) } else { image::Rgb([0, 0, 220]) };
        let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, red_and_blue));
        let mut content = Cursor::new(Vec::new());
        picture.write_to(&mut content, format).expect("written");
        content.into_inner()
    }

    /// The EXIF of a camera that was held upright, with the place where it was: put into a JPEG after its first mark.
    fn turned(jpeg: &[u8]) -> Vec<u8> {
        let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01".to_vec();
        // Orientation: short, one, 6 (turn by a quarter to the right).
        tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
        tiff.extend(b"GPS 43.6045N 1.4440E");
        let length = u16::try_from(tiff.len() + 8).expect("short").to_be_bytes();
        [&jpeg[..2], b"\xff\xe1", &length, b"Exif\0\0", &tiff, &jpeg[2..]].concat()
    }

    #[test]
    fn pictures_are_made_small_and_drawn_again() {
        use ImageFormat::{Jpeg, Png, WebP};
        use PictureUse::{Logo, Photo};
        for (content, as_a, media, size) in [
            (file(2_560, 1_920, Jpeg), Photo, "image/jpeg", (1_280, 960)),
            (file(300, 200, Png), Photo, "image/jpeg", (300, 200)),
            (file(1_000, 100, WebP), Logo, "image/png", (480, 48)),
            (file(100, 1_000, Png), Logo, "image/png", (24, 240)),
            (turned(&file(400, 200, Jpeg)), Photo, "image/jpeg", (200, 400)),
        ] {
            let drawn = redraw(&content, as_a).expect("drawn");
            assert_eq!((drawn.media, (drawn.width, drawn.height)), (media, size));
            let again = image::load_from_memory(&drawn.content).expect("a picture");
            assert_eq!((again.width(), again.height()), size);
        }
    }

    #[test]
    fn where_it_was_taken_is_gone_and_it_stands_upright() {
        let sent = turned(&file(400, 200, ImageFormat::Jpeg));
        assert!(sent.windows(4).any(|bytes| bytes == b"43.6"), "the file says where");
        let drawn = redraw(&sent, PictureUse::Photo).expect("drawn");
        for word in [&b"Exif"[..], b"43.6", b"GPS"] {
            assert!(!drawn.content.windows(word.len()).any(|bytes| bytes == word), "{word:?}");
        }
        // What was on the left is now on top.
        let upright = image::load_from_memory(&drawn.content).expect("a picture").to_rgb8();
        let (top, bottom) = (upright.get_pixel(100, 50).0, upright.get_pixel(100, 350).0);
        assert!(top[0] > 150 && top[2] < 80 && bottom[2] > 150 && bottom[0] < 80, "{top:?} {bottom:?}");
    }

    /// A PNG that says to be of a size, and holds next to nothing.
    fn bomb(width: u32, height: u32) -> Vec<u8> {
        let mut png = file(1, 1, ImageFormat::Png);
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        png
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        !bytes.iter().fold(!0_u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused_before_it_is_unpacked() {
        let (jpeg, png) = (file(400, 300, ImageFormat::Jpeg), file(400, 300, ImageFormat::Png));
        for (what, content, fault) in [
            ("a PDF", b"%PDF-1.7".to_vec(), PictureFault::Kind),
            ("a GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), PictureFault::Kind),
            (
                "an SVG",
                b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
                PictureFault::Kind,
            ),
            ("nothing", Vec::new(), PictureFault::Kind),
            ("too many pixels", bomb(10_000, 10_000), PictureFault::Large),
            ("too long a side", bomb(100_000, 1), PictureFault::Large),
            ("the largest of all", bomb(0x7fff_ffff, 0x7fff_ffff), PictureFault::Large),
            ("half a PNG", png[..png.len() / 2].to_vec(), PictureFault::Damaged),
            ("the head of a JPEG", jpeg[..20].to_vec(), PictureFault::Damaged),
        ] {
            assert_eq!(redraw(&content, PictureUse::Photo).map(|_| ()), Err(fault), "{what}");
            assert!(fault.sentence().ends_with('.'));
        }
    }
}
