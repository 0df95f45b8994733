//! Pictures as pixels, for pages.

/// The pixels of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The pixels.
    pub data: RasterData,
}

/// How the pixels are held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RasterData {
    /// A JPEG file, which a PDF can hold as it is.
    Jpeg {
        /// The file.
        bytes: Vec<u8>,
        /// 1 for gray, 3 for colour, 4 for print colours.
        components: u8,
    },
    /// Eight bits a channel, red, green, blue, row by row.
    Rgb {
        /// `width * height * 3` bytes.
        pixels: Vec<u8>,
        /// `width * height` bytes of opacity, if not all is opaque.
        alpha: Option<Vec<u8>>,
    },
}
