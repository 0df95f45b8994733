//! Diagnostics as text: drawn for people, in one line each, or as JSON lines.

use super::{Diagnostic, Label, Severity};
use crate::source::{Source, Sources};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// How diagnostics are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// With the text they are about.
    #[default]
    Human,
    /// `file:line:column: error[code]: message`, one line each.
    Short,
    /// One JSON object a line.
    Json,
}

/// Writes one diagnostic, with a newline at its end. `Human` output holds ANSI colours; the caller's stream strips them
/// where they are not wanted.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, format: Format) -> String {
    match format {
        Format::Human => human(diagnostic, sources, &Renderer::styled()),
        Format::Short => short(diagnostic, sources),
        Format::Json => json(diagnostic, sources),
    }
}

/// [`Format::Human`] without colours: for logs and snapshots.
pub fn plain(diagnostic: &Diagnostic, sources: &Sources) -> String {
    human(diagnostic, sources, &Renderer::plain())
}

fn human(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.name());
    let mut group = Group::with_title(title);
    for (path, window, line, labels) in windows(diagnostic, sources) {
        let mut snippet = Snippet::source(window).path(path).line_start(line);
        for (kind, range, text) in labels {
            let annotation = kind.span(range);
            snippet = snippet.annotation(if text.is_empty() { annotation } else { annotation.label(text) });
        }
        group = group.element(snippet);
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = renderer.clone().decor_style(DecorStyle::Ascii).term_width(120);
    format!("{}\n\n", renderer.render(&[group]))
}

type Window<'a> = (String, &'a str, usize, Vec<(AnnotationKind, Range<usize>, &'a str)>);

/// The lines each label needs and no more: a file may hold a thousand cards.
fn windows<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Window<'a>> {
    const LONGEST: usize = 400; // bytes of a label that are drawn; the rest of a long field says nothing
    let mut by_source: BTreeMap<_, Vec<(AnnotationKind, &Label)>> = BTreeMap::new();
    let primary = diagnostic.label.iter().map(|label| (AnnotationKind::Primary, label));
    let related = diagnostic.related.iter().map(|label| (AnnotationKind::Context, label));
    let primary_source = diagnostic.label.as_ref().map(|label| label.span.source);
    for (kind, label) in primary.chain(related) {
        let order = (Some(label.span.source) != primary_source, label.span.source);
        by_source.entry(order).or_default().push((kind, label));
    }
    let mut windows = Vec::new();
    for ((_, id), labels) in by_source {
        let source = sources.get(id);
        let text = source.text();
        let ranges: Vec<_> = labels
            .iter()
            .map(|(_, label)| {
                let start = floor_boundary(text, label.span.start as usize);
                let end = floor_boundary(text, (label.span.end as usize).min(start + LONGEST));
                start..end.max(start)
            })
            .collect();
        let first = ranges.iter().map(|range| range.start).min().unwrap_or(0);
        let last = ranges.iter().map(|range| range.end).max().unwrap_or(0);
        let start = text[..first].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[last..].find('\n').map_or(text.len(), |newline| last + newline);
        let annotations = labels
            .iter()
            .zip(ranges)
            .map(|((kind, label), range)| (*kind, range.start - start..range.end - start, label.text.as_str()))
            .collect();
        windows.push((path_of(source), &text[start..end], source.position(start).line, annotations));
    }
    windows
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Paths are written with `/` everywhere, so that output does not depend on the system.
fn path_of(source: &Source) -> String {
    source.path().to_string_lossy().replace('\\', "/")
}

fn short(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = diagnostic.label.as_ref().map_or_else(String::new, |label| {
        let source = sources.get(label.span.source);
        let position = source.position(label.span.start as usize);
        format!("{}:{}:{}: ", path_of(source), position.line, position.column)
    });
    let mut line = format!("{place}{}[{}]: {}", diagnostic.severity, diagnostic.code, diagnostic.message);
    for help in &diagnostic.help {
        line.push_str("; ");
        line.push_str(help);
    }
    line = line.replace('\n', " ");
    line.push('\n');
    line
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    kind: &'static str,
    code: &'a str,
    severity: String,
    message: &'a str,
    place: Option<JsonPlace<'a>>,
    related: Vec<JsonPlace<'a>>,
    help: &'a [String],
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    label: &'a str,
}

impl<'a> JsonPlace<'a> {
    fn new(label: &'a Label, sources: &Sources) -> Self {
        let source = sources.get(label.span.source);
        let start = source.position(label.span.start as usize);
        let end = source.position(label.span.end as usize);
        Self {
            file: path_of(source),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            label: &label.text,
        }
    }
}

fn json(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let value = JsonDiagnostic {
        kind: "diagnostic",
        code: diagnostic.code.name(),
        severity: diagnostic.severity.to_string(),
        message: &diagnostic.message,
        place: diagnostic.label.as_ref().map(|label| JsonPlace::new(label, sources)),
        related: diagnostic.related.iter().map(|label| JsonPlace::new(label, sources)).collect(),
        help: &diagnostic.help,
    };
    let mut line = serde_json::to_string(&value).unwrap_or_default();
    line.push('\n');
    line
}
