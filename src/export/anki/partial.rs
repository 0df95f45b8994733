//! Partials: what templates share, put in wherever `{{> name}}` stands.
//!
//! In: the name of a template, and the files of `templates/anki/`. Out: [`Expanded`], the text that Anki gets, which knows from which
//! file each place in it came. The syntax is Mustache's; Anki has no such thing, so nothing of it is left in what it gets.
//! What stands in an HTML comment is left alone, as Anki leaves it alone. Fields and conditionals are not looked at here.

use super::template::{Tag, TemplateError, tags};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A file of `templates/anki/` that is built in.
#[derive(Debug, Clone, Copy)]
pub(super) struct File {
    /// Its name, without folders.
    pub(super) name: &'static str,
    /// What it says.
    pub(super) text: &'static str,
}

/// The files of `templates/anki/`: the user's own before those built in, each asked for once.
pub(super) struct Files<F> {
    own: F,
    builtin: &'static [File],
    read: BTreeMap<String, Option<Cow<'static, str>>>,
}

impl<F: FnMut(&str) -> Option<String>> Files<F> {
    /// `own` gives the text of the user's file of a name; `builtin` are the partials to fall back on.
    pub(super) fn new(own: F, builtin: &'static [File]) -> Self {
        Self { own, builtin, read: BTreeMap::new() }
    }

    /// The text of a file that is built in, or of the user's own in its place.
    pub(super) fn text(&mut self, file: File) -> Cow<'static, str> {
        self.get(file.name).unwrap_or(Cow::Borrowed(file.text))
    }

    fn get(&mut self, name: &str) -> Option<Cow<'static, str>> {
        if let Some(known) = self.read.get(name) {
            return known.clone();
        }
        let builtin = || self.builtin.iter().find(|file| file.name == name).map(|file| Cow::Borrowed(file.text));
        let text = (self.own)(name).map(Cow::Owned).or_else(builtin);
        self.read.insert(name.to_owned(), text.clone());
        text
    }

    /// A template with its partials put in.
    ///
    /// # Errors
    /// A partial that does not exist or that holds itself, a script that Anki or a browser would take apart.
    pub(super) fn expand(&mut self, file: File) -> Result<Expanded, TemplateError> {
        let mut expanded = Expanded { text: String::new(), pieces: Vec::new() };
        let text = self.text(file);
        self.put(&text, &mut vec![file.name.to_owned()], &mut expanded)?;
        Ok(expanded)
    }

    /// Adds `text`, the content of the last file in `within`: what is being put in, outermost first.
    fn put(&mut self, text: &str, within: &mut Vec<String>, out: &mut Expanded) -> Result<(), TemplateError> {
        let from = within.join(" < ");
        let mut done = 0;
        for tag in tags(text) {
            let Tag { range, inner } = tag.map_err(|near| TemplateError::Unclosed { file: said(within), near })?;
            let Some(name) = inner.strip_prefix('>').map(str::trim) else { continue };
            out.push(&text[done..range.start], within);
            done = range.end;
            if within.iter().any(|outer| outer == name) {
                let around = [&*from, name].join(" < ");
                return Err(TemplateError::Cycle { file: said(within), around: around.replace(" < ", " → ") });
            }
            // A name is not a path: what is put in lies beside the templates.
            let partial = if name.contains(['/', '\\']) { None } else { self.get(name) };
            let partial = partial.ok_or_else(|| TemplateError::UnknownPartial {
                file: said(within),
                name: name.to_owned(),
                known: self.builtin.iter().map(|file| file.name).collect::<Vec<_>>().join(", "),
            })?;
            if is_script(name) {
                check_script(name, &partial)?;
            }
            within.push(name.to_owned());
            // A partial stands on a line of its own, and so does its last line.
            let partial = partial.strip_suffix('\n').unwrap_or(&partial);
            self.put(partial.strip_suffix('\r').unwrap_or(partial), within, out)?;
            within.pop();
        }
        out.push(&text[done..], within);
        Ok(())
    }
}

fn is_script(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("js"))
}

/// Refuses what would end a script early, or what Anki would take for a field or a comment.
fn check_script(name: &str, text: &str) -> Result<(), TemplateError> {
    let lower = text.to_ascii_lowercase();
    match ["{{", "<!--", "</script"].into_iter().find(|taboo| lower.contains(taboo)) {
        Some(found) => {
            let line = lower.lines().position(|line| line.contains(found)).unwrap_or(0) + 1;
            Err(TemplateError::Script { file: name.to_owned(), line, found })
        }
        None => Ok(()),
    }
}

/// A file as an error names it: `head.html (in qa.front.html)`.
fn said(within: &[String]) -> String {
    match within {
        [outermost, .., innermost] => format!("{innermost} (in {outermost})"),
        [only] => only.clone(),
        [] => String::new(),
    }
}

/// A template with its partials in it.
#[derive(Debug, Clone)]
pub(super) struct Expanded {
    /// What Anki gets.
    pub(super) text: String,
    /// Where what comes from another file begins, ascending, and that file.
    pieces: Vec<(usize, String)>,
}

impl Expanded {
    /// A text without partials.
    #[cfg(test)]
    pub(super) fn plain(text: &str, file: &str) -> Self {
        Self { text: text.to_owned(), pieces: vec![(0, file.to_owned())] }
    }

    fn push(&mut self, text: &str, within: &[String]) {
        if !text.is_empty() {
            self.pieces.push((self.text.len(), said(within)));
            self.text.push_str(text);
        }
    }

    /// The file from which the text at a byte position came.
    pub(super) fn file_at(&self, position: usize) -> &str {
        let after = self.pieces.partition_point(|(start, _)| *start <= position);
        after.checked_sub(1).and_then(|at| self.pieces.get(at)).map_or("", |(_, file)| file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRONT: File = File { name: "x.front.html", text: "<b>\n{{> head.html}}\n{{Stem}}</b>" };
    const BUILTIN: [File; 3] = [
        File { name: "head.html", text: "<i>{{Id}}</i>\n{{>place.html }}\n" },
        File { name: "place.html", text: "<u>{{Stem}}</u>\n" },
        File { name: "card.js", text: "let a = {b: {c: 1}};\n" },
    ];

    fn expand(front: &'static str, own: impl FnMut(&str) -> Option<String>) -> Result<Expanded, String> {
        let file = File { name: "x.front.html", text: front };
        Files::new(own, &BUILTIN).expand(file).map_err(|error| error.to_string())
    }

    #[test]
    fn partials_are_put_in_and_each_place_knows_its_file() {
        let expanded = expand(FRONT.text, |_| None).expect("a good template");
        assert_eq!(expanded.text, "<b>\n<i>{{Id}}</i>\n<u>{{Stem}}</u>\n{{Stem}}</b>");
        let file = |found: Option<usize>| expanded.file_at(found.expect("a place"));
        assert_eq!(file(expanded.text.find("<b>")), "x.front.html");
        assert_eq!(file(expanded.text.find("{{Id}}")), "head.html (in x.front.html)");
        assert_eq!(file(expanded.text.find("<u>")), "place.html (in x.front.html)");
        assert_eq!(file(expanded.text.rfind("{{Stem}}")), "x.front.html");
    }

    #[test]
    fn the_users_own_partial_comes_first_and_may_have_any_name() {
        let own = |name: &str| match name {
            "place.html" => Some("{{> mine.html}}".to_owned()),
            "mine.html" => Some("mine\r\n".to_owned()),
            _ => None,
        };
        assert_eq!(expand(FRONT.text, own).expect("a good template").text, "<b>\n<i>{{Id}}</i>\nmine\n{{Stem}}</b>");
        let script = expand("<script>{{> card.js}}</script>", |_| None).expect("a good script");
        assert_eq!(script.text, "<script>let a = {b: {c: 1}};</script>");
    }

    #[test]
    fn a_comment_is_left_alone() {
        for text in ["<!-- {{> nope.html}} -->{{Stem}}", "<!--> {{> nope.html}} -->{{Stem}}"] {
            assert_eq!(expand(text, |_| None).expect("only a comment").text, text);
        }
        // One that does not end is none, and one that has ended is over.
        for text in ["<!-- {{> nope.html}}", "<!---->{{> nope.html}}"] {
            assert!(expand(text, |_| None).is_err(), "{text}");
        }
    }

    #[test]
    fn slips_name_the_file_and_what_there_is() {
        let error = |front, own: fn(&str) -> Option<String>| expand(front, own).expect_err("a slip");
        assert_eq!(
            error("{{> haed.html}}", |_| None),
            "x.front.html: there is no partial `haed.html`; built in are head.html, place.html, card.js, and any file in \
             templates/anki/ is one"
        );
        let anywhere = |name: &str| name.ends_with("/head.html").then(String::new);
        assert!(error("{{> ../head.html}}", anywhere).contains("no partial `../head.html`"));
        let around = |name: &str| (name == "place.html").then(|| "{{> head.html}}".to_owned());
        assert_eq!(
            error("{{> head.html}}", around),
            "place.html (in x.front.html): a partial within itself: x.front.html → head.html → place.html → head.html"
        );
        let braces = |name: &str| (name == "card.js").then(|| "let a;\nconst b = {{}};".to_owned());
        assert_eq!(
            error("{{> card.js}}", braces),
            "card.js, line 2: `{{` in a script, which Anki or the browser would not take for a part of it; write it apart"
        );
    }
}
