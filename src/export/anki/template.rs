//! Anki's card templates, as far as one must understand them to say which cards a note has.
//!
//! In: a front or back with its partials put in, and the fields of its note type. Out: whether every field it names exists, whether it shows anything for
//! given filled fields, and the `req` entry of schema 11. It renders nothing: that is Anki's work.
//! The rules are those of Anki's manual, "Card Generation", and of `template.rs` in its sources: a card exists if its front shows at
//! least one filled field; text of the template itself does not count. What stands in an HTML comment is not looked at: so the official
//! backend does it (`<!--` to the next `-->`; one that never ends is text).

use super::partial::Expanded;
use std::collections::BTreeSet;
use std::ops::Range;

/// What Anki fills in itself; a field must not be called so.
pub(super) const SPECIAL_FIELDS: [&str; 7] = ["Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "FrontSide"];

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// `{{` without `}}`.
    #[error("{file}: a `{{{{` that is never closed: `{near}`")]
    Unclosed {
        /// The file of the template.
        file: String,
        /// What follows it.
        near: String,
    },
    /// A field that the note type does not have.
    #[error("{file}: `{{{{{field}}}}}` is not a field of the note type; it has {allowed}")]
    UnknownField {
        /// The file of the template.
        file: String,
        /// The field that it names.
        field: String,
        /// The fields of the note type.
        allowed: String,
    },
    /// A `{{#field}}` without its `{{/field}}`, or the other way round.
    #[error("{file}: the conditional `{field}` is not opened and closed in pairs")]
    Unbalanced {
        /// The file of the template.
        file: String,
        /// The field of the conditional.
        field: String,
    },
    /// A `{{> partial}}` that there is not.
    #[error("{file}: there is no partial `{name}`; built in are {known}, and any file in templates/anki/ is one")]
    UnknownPartial {
        /// The file of the template.
        file: String,
        /// The partial that it names.
        name: String,
        /// The partials built in.
        known: String,
    },
    /// A partial that holds itself.
    #[error("{file}: a partial within itself: {around}")]
    Cycle {
        /// The file that closes the circle.
        file: String,
        /// The files from the template to itself.
        around: String,
    },
    /// A script that would not arrive as it is written.
    #[error(
        "{file}, line {line}: `{found}` in a script, which Anki or the browser would not take for a part of it; write it apart"
    )]
    Script {
        /// The file of the script.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What it holds.
        found: &'static str,
    },
    /// A front that stays empty for a note that has its question.
    #[error("{file}: the front does not show `{{{{{field}}}}}`, so Anki would make no card")]
    EmptyFront {
        /// The file of the template.
        file: String,
        /// The field that it has to show.
        field: String,
    },
}

/// Which fields decide whether a card exists: an entry of `req`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Requirement {
    /// One of them filled is enough.
    Any(Vec<usize>),
    /// Every one of them must be filled.
    All(Vec<usize>),
    /// No card whatever is filled.
    None,
}

/// A `{{…}}` in a text.
#[derive(Debug)]
pub(super) struct Tag<'t> {
    /// Where it stands, with its braces.
    pub(super) range: Range<usize>,
    /// What stands between them, trimmed.
    pub(super) inner: &'t str,
}

/// The tags of a text in their order, without those in comments. An error is the beginning of one that is never closed, and the last.
pub(super) fn tags(text: &str) -> impl Iterator<Item = Result<Tag<'_>, String>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text[at..].find("{{")?;
            if let Some(comment) = text[at..start].find("<!--") {
                // One that never ends is no comment.
                let inner = at + comment + 4;
                at = text[inner..].find("-->").map_or(inner, |end| inner + end + 3);
                continue;
            }
            let inner = &text[start + 2..];
            let Some(length) = inner.find("}}") else {
                at = text.len();
                return Some(Err(text[start..].chars().take(20).collect()));
            };
            at = start + 2 + length + 2;
            return Some(Ok(Tag { range: start..at, inner: inner[..length].trim() }));
        }
    })
}

/// A template, understood.
#[derive(Debug, Clone)]
pub(super) struct Template {
    nodes: Vec<Node>,
    /// The fields that it shows as clozes.
    clozes: Vec<usize>,
}

#[derive(Debug, Clone)]
enum Node {
    /// A field of the note, by position.
    Field(usize),
    /// What is shown only where a field is filled, or only where it is empty.
    Conditional { field: Option<usize>, filled: bool, inner: Vec<Node> },
}

impl Template {
    /// Reads a front or back.
    pub(super) fn parse(template: &Expanded, fields: &[&str]) -> Result<Self, TemplateError> {
        // The conditionals that are open, outermost first, each with where it opens and what came before it on its level.
        let mut open: Vec<(&str, bool, usize, Vec<Node>)> = Vec::new();
        let mut nodes = Vec::new();
        let mut clozes = Vec::new();
        let mut end = 0;
        let unbalanced = |field: &str, at: usize| TemplateError::Unbalanced {
            file: template.file_at(at).to_owned(),
            field: field.to_owned(),
        };
        for tag in tags(&template.text) {
            let Tag { range, inner } =
                tag.map_err(|near| TemplateError::Unclosed { file: template.file_at(end).to_owned(), near })?;
            let file = template.file_at(range.start);
            end = range.end;
            if let Some(name) = inner.strip_prefix(['#', '^']) {
                open.push((name.trim(), inner.starts_with('#'), range.start, std::mem::take(&mut nodes)));
            } else if let Some(name) = inner.strip_prefix('/') {
                let name = name.trim();
                let (opened, filled, at, before) = open.pop().ok_or_else(|| unbalanced(name, range.start))?;
                if opened != name {
                    return Err(unbalanced(opened, at));
                }
                let field = position(name, file, fields)?;
                let inner = std::mem::replace(&mut nodes, before);
                nodes.push(Node::Conditional { field, filled, inner });
            } else {
                // Filters stand before the field: {{cloze:Text}}.
                let mut filters = inner.rsplit(':').map(str::trim);
                let field = position(filters.next().unwrap_or(inner), file, fields)?;
                if filters.any(|filter| filter == "cloze") {
                    clozes.extend(field);
                }
                nodes.extend(field.map(Node::Field));
            }
        }
        match open.pop() {
            Some((name, _, at, _)) => Err(unbalanced(name, at)),
            None => Ok(Self { nodes, clozes }),
        }
    }

    /// Whether it shows a field as a cloze.
    pub(super) fn has_cloze(&self, field: usize) -> bool {
        self.clozes.contains(&field)
    }

    /// Whether anything is shown where exactly the fields for which `filled` holds are filled.
    pub(super) fn shows(&self, filled: &impl Fn(usize) -> bool) -> bool {
        shows(&self.nodes, filled)
    }

    /// The entry of `req`, found as Anki finds it: by trying.
    pub(super) fn requirement(&self, fields: usize) -> Requirement {
        let any: Vec<usize> = (0..fields).filter(|field| self.shows(&|other| other == *field)).collect();
        if !any.is_empty() {
            return Requirement::Any(any);
        }
        let all: BTreeSet<usize> = (0..fields).filter(|field| !self.shows(&|other| other != *field)).collect();
        if all.is_empty() || !self.shows(&|_| true) {
            Requirement::None
        } else {
            Requirement::All(all.into_iter().collect())
        }
    }
}

fn shows(nodes: &[Node], filled: &impl Fn(usize) -> bool) -> bool {
    nodes.iter().any(|node| match node {
        Node::Field(field) => filled(*field),
        Node::Conditional { field, filled: wanted, inner } => {
            // What Anki fills in itself counts as empty here, as it does in Anki.
            field.is_some_and(&filled) == *wanted && shows(inner, filled)
        }
    })
}

/// The position of a field; `None` for what Anki fills in itself, and for a cloze condition (`{{#c1}}`).
fn position(name: &str, file: &str, fields: &[&str]) -> Result<Option<usize>, TemplateError> {
    let found = fields.iter().position(|field| *field == name);
    let cloze = name.strip_prefix('c').is_some_and(|number| number.parse::<u16>().is_ok());
    if found.is_some() || cloze || SPECIAL_FIELDS.contains(&name) {
        return Ok(found);
    }
    Err(TemplateError::UnknownField { file: file.to_owned(), field: name.to_owned(), allowed: fields.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [&str; 4] = ["Id", "Stem", "Answer", "Reversed"];

    fn parse(text: &str) -> Result<Template, TemplateError> {
        Template::parse(&Expanded::plain(text, "x.front.html"), &FIELDS)
    }

    fn requirement(text: &str) -> Requirement {
        parse(text).expect("a good template").requirement(FIELDS.len())
    }

    #[test]
    fn req_is_what_anki_finds() {
        assert_eq!(requirement("<b>{{Stem}}</b>{{#Answer}}x{{/Answer}}"), Requirement::Any(vec![1]));
        assert_eq!(requirement("{{Id}}{{text:Stem}}"), Requirement::Any(vec![0, 1]));
        assert_eq!(requirement("{{#Reversed}}{{Answer}}{{/Reversed}}"), Requirement::All(vec![2, 3]));
        assert_eq!(requirement("{{#Reversed}}{{Id}}{{Answer}}{{/Reversed}}"), Requirement::All(vec![3]));
        assert_eq!(requirement("only text {{Tags}}"), Requirement::None);
        assert_eq!(requirement("{{^Stem}}{{Id}}{{/Stem}}"), Requirement::Any(vec![0]));
        assert_eq!(requirement("<!-- {{Id}} {{nope}} {{ -->{{Stem}}"), Requirement::Any(vec![1]));
        assert_eq!(requirement("<!-- {{Id}}"), Requirement::Any(vec![0]));
    }

    #[test]
    fn a_template_that_anki_would_complain_about_is_refused() {
        let error = |text| parse(text).expect_err(text).to_string();
        assert_eq!(
            error("{{Stme}}"),
            "x.front.html: `{{Stme}}` is not a field of the note type; it has Id, Stem, Answer, Reversed"
        );
        assert!(error("{{Stem}}{{Stem").contains("a `{{` that is never closed: `{{Stem`"));
        for bad in ["{{#Stem}}x", "x{{/Stem}}", "{{#Stem}}{{#Id}}{{/Stem}}{{/Id}}"] {
            assert!(error(bad).contains("not opened and closed in pairs"), "{bad}");
        }
    }
}
