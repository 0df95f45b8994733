//! How much the forms of an exam have in common, as a word after the list of files.

use crate::cli::Format;
use crate::cli::ui::{Ui, count_of};
use crate::form::Form;
use serde::Serialize;

/// The forms of an exam that were made in one run.
#[derive(Debug, Serialize)]
pub(super) struct FormsLine {
    kind: &'static str,
    exam: String,
    forms: usize,
    items: usize,
    /// How many of the items stand on an earlier form too.
    repeats: usize,
    /// How many must, whatever is drawn; `None` where that is not known.
    least: Option<usize>,
}

impl FormsLine {
    /// What is to be said of `forms`; nothing of a single one.
    pub(super) fn of(exam: &str, forms: &[Form], least: Option<usize>) -> Option<Self> {
        let items = forms.iter().flat_map(Form::items).count();
        let (exam, repeats) = (exam.to_owned(), Form::repeats(forms));
        (forms.len() > 1).then_some(Self { kind: "forms", exam, forms: forms.len(), items, repeats, least })
    }

    /// Says it.
    pub(super) fn say(&self, ui: &mut Ui) {
        let Self { exam, forms, items, repeats, least, .. } = self;
        if ui.format() == Format::Json {
            ui.json(self);
            return;
        }
        let least = match least {
            Some(least) if least == repeats => ", and no fewer are possible".to_owned(),
            Some(least) => format!(", and no fewer than {least} are possible"),
            None => String::new(),
        };
        let forms = count_of(*forms, "form");
        let text = match repeats {
            0 => format!("{exam}: no item stands on two of the {forms}"),
            1 => format!("{exam}: of the {items} items on {forms} 1 is a repeat{least}"),
            _ => format!("{exam}: of the {items} items on {forms} {repeats} are repeats{least}"),
        };
        ui.say(&format!("{text}\n"));
    }
}
