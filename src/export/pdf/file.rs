//! The file around the pages.
//!
//! In: pages as drawing operations, fonts, pictures, and what the document says of itself. Out: the bytes of the file. printpdf turns the
//! operations and fonts into objects; its catalog, page and information dictionaries are replaced by ours, and whatever only they led
//! to is dropped.

use super::fonts::EmbeddedFonts;
use super::pictures::Pictures;
use super::{PdfError, Stamp, integer, rounded, structure};
use crate::typeset::display::{Document, NodeId};
use flate2::{Compress, Compression, FlushCompress, Status};
use lopdf::{Dictionary, Object, ObjectId, SaveOptions, Stream, StringFormat, dictionary, text_string};
use printpdf::{Mm, Op, PdfDocument, PdfFont, PdfPage, PdfSaveOptions};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io;

mod metadata;
mod outline;

/// How hard streams are compressed, of 9. The hardest would make a paper smaller by less than a hundredth, and an eighth slower to write.
const COMPRESSION: u32 = 6;

/// How many small objects are compressed together: all of a paper's, so that a compressor is made once for them.
const OBJECTS_PER_STREAM: usize = 1000;

/// A page as printpdf wants it. Its size is set in [`File::finish`], where it need not go through millimetres.
pub(super) fn printpdf_page(ops: Vec<Op>) -> PdfPage {
    PdfPage::new(Mm(0.0), Mm(0.0), ops)
}

/// A file in the making.
pub(super) struct File {
    objects: lopdf::Document,
    catalog: ObjectId,
    tree: ObjectId,
    pages: Vec<ObjectId>,
}

impl File {
    /// Has printpdf turn pages and fonts into objects.
    pub(super) fn new(pages: Vec<PdfPage>, fonts: EmbeddedFonts) -> Result<Self, PdfError> {
        let mut document = PdfDocument::new("");
        document.pages = pages;
        let mut cap_heights = Vec::new();
        for (id, font, cap_height) in fonts.into_printpdf() {
            cap_heights.extend(font.font_name.clone().zip(cap_height));
            document.resources.fonts.map.insert(id, PdfFont::new(font));
        }
        let mut warnings = Vec::new();
        let options = PdfSaveOptions { subset_fonts: false, image_optimization: None, ..PdfSaveOptions::default() };
        let mut objects = document.to_lopdf_document(&options, &mut warnings);
        if let Some(warning) = warnings.first() {
            return Err(PdfError::Writer(warning.msg.clone()));
        }
        "1.7".clone_into(&mut objects.version);
        correct_cap_heights(&mut objects, &cap_heights);
        let broken = |error: lopdf::Error| PdfError::Writer(error.to_string());
        let catalog = objects.trailer.get(b"Root").and_then(Object::as_reference).map_err(broken)?;
        let tree = objects.catalog().and_then(|catalog| catalog.get(b"Pages")).and_then(Object::as_reference);
        Ok(Self { tree: tree.map_err(broken)?, pages: objects.page_iter().collect(), catalog, objects })
    }

    /// Adds what is around the pages, and writes the file.
    pub(super) fn finish(
        mut self,
        document: &Document,
        pictures: &Pictures,
        owners: &[Vec<NodeId>],
        stamp: &Stamp,
    ) -> Result<Vec<u8>, PdfError> {
        self.replace_pages(document, pictures)?;
        let information = metadata::information(document, stamp)?;
        let information = self.objects.add_object(information);
        let mut catalog = dictionary! {
            "Type" => "Catalog",
            "Pages" => self.tree,
            "Lang" => text_string(document.language),
            "MarkInfo" => dictionary! { "Marked" => true },
            "ViewerPreferences" => dictionary! { "DisplayDocTitle" => true },
            "StructTreeRoot" => structure::write(&mut self.objects, &document.structure, &self.pages, owners),
            "Metadata" => self.objects.add_object(metadata::xmp(document, stamp)?),
        };
        if let Some(outline) = outline::write(&mut self.objects, document, &self.pages) {
            catalog.set("Outlines", outline);
            catalog.set("PageMode", "UseOutlines");
        }
        self.objects.set_object(self.catalog, catalog);
        self.objects.trailer = dictionary! { "Root" => self.catalog, "Info" => information };
        save(self.objects)
    }

    /// Puts our page dictionaries in the place of printpdf's, and one dictionary of resources in the place of one a page; then drops
    /// what nothing leads to any more.
    fn replace_pages(&mut self, document: &Document, pictures: &Pictures) -> Result<(), PdfError> {
        let broken = |error: lopdf::Error| PdfError::Writer(error.to_string());
        let mut resources = Dictionary::new();
        if let Some(fonts) = self.fonts().map_err(broken)?.filter(|fonts| !fonts.is_empty()) {
            resources.set("Font", fonts);
        }
        if let Some(images) = pictures.write(&mut self.objects) {
            resources.set("XObject", images);
        }
        let resources = self.objects.add_object(resources);
        for (index, (id, page)) in self.pages.iter().zip(&document.pages).enumerate() {
            let contents =
                self.objects.get_dictionary(*id).and_then(|page| page.get(b"Contents")).map_err(broken)?.clone();
            let (width, height) = (rounded(page.width), rounded(page.height));
            let page = dictionary! {
                "Type" => "Page",
                "Parent" => self.tree,
                "MediaBox" => vec![0.into(), 0.into(), width.into(), height.into()],
                "Resources" => resources,
                "Contents" => contents,
                "StructParents" => integer(index),
                "Tabs" => "S",
            };
            self.objects.set_object(*id, page);
        }
        self.objects.trailer = dictionary! { "Root" => self.catalog };
        self.objects.prune_objects();
        Ok(())
    }

    /// The names of the fonts, which printpdf hangs on every page alike.
    fn fonts(&self) -> Result<Option<Dictionary>, lopdf::Error> {
        let Some(page) = self.pages.first() else { return Ok(None) };
        let (_, resources) = self.objects.dereference(self.objects.get_dictionary(*page)?.get(b"Resources")?)?;
        let (_, fonts) = self.objects.dereference(resources.as_dict()?.get(b"Font")?)?;
        Ok(Some(fonts.as_dict()?.clone()))
    }
}

/// printpdf takes the ascent for the height of capitals; readers go by it where they lay a highlight over a line.
fn correct_cap_heights(objects: &mut lopdf::Document, cap_heights: &[(String, i64)]) {
    for object in objects.objects.values_mut() {
        let Ok(descriptor) = object.as_dict_mut() else { continue };
        let Ok(name) = descriptor.get(b"FontName").and_then(Object::as_name) else { continue };
        if let Some((_, height)) = cap_heights.iter().find(|(font, _)| font.as_bytes() == name) {
            descriptor.set("CapHeight", *height);
        }
    }
}

/// Compresses and writes the objects, and marks the file with a hash of all that is in it.
fn save(mut objects: lopdf::Document) -> Result<Vec<u8>, PdfError> {
    let mut compressor = Compress::new(Compression::new(COMPRESSION), true);
    for object in objects.objects.values_mut() {
        if let Object::Stream(stream) = object {
            compress(stream, &mut compressor).map_err(PdfError::Save)?;
        }
    }
    // The mark depends on the bytes, and the bytes on the mark: zeros stand for it until the rest is known.
    let blank = [0; MARK_BYTES];
    let mark = Object::String(blank.to_vec(), StringFormat::Hexadecimal);
    objects.trailer.set("ID", vec![mark.clone(), mark]);
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(OBJECTS_PER_STREAM)
        .compression_level(COMPRESSION);
    let mut bytes = Vec::new();
    objects.save_with_options(&mut bytes, options.build()).map_err(PdfError::Save)?;

    let digest = Sha256::digest(&bytes);
    let blank = file_identifier(&blank);
    let mark = file_identifier(&digest[..MARK_BYTES]);
    // The dictionary with the mark is the last one in the file.
    let place = bytes.windows(blank.len()).rposition(|window| window == blank.as_bytes());
    let place = place.ok_or_else(|| PdfError::Save(io::Error::other("the file identifier was not written")))?;
    bytes[place..place + mark.len()].copy_from_slice(mark.as_bytes());
    Ok(bytes)
}

/// The length of a file identifier (ISO 32000-1, 14.4), as usual.
const MARK_BYTES: usize = 16;

/// A file identifier as lopdf writes it: what the file was first, and what it is now.
fn file_identifier(mark: &[u8]) -> String {
    let mut hex = String::with_capacity(2 * mark.len());
    for byte in mark {
        let _ = write!(hex, "{byte:02X}"); // to a string: cannot fail
    }
    format!("[<{hex}><{hex}>]")
}

/// Compresses a stream as hard as [`COMPRESSION`] says, if that makes it shorter; lopdf by itself knows the hardest way alone.
/// The compressor is one for all streams of a file: to make one is as much work as to compress a short stream.
fn compress(stream: &mut Stream, compressor: &mut Compress) -> io::Result<()> {
    if !stream.allows_compression || stream.dict.has(b"Filter") {
        return Ok(());
    }
    compressor.reset();
    // What does not fit into this is not shorter, and need not come to its end.
    let mut compressed = vec![0; stream.content.len().saturating_sub(1)];
    if compressor.compress(&stream.content, &mut compressed, FlushCompress::Finish)? == Status::StreamEnd {
        compressed.truncate(compressor.total_out() as usize);
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(compressed);
    }
    Ok(())
}
