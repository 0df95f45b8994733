use super::*;
use crate::fonts::Fonts;
use crate::markup::Inline;
use crate::math;
use crate::typeset::{Pictures, Setter};

const SIZE: f32 = 10.0;

fn with_setter<T>(run: impl FnOnce(&mut Setter<'_>) -> T) -> T {
    let (fonts, math, pictures) = (Fonts::bundled(), math::Cache::default(), Pictures::new());
    run(&mut Setter::new(&fonts, &math, &pictures))
}

fn set(text: &str) -> Vec<Atom> {
    with_setter(|setter| text_of(setter, text, TextStyle::body(SIZE)))
}

/// The characters of a row, with `|` where there is a quarter em, be it a gap or a space.
fn spaced(text: &str) -> String {
    let quarter = |points: f32| if (points - 0.25 * SIZE).abs() < 0.001 { "|" } else { "" };
    set(text)
        .iter()
        .map(|atom| match &atom.body {
            AtomBody::Text { text, .. } if atom.class == Class::Space => {
                let space = quarter(atom.width);
                if space.is_empty() && atom.width > 0.0 { text.clone() } else { space.to_owned() }
            }
            AtomBody::Text { text, .. } => format!("{text}{}", quarter(atom.gap)),
            _ => String::new(),
        })
        .collect()
}

#[test]
fn chinese_and_latin_keep_a_quarter_em_apart() {
    for (text, expected) in [
        ("用GPT-4的人", "用|GPT-4|的人"),
        ("用 GPT-4 的人", "用|GPT-4|的人"),
        ("占50%、约10 GB的", "占|50%、约|10 GB|的"),
        ("C++与C#1、10℃时、@他", "C++|与|C#1、10℃|时、@|他"),
        ("共1,000,000个", "共|1,000,000|个"),
        ("模型（GPT）与《Attention》", "模型（GPT）与《Attention》"),
        ("编码器/解码器", "编码器/解码器"),
        ("是的——GPT……", "是的——GPT……"),
        ("填√或×，3×4", "填√或×，3×4"),
        // The white of a full-width mark is enough.
        ("（GPT-4） 与， BERT", "（GPT-4）与，BERT"),
    ] {
        assert_eq!(spaced(text), expected);
    }
}

#[test]
fn dashes_and_ellipses_are_never_parted() {
    for text in ["甲——乙", "甲……乙"] {
        let row = set(text);
        assert_eq!(row.len(), 3, "{text}");
        assert!((row[1].width - 2.0 * SIZE).abs() < 0.001, "{text}: {}", row[1].width);
    }
}

#[test]
fn of_two_marks_beside_each_other_one_gives_up_its_half() {
    // ）， stand on an em and a half. The white before （ and after ， may be asked for its half em, too.
    let row = set("丙（甲），乙");
    assert_eq!(row.iter().map(|atom| atom.gap / SIZE).collect::<Vec<_>>(), [0.0, 0.0, 0.0, -0.5, 0.0, 0.0]);
    assert_eq!(row.iter().map(|atom| atom.shrink / SIZE).collect::<Vec<_>>(), [0.5, 0.0, 0.0, 0.0, 0.5, 0.0]);
}

#[test]
fn an_interpunct_starts_no_line() {
    let row = set("史蒂夫·乔布斯");
    assert_eq!(row[2].after, Break::Never);
    assert_eq!(row[3].after, Break::Free);
}

#[test]
fn an_apostrophe_is_part_of_its_word() {
    let row = set("词don’t和it’s");
    let words: Vec<_> = row.iter().filter(|atom| atom.class == Class::Latin).collect();
    assert!(words.len() == 2 && words[0].is_text("don’t") && words[1].is_text("it’s"));
}

#[test]
fn emphasis_is_hei_or_dots_below_chinese_characters() {
    let emphasised = || [Inline::Emphasis([Inline::Text("重点，key 词".into())].into())];
    let marked = |emphasis| {
        with_setter(|setter| {
            setter.emphasis = emphasis;
            let row = atoms(setter, &emphasised(), TextStyle::body(SIZE), ClozeStyle::Answer);
            let mut said = String::new();
            for atom in &row {
                let AtomBody::Text { glyphs, text, dotted, .. } = &atom.body else { continue };
                assert_eq!(*dotted, atom.descent > 0.3 * SIZE, "a dot has room below: {text}");
                said.push_str(text);
                said.push_str(if *dotted { "." } else { "" });
                said.push_str(if glyphs[0].face == FaceId::HEADING { "!" } else { "" });
            }
            said
        })
    };
    assert_eq!(marked(Emphasis::Heading), "重!点!，!key! !词!");
    assert_eq!(marked(Emphasis::Dots), "重.点.，key! !词.");
}
