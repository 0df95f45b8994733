use super::*;
use crate::bank::Language;
use crate::fonts::Fonts;
use crate::markup::Inline;
use crate::math;
use crate::typeset::atom::{ClozeStyle, TextStyle, atoms, push_right, text_of};
use crate::typeset::{Pictures, Setter};
use proptest::prelude::*;

const SIZE: f32 = 10.5;

fn with_setter<T>(run: impl FnOnce(&mut Setter<'_>) -> T) -> T {
    let (fonts, math, pictures) = (Fonts::bundled(), math::Cache::default(), Pictures::new());
    run(&mut Setter::new(&fonts, &math, &pictures))
}

/// What a line says; a dollar stands for a formula.
fn characters(line: &Line) -> String {
    let said = |atom: &'_ Atom| match &atom.body {
        AtomBody::Text { text, .. } => text.clone(),
        AtomBody::Math { .. } => "$".to_owned(),
        _ => String::new(),
    };
    line.atoms.iter().map(|(atom, _)| said(atom)).collect()
}

fn broken(text: &str, width: f32) -> Vec<Line> {
    with_setter(|setter| {
        let atoms = text_of(setter, text, TextStyle::body(SIZE));
        break_lines(setter, atoms, width, SIZE, Alignment::Justified)
    })
}

const MIXED: &str = "根据 Kaplan 等人（2020）的研究，“扩展定律”表明：模型损失随参数量、数据量与算力的增加而平滑下降；但在工程中（例如 \
    GPT-4、LLaMA-3 等），还发现《Attention Is All You Need》的架构对长上下文并不友好。注意：KV cache 的显存占用与长度成正比！\
    因此，（1）GQA；（2）MLA；（3）滑动窗口等被广泛采用……请说明理由——并举例。温度 0.7℃、占比 50%、价格 ¥100。";

#[test]
fn no_line_starts_with_a_closing_mark_or_ends_with_an_opening_one() {
    for width in (100..400).step_by(7) {
        let lines = broken(MIXED, width as f32);
        for (index, line) in lines.iter().enumerate() {
            let text = characters(line);
            let (first, last) = (text.chars().next(), text.chars().last());
            let bad_start = first.is_some_and(|first| "，。、；：！？）》”’…%℃".contains(first));
            let bad_end = last.is_some_and(|last| "（《“‘¥".contains(last));
            assert!(!(bad_end || index > 0 && bad_start), "at {width}: {text}");
        }
    }
}

#[test]
fn all_lines_but_the_last_reach_the_right_edge() {
    for width in [320.0, 396.0, 468.0] {
        let lines = broken(MIXED, width);
        let (_, full) = lines.split_last().expect("there is text");
        for line in full {
            assert!((line.width - width).abs() < 0.1, "at {width}: {} of {}", line.width, characters(line));
        }
    }
}

#[test]
fn what_is_pushed_right_stands_at_the_right_edge_even_on_a_line_of_its_own() {
    for (stem, lines) in [("最主要的不同是", 1), ("一二三四五六七八九十一二三四五六七八", 2)] {
        let set = with_setter(|setter| {
            let mut atoms = text_of(setter, stem, TextStyle::body(SIZE));
            let blank = text_of(setter, "（　　）", TextStyle::body(SIZE));
            push_right(&mut atoms, blank, false, SIZE);
            break_lines(setter, atoms, 20.0 * SIZE, SIZE, Alignment::Justified)
        });
        assert_eq!(set.len(), lines, "{stem}");
        let last = set.last().expect("there is a line");
        assert!(characters(last).ends_with("（　　）") && (last.width - 20.0 * SIZE).abs() < 0.1, "{stem}");
    }
}

/// The lines of a text in a language, as their characters; U+00AD for the hyphen of a parted word.
fn texts(language: Language, text: &str, ems: f32, alignment: Alignment) -> Vec<String> {
    with_setter(|setter| {
        setter.set_language(language);
        let row = text_of(setter, text, TextStyle::body(SIZE));
        let lines = break_lines(setter, row, ems * SIZE, SIZE, alignment);
        assert!(lines.iter().all(|line| !line.overfull && line.width <= ems * SIZE + 0.5), "{text}");
        lines.iter().map(|line| characters(line).trim().to_owned()).collect()
    })
}

#[test]
fn a_mark_gives_way_where_that_saves_a_line_of_one_character() {
    let text = "大语言模型的能力随规模增长，但训练成本也随之上升，因此，高效的架构与数据同样重要，不可偏废。";
    // Lines that are filled one after the other leave 废。 alone.
    let filled = texts(Language::Chinese, text, 15.0, Alignment::Left);
    assert_eq!(filled[3..], ["废。"]);
    let lines = texts(Language::Chinese, text, 15.0, Alignment::Justified);
    assert_eq!(
        lines,
        ["大语言模型的能力随规模增长，但", "训练成本也随之上升，因此，高效", "的架构与数据同样重要，不可偏废。"]
    );
}

#[test]
fn no_gap_is_wider_than_an_em_and_no_line_ragged_from_15_em_to_a_column_of_a3() {
    for ems in 15..=42 {
        let width = ems as f32 * SIZE;
        let lines = broken(MIXED, width);
        for line in &lines {
            assert!(widest_gap(line) <= SIZE + 0.01, "{} at {ems} em: {}", widest_gap(line), characters(line));
        }
        for line in &lines[..lines.len() - 1] {
            assert!((line.width - width).abs() < 0.1, "ragged at {ems} em: {}", characters(line));
        }
    }
}

/// The widest white between two neighbours that are no spaces, in points, not counting the white of full-width marks.
fn widest_gap(line: &Line) -> f32 {
    let ink: Vec<_> = line.atoms.iter().filter(|(atom, _)| atom.class != Class::Space).collect();
    ink.windows(2).map(|pair| pair[1].1 - pair[0].1 - pair[0].0.width).fold(0.0, f32::max)
}

#[test]
fn english_words_are_hyphenated_and_read_whole() {
    let text = "Pretraining on large-scale unlabelled corpora provides transferable representations; straightforward \
        initialization strategies considerably accelerate the convergence of contextual language models.";
    let lines = texts(Language::English, text, 18.0, Alignment::Justified);
    let parted = lines.iter().filter(|line| line.ends_with('\u{ad}')).count();
    assert!(parted > 0 && parted <= lines.len() / 2, "{lines:#?}");
    assert_eq!(lines.join(" ").replace("\u{ad} ", ""), text);
}

#[test]
fn in_chinese_a_word_is_hyphenated_only_where_a_line_would_be_loose() {
    let text = "这个步骤称为internationalization，它并不改变模型的结构，只是改变文本的表示方式而已。";
    let hyphens = |ems| texts(Language::Chinese, text, ems, Alignment::Justified).concat().matches('\u{ad}').count();
    assert_eq!((hyphens(10.0), hyphens(30.0)), (1, 0));
}

#[test]
fn names_and_addresses_get_no_hyphen() {
    for text in [
        "见 https://example.org/papers/contextual-representations/overview_of_methods.html 一文的说明。",
        "模型 TransformerDecoderLayerNormalization 与 word2vec4documentrepresentation 的实现。",
    ] {
        for ems in 8..30 {
            let lines = texts(Language::Chinese, text, ems as f32, Alignment::Justified);
            assert!(!lines.concat().contains('\u{ad}'), "at {ems} em: {lines:#?}");
        }
    }
    let lines = texts(Language::English, "See example.org/papers/contextual/overview.html", 12.0, Alignment::Justified);
    assert!(lines.iter().any(|line| line.ends_with(['/', '.'])), "{lines:#?}");
}

#[test]
fn a_soft_hyphen_of_the_author_is_a_place_to_part_a_word() {
    let text = "Die Donau\u{ad}dampf\u{ad}schiff";
    assert_eq!(texts(Language::Chinese, text, 8.0, Alignment::Justified), ["Die Donau\u{ad}", "dampfschiff"]);
    assert_eq!(texts(Language::Chinese, text, 20.0, Alignment::Justified), ["Die Donaudampfschiff"]);
}

#[test]
fn a_formula_too_wide_for_its_line_is_reported_and_stays_legible() {
    let tex = "a_1+a_2+a_3+a_4+a_5+a_6+a_7+a_8+a_9+a_{10}";
    let set = |ems: f32| {
        with_setter(|setter| {
            let inlines = [Inline::Math { tex: tex.into(), display: false }];
            let row = atoms(setter, &inlines, TextStyle::body(SIZE), ClozeStyle::Answer);
            let line = break_lines(setter, row, ems * SIZE, SIZE, Alignment::Justified).remove(0);
            let AtomBody::Math { em, .. } = line.atoms[0].0.body else { panic!("a formula") };
            (line.overfull, em / SIZE)
        })
    };
    assert_eq!(set(40.0), (false, 1.04));
    let (overfull, em) = set(16.0);
    assert!(!overfull && em > 0.7 && em < 1.0, "{em}");
    let (overfull, em) = set(5.0);
    assert!(overfull && (em - 0.7).abs() < 0.001, "{em}");
}

/// A piece of text as authors mix them.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[一二三四五六七八九十百千]{1,12}",
        2 => "[a-z]{1,14}",
        1 => "[A-Z]{2,5}-[0-9]",
        1 => "[0-9]{1,3}(,[0-9]{3}|%|\\.[0-9])?",
        2 => "[，。、；：！？]",
        1 => "[，。]?[“（《][一二三a-z]{1,6}[”）》]",
        1 => Just("——".to_owned()),
        1 => Just("……".to_owned()),
        1 => "[é·√×℃αβ]",
        2 => Just(" ".to_owned()),
        1 => Just("$".to_owned()),
    ]
}

proptest! {
    /// Whatever the text and the width: every character that is no space stands on some line, nothing is wider than its line, no line
    /// begins or ends with a mark that may not stand there, and no gap is wider than an em.
    #[test]
    fn nothing_is_lost_and_nothing_sticks_out(
        pieces in prop::collection::vec(piece(), 0..40),
        ems in 12.0_f32..45.0,
        english in any::<bool>(),
    ) {
        let mut text = pieces.concat();
        while text.contains("  ") {
            text = text.replace("  ", " ");
        }
        let mut inlines: Vec<Inline> = Vec::new();
        for (index, run) in text.split('$').enumerate() {
            if index > 0 {
                inlines.push(Inline::Math { tex: "x^2+1".into(), display: false });
            }
            inlines.push(Inline::Text(run.into()));
        }
        let width = ems * SIZE;
        let lines = with_setter(|setter| {
            setter.set_language(if english { Language::English } else { Language::Chinese });
            let row = atoms(setter, &inlines, TextStyle::body(SIZE), ClozeStyle::Answer);
            break_lines(setter, row, width, SIZE, Alignment::Justified)
        });
        let shown: String = lines.iter().map(characters).collect();
        let visible = |text: &str| text.chars().filter(|it| !it.is_whitespace() && *it != '\u{ad}').collect::<String>();
        prop_assert_eq!(visible(&shown), visible(&text));
        for (index, line) in lines.iter().enumerate() {
            let said = characters(line);
            prop_assert!(!line.overfull, "{said} at {ems} em");
            if let Some((last, x)) = line.atoms.last() {
                prop_assert!(x + last.width - last.trim_right <= width + 0.5, "{said} at {ems} em");
            }
            prop_assert!(widest_gap(line) <= SIZE + 0.01, "{said} at {ems} em: {}", widest_gap(line));
            if !english {
                let bad_start = index > 0 && said.starts_with(['，', '。', '、', '；', '：', '！', '？', '”', '）', '》', '…', '·', '%', '℃']);
                prop_assert!(!bad_start && !said.ends_with(['“', '（', '《']), "{said} at {ems} em");
            }
        }
    }
}
