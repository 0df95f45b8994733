//! Several forms of an exam: what they share, how often cards come again, and that nothing hangs on the number of threads.

use super::demands::{bank_of, drawn, items, wishes};
use crate::form::testing::{bank, blueprint, cards, read};
use crate::form::{Repeats, assemble};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Forms as the cards that they have.
fn cards_of(form: &[(usize, usize)]) -> BTreeSet<usize> {
    form.iter().map(|(card, _)| *card).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_form_repeats_as_little_as_any_could_after_those_before(
        items in items(),
        wishes in wishes(),
        cap in prop::option::of(0..101_usize),
    ) {
        let bank = bank_of(&items);
        let all = wishes.all(&items);
        let text = |forms: usize| {
            let names = &["'A'", "'B'", "'C'"][..forms];
            let cap = cap.map(|cap| format!("overlap = {{ max = '{cap}%' }}\n")).unwrap_or_default();
            wishes.toml(items.len()).replace("forms = ['A']\n", &format!("forms = [{}]\n{cap}", names.join(", ")))
        };
        // As many forms as can be: what is drawn for the first does not hang on how many follow.
        let assembled = (1..=3).map(|forms| assemble(&bank, &read(&text(forms)), &[])).collect::<Vec<_>>();
        let forms: Vec<Vec<(usize, usize)>> = assembled
            .iter()
            .rev()
            .find(|assembled| !assembled.forms.is_empty())
            .map(|assembled| assembled.forms.iter().map(|form| drawn(form, &bank)).collect())
            .unwrap_or_default();
        for (number, assembled) in assembled.iter().enumerate() {
            prop_assert_eq!(assembled.forms.is_empty(), number >= forms.len());
            let same = assembled.forms.iter().map(|form| drawn(form, &bank)).eq(forms.iter().take(assembled.forms.len()).cloned());
            prop_assert!(same);
        }
        for number in 0..3 {
            let before: Vec<BTreeSet<usize>> = forms.iter().take(number).map(|form| cards_of(form)).collect();
            let shares_little = |form: &&Vec<(usize, usize)>| {
                let cards = cards_of(form);
                cap.is_none_or(|cap| before.iter().all(|other| cards.intersection(other).count() * 100 <= cap * form.len()))
            };
            // First how many cards come again.
            let again = |form: &Vec<(usize, usize)>| {
                cards_of(form).iter().filter(|card| before.iter().any(|other| other.contains(card))).count()
            };
            let least = all.iter().filter(shares_little).map(again).min();
            let Some(form) = forms.get(number) else {
                // The next one cannot be had, and none is asked for after that.
                prop_assert_eq!(least, None, "form {} was not found", number);
                break;
            };
            prop_assert!(all.iter().any(|other| cards_of(other) == cards_of(form)), "{form:?} is not as wished");
            prop_assert!(shares_little(&form));
            prop_assert_eq!(Some(again(form)), least);
        }
    }

    #[test]
    fn no_forms_repeat_less_than_the_bound(items in items(), wishes in wishes()) {
        let bank = bank_of(&items);
        let all: Vec<BTreeSet<usize>> = wishes.all(&items).iter().map(|form| cards_of(form)).collect();
        let text = wishes.toml(items.len()).replace("['A']", "['A', 'B']");
        let assembled = assemble(&bank, &read(&text), &[]);
        let Repeats { count, least } = assembled.repeats;
        if let [one, other] = assembled.forms.as_slice() {
            prop_assert_eq!(count, super::shared(one, other));
            let fewest = all.iter().flat_map(|one| all.iter().map(|other| one.intersection(other).count())).min();
            let fewest = fewest.expect("the forms that were drawn");
            prop_assert!(least <= fewest && fewest <= count, "{} of {}, drawn {}", least, fewest, count);
        }
    }

    #[test]
    fn threads_change_nothing(items in items(), wishes in wishes(), uniform: bool) {
        let bank = bank_of(&items);
        let sampling = if uniform { "['A', 'B']\nsampling = 'uniform'" } else { "['A', 'B']" };
        let blueprint = read(&wishes.toml(items.len()).replace("['A']", sampling));
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| assemble(&bank, &blueprint, &[]))
        };
        let (one, four) = (with(1), with(4));
        prop_assert_eq!((one.forms, one.repeats, one.diagnostics), (four.forms, four.repeats, four.diagnostics));
        if uniform {
            for form in assemble(&bank, &blueprint, &[]).forms {
                prop_assert!(wishes.hold(&drawn(&form, &bank), &items));
            }
        }
    }
}

#[test]
fn repeats_are_counted_and_proven_where_the_bank_is_short() {
    // 6 + 3 cards for five forms of 4 + 2: what is beyond the cards comes again.
    let bank = bank(&(cards("cloze", 6) + &cards("term", 3)));
    let repeats = |forms: &str| assemble(&bank, &blueprint(1, forms, &[("cloze", 4, 1), ("term", 2, 3)]), &[]).repeats;
    assert_eq!(repeats("A"), Repeats { count: 0, least: 0 });
    assert_eq!(repeats("AB"), Repeats { count: 3, least: 3 });
    assert_eq!(repeats("ABCDE"), Repeats { count: 21, least: 21 });
}

#[test]
fn many_forms_of_a_small_bank_use_its_cards_evenly() {
    let bank = bank(&cards("single-choice", 37));
    let names: String = ('A'..='Z').collect();
    let forms = assemble(&bank, &blueprint(5, &names, &[("single-choice", 10, 2)]), &[]).forms;
    let mut uses = [0; 37];
    forms.iter().flat_map(crate::form::Form::items).for_each(|(_, item)| uses[item.card] += 1);
    // 260 items: each card seven times, and one more of them.
    assert_eq!((uses.iter().min(), uses.iter().max()), (Some(&7), Some(&8)));
}
