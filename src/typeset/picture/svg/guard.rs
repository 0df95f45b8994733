//! What a drawing may not ask for.
//!
//! In: an SVG as XML, or resolved. Out: an error if something in it would be missing on paper without a word, or if a few bytes of it
//! would make endless work: the copies that `<use>` and markers make are counted before anything is copied.

use super::super::PictureError;
use resvg::usvg::roxmltree::{Document, Node};
use resvg::usvg::{self, Group, Tree};
use std::collections::BTreeMap;

/// The most elements and pieces of text, copies included. A drawing of a model with a hundred layers has some thousands.
pub(super) const MOST_ELEMENTS: u32 = 200_000;

/// The deepest nesting of elements.
const DEEPEST: u32 = 200;

/// The longest way through elements and references.
const LONGEST_WAY: u32 = 1000;

/// The most groups that are painted apart and then laid on the drawing, and how deep they may nest. Each takes the memory of a picture.
const MOST_LAYERS: u32 = 500;
/// See [`MOST_LAYERS`].
const DEEPEST_LAYERS: u32 = 12;

/// The most pixels of one repeat of a pattern.
const MOST_PATTERN_PIXELS: u32 = 16_000_000;

/// Checks what the XML alone tells.
pub(super) fn check(document: &Document<'_>, name: &str) -> Result<(), PictureError> {
    let name = || name.to_owned();
    let too_complex = |what: String, limit| PictureError::TooComplex { name: name(), what, limit };
    if depth(document) > DEEPEST {
        return Err(too_complex("elements nested too deep".to_owned(), DEEPEST));
    }
    for node in document.descendants().filter(Node::is_element) {
        match node.tag_name().name() {
            // Programs that write both leave the choice to `<switch>`.
            "foreignObject" if !node.ancestors().any(|above| above.tag_name().name() == "switch") => {
                return Err(PictureError::ForeignObject { name: name() });
            }
            "image" | "use" | "feImage" => {
                if let Some(reference) = href(node).filter(|href| !href.starts_with('#') && !href.starts_with("data:"))
                {
                    // A reference may be long; its beginning tells which it is.
                    let reference = reference.chars().take(80).collect();
                    return Err(PictureError::Outside { name: name(), reference });
                }
            }
            _ => {}
        }
    }
    let mut counter = Counter::new(document);
    if counter.cost(document.root(), 0) > u64::from(MOST_ELEMENTS) {
        return Err(too_complex("too many elements, copies by `<use>` and markers included".to_owned(), MOST_ELEMENTS));
    }
    Ok(())
}

fn depth(document: &Document<'_>) -> u32 {
    // A parent stands before its children.
    let mut depths: Vec<u32> = Vec::new();
    for node in document.descendants() {
        let parent = node.parent().and_then(|parent| depths.get(parent.id().get_usize()));
        depths.push(parent.map_or(0, |parent| parent + 1));
    }
    depths.into_iter().max().unwrap_or_default()
}

fn href<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.attributes().find(|attribute| attribute.name() == "href").map(|attribute| attribute.value().trim())
}

/// Counts elements as if every reference were a copy.
struct Counter<'a, 'input> {
    by_id: BTreeMap<&'a str, Node<'a, 'input>>,
    /// What is known of each node, by its number.
    costs: Vec<Cost>,
}

#[derive(Clone, Copy)]
enum Cost {
    Unknown,
    /// Being counted: what refers to itself, which usvg leaves out.
    Open,
    Known(u64),
}

impl<'a, 'input> Counter<'a, 'input> {
    fn new(document: &'a Document<'input>) -> Self {
        let by_id = document.descendants().filter_map(|node| Some((node.attribute("id")?, node))).collect();
        Self { by_id, costs: vec![Cost::Unknown; document.descendants().count()] }
    }

    /// `depth`: through how many elements and references the way has led here.
    fn cost(&mut self, node: Node<'a, 'input>, depth: u32) -> u64 {
        let index = node.id().get_usize();
        match self.costs[index] {
            Cost::Known(cost) => return cost,
            Cost::Open => return 0,
            Cost::Unknown if depth > LONGEST_WAY => return u64::MAX,
            Cost::Unknown => self.costs[index] = Cost::Open,
        }
        let mut cost = 1_u64;
        for child in node.children() {
            cost = cost.saturating_add(self.cost(child, depth + 1));
        }
        for attribute in node.attributes() {
            let value = attribute.value().trim();
            let target = match attribute.name() {
                "href" => value.strip_prefix('#'),
                _ => value.strip_prefix("url(").and_then(|value| value.trim_matches(['"', '\'']).strip_prefix('#')),
            };
            let target = target.map(|target| target.trim_end_matches([')', '"', '\'', ' ']));
            let Some(target) = target.and_then(|target| self.by_id.get(target).copied()) else { continue };
            let copies = if attribute.name().starts_with("marker") { corners(node) } else { 1 };
            cost = cost.saturating_add(self.cost(target, depth + 1).saturating_mul(copies));
        }
        self.costs[index] = Cost::Known(cost);
        cost
    }
}

/// At most how many corners a shape has, each of which may get a marker.
fn corners(node: Node<'_, '_>) -> u64 {
    let outline = node.attribute("d").or_else(|| node.attribute("points")).unwrap_or_default();
    1 + outline.len() as u64 / 2
}

/// Checks that a tree can be painted in `scale` pixels to one of its own.
pub(super) fn check_layers(tree: &Tree, scale: f32, name: &str) -> Result<(), PictureError> {
    let too_complex = |what: String, limit| PictureError::TooComplex { name: name.to_owned(), what, limit };
    let layers = Layers::default().within(tree.root(), 0);
    if layers.count > MOST_LAYERS {
        return Err(too_complex(format!("{} groups with effects", layers.count), MOST_LAYERS));
    }
    if layers.deepest > DEEPEST_LAYERS {
        return Err(too_complex(format!("groups with effects {} deep", layers.deepest), DEEPEST_LAYERS));
    }
    for pattern in tree.patterns() {
        let (across, down) = pattern.transform().get_scale();
        let pixels = pattern.rect().width() * across * scale * pattern.rect().height() * down * scale;
        if pixels.is_nan() || pixels > MOST_PATTERN_PIXELS as f32 {
            return Err(too_complex(format!("a pattern of {pixels:.0} pixels"), MOST_PATTERN_PIXELS));
        }
    }
    Ok(())
}

/// How many layers there are, and how deep they nest.
#[derive(Default, Clone, Copy)]
struct Layers {
    count: u32,
    deepest: u32,
}

impl Layers {
    fn within(mut self, group: &Group, depth: u32) -> Self {
        let depth = depth + u32::from(group.should_isolate());
        self.count += u32::from(group.should_isolate());
        self.deepest = self.deepest.max(depth);
        for node in group.children() {
            // Clips, masks and patterns are groups of their own.
            node.subroots(|root| self = self.within(root, depth + 1));
            if let usvg::Node::Group(inner) = node {
                self = self.within(inner, depth);
            }
        }
        self
    }
}
