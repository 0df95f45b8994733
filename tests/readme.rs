//! The console blocks of the READMEs run, and say what the READMEs say they do; the page on cards has the rules that there are.

#[test]
fn console_blocks_of_the_readmes() {
    trycmd::TestCases::new().env("NO_COLOR", "1").case("README.md").case("README.zh-CN.md");
}

/// The page on how cards are written ends with the table of the rules, as the program has it. `TRYCMD=overwrite` writes it anew.
#[test]
#[expect(clippy::disallowed_methods, reason = "the page is read and blessed here")]
fn the_page_on_cards_has_every_rule() {
    const PAGE: &str = "cards/README.md";
    const HEADING: &str = "## The rules\n\n";
    let page = std::fs::read_to_string(PAGE).expect("the page");
    let (before, _) = page.split_once(HEADING).expect("the heading");
    let right = format!("{before}{HEADING}{}", cardpress::diag::rules::table());
    if std::env::var("TRYCMD").is_ok_and(|mode| mode == "overwrite") {
        std::fs::write(PAGE, &right).expect("a writable page");
    } else {
        assert_eq!(page, right, "bless it with `TRYCMD=overwrite cargo test --test readme`");
    }
}
