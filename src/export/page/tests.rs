use super::*;
use crate::form::testing::{bank_of_two, card_of, cards, read};
use roxmltree::{Document, Node, ParsingOptions};

/// A page about a bank of two chapters and an exam that tells all apart.
fn sample(change: impl Fn(&mut Bank)) -> String {
    let one = cards("single-choice", 5) + &card_of("1.2", 5, "hard", "single-choice", "bloom = \"apply\"");
    let mut bank = bank_of_two(&one, &card_of("2.1", 3, "yes", "true-false", ""));
    change(&mut bank);
    let blueprint = read(
        "[exam]\ntitle = \"期末 <A> & B\"\nminutes = 60\nseed = 1\nforms = [\"A\"]\n\
         [[section]]\ntype = \"single-choice\"\npoints = 2\ncount = 2\n\
         [[section]]\ntype = \"true-false\"\npoints = 1\ncount = 1\n\
         [chapters]\none = { min = 1, max = 2 }\n[difficulty]\nhard = \"0-50%\"\n",
    );
    let coverage = Coverage::of(&bank, &blueprint).expect("names that are there");
    page(&bank, &Census::of(&bank), [(&blueprint, &coverage)])
}

/// The page, if it is well-formed.
fn parsed(page: &str) -> Document<'_> {
    Document::parse_with_options(page, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() })
        .expect("well-formed XML")
}

fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect()
}

/// The cells of the rows of the table with a caption, drawings left out.
fn rows(document: &Document<'_>, caption: &str) -> Vec<Vec<String>> {
    let named = |node: &Node<'_, '_>| node.has_tag_name("caption") && text(*node) == caption;
    let caption = document.descendants().find(named).expect("a table of that name");
    let rows = caption.parent_element().expect("the table");
    let cells = |row: Node<'_, '_>| {
        let cells = row.children().filter(|cell| cell.is_element() && cell.attribute("class") != Some("plot"));
        cells.map(text).collect()
    };
    rows.descendants().filter(|row| row.has_tag_name("tr")).skip(1).map(cells).collect()
}

#[test]
fn every_plot_is_a_table_with_its_figures() {
    let page = sample(|_| ());
    let document = parsed(&page);
    assert_eq!(rows(&document, "每章的卡片数"), [["one", "6"], ["two", "1"]]);
    assert_eq!(
        rows(&document, "各章各题型的卡片数"),
        [["one", "6", "0", "6"], ["two", "0", "1", "1"], ["全部", "6", "1", "7"]]
    );
    assert_eq!(
        rows(&document, "单选题答案位置（4 个选项）"),
        [["A", "0", "0"], ["B", "6", "100"], ["C", "0", "0"], ["D", "0", "0"]]
    );
    let margins = rows(&document, "每卷用题与现有题");
    assert_eq!(margins[0], ["单项选择题", "2", "6", "3"]);
    assert_eq!(margins[1], ["判断题", "1", "1", "1"]);
    assert_eq!(margins.len(), 2 + 2 + 3, "types, chapters, levels");
    let map = rows(&document, "每一类够几套卷用");
    assert_eq!(map.len(), 2 * 3, "chapters by levels");
    assert!(map.iter().all(|row| row.len() == 2 + 2), "a column for each type");
    let figure = document.descendants().find(|node| node.attribute("class") == Some("figure")).expect("a figure");
    assert_eq!(text(figure).split_whitespace().collect::<String>(), "1套试卷互不重题");
}

#[test]
fn texts_of_authors_are_text() {
    let page = sample(|bank| {
        bank.info.title = "<script>alert(1)</script>".to_owned();
        bank.chapters[0].title = "a \"b\" & <i>".to_owned();
    });
    let document = parsed(&page);
    let heading = document.descendants().find(|node| node.has_tag_name("h1")).expect("a heading");
    assert_eq!(text(heading).trim(), "<script>alert(1)</script>");
    assert!(document.descendants().any(|node| node.has_tag_name("h2") && text(node).trim() == "期末 <A> & B"));
    assert!(!document.descendants().any(|node| node.has_tag_name("script")));
    assert_eq!(rows(&document, "每章的卡片数")[0][0], "a \"b\" & <i>");
}

#[test]
fn it_needs_nothing_else_and_is_the_same_each_time() {
    let page = sample(|_| ());
    assert_eq!(page, sample(|_| ()));
    for outside in ["src=", "url(", "@import", "<link", "<script", "href"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let addresses: Vec<&str> = page.match_indices("http").map(|(at, _)| &page[at..at + 28]).collect();
    assert_eq!(addresses, ["http://www.w3.org/1999/xhtml", "http-equiv=\"Content-Security"], "only names");
}

#[test]
fn a_bank_in_english_has_a_page_in_english() {
    let page = sample(|bank| {
        bank.info.language = crate::bank::Language::English;
        bank.info.title = "Bank".to_owned();
    });
    let document = parsed(&page);
    assert_eq!(document.root_element().attribute("lang"), Some("en"));
    let words: String = text(document.root_element());
    let chinese = words.chars().filter(|character| crate::markup::is_wide(*character)).collect::<String>();
    assert_eq!(chinese, "期末", "but for the title of the exam");
}

#[test]
fn bars_are_as_long_as_their_figures() {
    let widths = |svg: &str| -> Vec<String> {
        let document = Document::parse(svg).expect("well-formed XML");
        document.descendants().filter_map(|node| node.attribute("width").map(str::to_owned)).collect()
    };
    assert_eq!(widths(&bar(1, 3, None)), ["33.33"]);
    assert_eq!(widths(&bar(5, 3, Some(Band { from: 1, to: 2 }))), ["33.33", "100.00"]);
    assert_eq!(widths(&bar(0, 0, None)), ["0.00"]);
    let parts = [(1, "k0".to_owned(), "a".to_owned()), (3, "k1".to_owned(), "<".to_owned())];
    assert_eq!(widths(&stacked(&parts, 8)), ["12.50", "37.50"]);
}
