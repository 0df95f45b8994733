use super::*;
use crate::fonts::Fonts;
use crate::math;
use crate::typeset::atom::{TextStyle, push_right, text_of};
use crate::typeset::{Pictures, Setter};
use proptest::prelude::*;

const SIZE: f32 = 10.5;

fn with_setter<T>(run: impl FnOnce(&mut Setter<'_>) -> T) -> T {
    let (fonts, math, pictures) = (Fonts::bundled(), math::Cache::default(), Pictures::new());
    run(&mut Setter::new(&fonts, &math, &pictures))
}

fn characters(line: &Line) -> String {
    line.atoms
        .iter()
        .map(|(atom, _)| if let AtomBody::Text { text, .. } = &atom.body { text.as_str() } else { "" })
        .collect()
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

proptest! {
    /// Whatever the text and the width, every character that is no space stands on some line, and none is wider than it may be.
    #[test]
    fn nothing_is_lost_and_nothing_sticks_out(text in "[一二三四五六七八九十a-zA-Z0-9 ，。（）“”·—…-]{0,80}", width in 30.0_f32..500.0) {
        let lines = broken(&text, width);
        let shown: String = lines.iter().map(characters).collect();
        let visible = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
        prop_assert_eq!(visible(&shown), visible(&text));
        for line in &lines {
            prop_assert!(!line.overfull, "{} at {}", characters(line), width);
        }
    }
}
