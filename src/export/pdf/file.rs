//! The file around the pages.
//!
//! In: a document and its fonts. Out: the bytes of the file: pages with what they draw and draw with, catalog, outline, metadata.

use super::conformance::Claims;
use super::content::{self, Replaced};
use super::fonts::EmbeddedFonts;
use super::objects::Objects;
use super::pictures::Pictures;
use super::{PdfError, Stamp, rounded, structure};
use crate::typeset::display::{Document, NodeId};
use pdf_writer::types::{NumberingStyle, OutputIntentSubtype, PageMode, TabOrder};
use pdf_writer::writers::{Catalog, Page, PageLabel, Pages, Resources};
use pdf_writer::{Name, Rect, Ref, TextStr};

mod color;
mod metadata;
mod outline;

/// Writes a file.
pub(super) fn write(document: &Document, fonts: &EmbeddedFonts<'_>, stamp: &Stamp) -> Result<Vec<u8>, PdfError> {
    let mut objects = Objects::new();
    let tree = objects.number();
    let (pages, owners) = write_pages(&mut objects, document, fonts, tree);
    let claims = Claims::of(document, fonts, &owners);

    let information = metadata::information(&mut objects, document, stamp)?;
    let metadata = metadata::xmp(&mut objects, document, stamp, claims)?;
    let structure = structure::write(&mut objects, document, &pages, &owners);
    let outline = outline::write(&mut objects, document, &pages);
    let profile = color::write(&mut objects);
    // Pages are named by their numbers, from 1.
    let labels = objects.number();
    objects.object(labels).start::<PageLabel<'_>>().style(NumberingStyle::Arabic);

    let root = objects.number();
    let mut catalog: Catalog<'_> = objects.object(root).start();
    catalog.pages(tree).lang(TextStr(document.language)).metadata(metadata);
    catalog.mark_info().marked(true);
    catalog.pair(Name(b"StructTreeRoot"), structure);
    catalog.viewer_preferences().display_doc_title(true);
    catalog.page_labels().nums().insert(0, labels);
    catalog
        .output_intents()
        .push()
        .subtype(OutputIntentSubtype::PDFA)
        .output_condition_identifier(TextStr(color::NAME))
        .info(TextStr(color::NAME))
        .dest_output_profile(profile);
    if let Some(outline) = outline {
        catalog.outlines(outline).page_mode(PageMode::UseOutlines);
    }
    drop(catalog);
    Ok(objects.finish(root, information))
}

/// Writes the pages, all with one dictionary of resources. Returns them, and for each the node of each of its sequences.
fn write_pages(
    objects: &mut Objects,
    document: &Document,
    fonts: &EmbeddedFonts<'_>,
    tree: Ref,
) -> (Vec<Ref>, Vec<Vec<NodeId>>) {
    let (mut pictures, mut replaced) = (Pictures::default(), Replaced::default());
    let resources = objects.number();
    let (mut pages, mut owners) = (Vec::new(), Vec::new());
    for (index, page) in (0..).zip(&document.pages) {
        let drawn = content::write(page, &document.structure, fonts, &mut pictures, &mut replaced);
        let [id, stream] = [(); 2].map(|()| objects.number());
        objects.stream(stream, &drawn.stream);
        let mut object: Page<'_> = objects.object(id).start();
        object.parent(tree).media_box(Rect::new(0.0, 0.0, rounded(page.width), rounded(page.height)));
        object.contents(stream).struct_parents(index).tab_order(TabOrder::StructureOrder);
        object.pair(Name(b"Resources"), resources);
        pages.push(id);
        owners.push(drawn.owners);
    }
    objects.object(tree).start::<Pages<'_>>().kids(pages.iter().copied()).count(pages.len() as i32);

    let (fonts, pictures) = (fonts.write(objects), pictures.write(objects));
    let mut all: Resources<'_> = objects.object(resources).start();
    if !fonts.is_empty() {
        all.fonts().pairs(fonts.iter().map(|(name, font)| (Name(name.as_bytes()), *font)));
    }
    if !pictures.is_empty() {
        all.x_objects().pairs(pictures.iter().map(|(name, picture)| (Name(name.as_bytes()), *picture)));
    }
    drop(all);
    (pages, owners)
}
