//! The forms that a run makes, as the command line names them.
//!
//! In: names, a number, or a range. Out: the names of the forms. A range is part of a series, so that a batch can be made on many
//! machines that know nothing of each other: every one gives its forms the names, and so the chance, that they have in the whole.

use crate::blueprint::{Blueprint, FormName};
use std::ops::RangeInclusive;
use std::str::FromStr;

/// The most forms of one exam.
const MOST: usize = 99_999;

/// The names of forms, as given on the command line.
#[derive(Debug, Clone)]
pub(super) enum Forms {
    /// These.
    Named(Vec<FormName>),
    /// The first so many of the usual names.
    Count(usize),
    /// Some of a series, counted from 1.
    Range {
        /// From and to.
        numbers: RangeInclusive<usize>,
        /// How many the series has, where that is said.
        of: Option<usize>,
    },
}

impl FromStr for Forms {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok().filter(|count| (1..=MOST).contains(count)))
        };
        let count = |found: Option<usize>| found.ok_or_else(|| format!("1 to {MOST} forms can be drawn"));
        if let Some(found) = number(text) {
            return count(found).map(Self::Count);
        }
        let (range, of) = text.split_once('/').map_or((text, None), |(range, of)| (range, Some(of)));
        if let Some((first, last)) = range.split_once('-')
            && let (Some(first), Some(last)) = (number(first), number(last))
        {
            let (first, last) = (count(first)?, count(last)?);
            let of = of.map(|of| count(number(of).flatten())).transpose()?;
            if first > last || of.is_some_and(|of| last > of) {
                return Err(format!(
                    "`{text}` is no range: write the lower number first, as in 101-200 or 101-200/10000"
                ));
            }
            return Ok(Self::Range { numbers: first..=last, of });
        }
        let mut names: Vec<FormName> = Vec::new();
        for name in text.split(',').map(str::trim) {
            let form = FormName::new(name).ok_or_else(|| {
                format!("`{name}` is no name of a form: allowed are 1 to {} letters, digits and `-`", FormName::LONGEST)
            })?;
            if names.iter().any(|other| other.clashes(&form)) {
                return Err(format!("two forms are called `{name}`"));
            }
            names.push(form);
        }
        Ok(Self::Named(names))
    }
}

/// Which of the forms that are drawn are set.
pub(super) struct Chosen {
    /// How many of the first are drawn only because later ones are to share little with them.
    pub(super) passed_over: usize,
    /// What the lock has in its name besides that of the exam, where it holds a part of the forms or others: `-101-200`. So the locks of two
    /// runs into one folder do not overwrite each other.
    pub(super) ending: String,
}

impl Chosen {
    /// All.
    pub(super) fn all() -> Self {
        Self { passed_over: 0, ending: String::new() }
    }
}

impl Forms {
    /// Puts the names into the place of those of a blueprint.
    pub(super) fn choose(&self, blueprint: &mut Blueprint) -> Chosen {
        match self {
            Self::Named(names) => {
                // Papers of other forms may lie there, with their lock.
                let own = *names == blueprint.exam.forms;
                blueprint.exam.forms.clone_from(names);
                Chosen { ending: if own { String::new() } else { ending(names) }, ..Chosen::all() }
            }
            Self::Count(count) => {
                blueprint.exam.forms = FormName::series(*count);
                Chosen::all()
            }
            Self::Range { numbers, of } => {
                let mut names = series(*numbers.end(), *of);
                names.truncate(*numbers.end());
                let before = numbers.start() - 1;
                let ending = ending(&names[before..]);
                // Where forms are drawn without regard to each other, none hangs on those before it.
                if blueprint.exam.overlap.free {
                    blueprint.exam.forms = names.split_off(before);
                    return Chosen { passed_over: 0, ending };
                }
                blueprint.exam.forms = names;
                Chosen { passed_over: before, ending }
            }
        }
    }
}

/// The first and the last of some forms, as the name of their lock has them.
fn ending(names: &[FormName]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("-{one}"),
        [first, .., last] => format!("-{first}-{last}"),
    }
}

/// The series that a range up to `last` is part of: of so many, or where that is not said, of numbers.
fn series(last: usize, of: Option<usize>) -> Vec<FormName> {
    let letters = FormName::series(1 + usize::from(b'Z' - b'A')).len();
    FormName::series(of.unwrap_or(last.max(letters + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::testing::read;

    /// The names that are drawn, how many of them are passed over, and the ending of the lock.
    fn chosen(text: &str, overlap: &str) -> Result<(Vec<String>, usize, String), String> {
        let forms: Forms = text.parse()?;
        let mut blueprint = read(&format!(
            "[exam]\ntitle = '考试'\nminutes = 60\nseed = 1\nforms = ['X']\n{overlap}[[section]]\ntype = 'cloze'\ncount = 1\npoints = 1\n"
        ));
        let Chosen { passed_over, ending } = forms.choose(&mut blueprint);
        Ok((blueprint.exam.forms.iter().map(ToString::to_string).collect(), passed_over, ending))
    }

    fn names(text: &str) -> Result<Vec<String>, String> {
        chosen(text, "").map(|(names, _, _)| names)
    }

    #[test]
    fn forms_are_named_or_counted() {
        assert_eq!(names("A,B"), Ok(vec!["A".into(), "B".into()]));
        assert_eq!(names("make-up, 2"), Ok(vec!["make-up".into(), "2".into()]));
        assert_eq!(names("2024-1,2024-2"), Ok(vec!["2024-1".into(), "2024-2".into()]));
        assert_eq!(names("2"), Ok(vec!["A".into(), "B".into()]));
        assert_eq!(names("26").map(|names| names[25].clone()), Ok("Z".into()));
        assert_eq!(names("27").map(|names| names[26].clone()), Ok("027".into()));
        for bad in ["", "0", "100000", "99999999999999999999", "A,,B", "A,a", "甲", "a b", "../x"] {
            assert!(names(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_lock_of_a_part_or_of_other_forms_says_so() {
        let ending = |text| chosen(text, "").map(|(_, _, ending)| ending);
        assert_eq!(ending("X"), Ok(String::new()));
        assert_eq!(ending("30"), Ok(String::new()));
        assert_eq!(ending("make-up"), Ok("-make-up".into()));
        assert_eq!(ending("A,B,C"), Ok("-A-C".into()));
        assert_eq!(ending("7-7"), Ok("-007".into()));
    }

    #[test]
    fn a_range_is_part_of_a_series() {
        const FREE: &str = "overlap = 'any'\n";
        let whole = |count: &str| names(count).expect("a number");
        assert_eq!(chosen("101-103", FREE), Ok((whole("200")[100..103].to_vec(), 0, "-101-103".into())));
        // Forms that are to share little with those before them need these.
        assert_eq!(chosen("101-103", ""), Ok((whole("200")[..103].to_vec(), 100, "-101-103".into())));
        // The width is that of the series, and a series of a few has letters.
        assert_eq!(chosen("1-2", FREE), Ok((whole("999")[..2].to_vec(), 0, "-001-002".into())));
        assert_eq!(chosen("1-2/10000", FREE), Ok((whole("10000")[..2].to_vec(), 0, "-00001-00002".into())));
        assert_eq!(chosen("3-4/4", ""), Ok((whole("4"), 2, "-C-D".into())));
        for bad in ["0-3", "5-4", "1-100000", "1-5/4", "1-5/", "1-5/x", "1-/5"] {
            assert!(chosen(bad, "").is_err(), "{bad}");
        }
    }
}
