//! Anki's card templates, as far as one must understand them to say which cards a note has.
//!
//! In: the text of a front or back and the fields of its note type. Out: whether every field it names exists, whether it shows anything for
//! given filled fields, and the `req` entry of schema 11. It renders nothing: that is Anki's work.
//! The rules are those of Anki's manual, "Card Generation", and of `template.rs` in its sources: a card exists if its front shows at
//! least one filled field; text of the template itself does not count.

use std::collections::BTreeSet;

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

/// A template, understood.
#[derive(Debug, Clone)]
pub(super) struct Template {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone)]
enum Node {
    /// A field of the note, by position.
    Field(usize),
    /// What is shown only where a field is filled, or only where it is empty.
    Conditional { field: Option<usize>, filled: bool, inner: Vec<Node> },
}

impl Template {
    /// Reads `text`, the content of `file`.
    pub(super) fn parse(text: &str, file: &str, fields: &[&str]) -> Result<Self, TemplateError> {
        // The conditionals that are open, outermost first, each with what came before it on its level.
        let mut open: Vec<(&str, bool, Vec<Node>)> = Vec::new();
        let mut nodes = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("{{") {
            let inner = &rest[start + 2..];
            let end = inner.find("}}").ok_or_else(|| TemplateError::Unclosed {
                file: file.to_owned(),
                near: rest[start..].chars().take(20).collect(),
            })?;
            let tag = inner[..end].trim();
            rest = &inner[end + 2..];
            let unbalanced = |field: &str| TemplateError::Unbalanced { file: file.to_owned(), field: field.to_owned() };
            if let Some(name) = tag.strip_prefix(['#', '^']) {
                open.push((name.trim(), tag.starts_with('#'), std::mem::take(&mut nodes)));
            } else if let Some(name) = tag.strip_prefix('/') {
                let name = name.trim();
                let (opened, filled, before) = open.pop().ok_or_else(|| unbalanced(name))?;
                if opened != name {
                    return Err(unbalanced(opened));
                }
                let field = position(name, file, fields)?;
                let inner = std::mem::replace(&mut nodes, before);
                nodes.push(Node::Conditional { field, filled, inner });
            } else {
                // Filters stand before the field: {{cloze:Text}}.
                let name = tag.rsplit(':').next().unwrap_or(tag).trim();
                nodes.extend(position(name, file, fields)?.map(Node::Field));
            }
        }
        match open.pop() {
            Some((name, ..)) => Err(TemplateError::Unbalanced { file: file.to_owned(), field: name.to_owned() }),
            None => Ok(Self { nodes }),
        }
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
        Template::parse(text, "x.front.html", &FIELDS)
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
    }

    #[test]
    fn a_template_that_anki_would_complain_about_is_refused() {
        let error = |text| parse(text).expect_err(text).to_string();
        assert_eq!(
            error("{{Stme}}"),
            "x.front.html: `{{Stme}}` is not a field of the note type; it has Id, Stem, Answer, Reversed"
        );
        assert!(error("{{Stem").contains("a `{{` that is never closed: `{{Stem`"));
        for bad in ["{{#Stem}}x", "x{{/Stem}}", "{{#Stem}}{{#Id}}{{/Stem}}{{/Id}}"] {
            assert!(error(bad).contains("not opened and closed in pairs"), "{bad}");
        }
    }
}
