//! The console blocks of the READMEs run, and say what the READMEs say they do.

#[test]
fn console_blocks_of_the_readmes() {
    trycmd::TestCases::new().env("NO_COLOR", "1").case("README.md").case("README.zh-CN.md");
}
