//! A sound from the bank to everything that is made of it: the deck plays it, papers and tables have its words, and no form asks by it.

use cardpress::bank::{Bank, Loaded};
use cardpress::blueprint::Blueprint;
use cardpress::diag::Code;
use cardpress::export::anki::{MediaDigests, NoteTypes, Planner, package};
use cardpress::export::{csv, pdf};
use cardpress::fonts::Fonts;
use cardpress::form::assemble;
use cardpress::lock::Lock;
use cardpress::math;
use cardpress::paper::style::PaperStyle;
use cardpress::paper::{Job, answer_key, exam_paper};
use cardpress::source::Sources;
use cardpress::typeset::{Pictures, Setter};
use std::io::{Cursor, Read};
use zip::ZipArchive;

#[path = "support/pdf_text.rs"]
#[expect(dead_code, reason = "what it says in other ways is for other tests")]
mod pdf_text;

/// A name that is not in NFC, as a Mac writes it.
const FILE: &str = "cafe\u{301} & 1.mp3";
const BYTES: &[u8] = b"ID3\x04\x00";

#[expect(clippy::disallowed_methods, reason = "a fixture")]
fn bank() -> Loaded {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("media")).expect("a writable folder");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("a writable folder");
    write("bank.toml", "id = \"en\"\ntitle = \"听说\"\nchapters = [\"ch01\"]\n".as_bytes());
    write(&format!("media/{FILE}"), BYTES);
    let chapter = include_str!("sounds/ch01.toml").replace("FILE", &format!("<media/{FILE}>"));
    write("ch01.toml", chapter.as_bytes());
    let loaded = Bank::load(folder.path()).expect("a readable folder");
    // What is packed is read again.
    let bank = loaded.bank.as_ref().expect("a bank");
    assert_eq!(bank.pictures(&bank.cards).expect("no pictures"), []);
    let media = bank.media(&bank.cards).expect("one sound");
    assert_eq!(media.iter().map(|file| (&*file.name, &*file.bytes)).collect::<Vec<_>>(), [(FILE, BYTES)]);
    packed(bank, &media);
    loaded
}

fn packed(bank: &Bank, media: &[cardpress::bank::Media]) {
    let types = NoteTypes::builtin();
    let digests = MediaDigests::of(media);
    let (lock, mut bytes) = (Lock::default(), Vec::new());
    let planner = Planner::new(bank, &lock, &types, &digests, 1_700_000_000);
    let (plan, _) = package(&planner, media, &mut bytes).expect("a package");
    let fields: Vec<String> =
        plan.notes_with_text().flat_map(|note| note.content.fields).filter(|field| field.contains("[sound:")).collect();
    let sound = "[sound:caf\u{e9} &amp; 1.mp3]";
    assert_eq!(fields.len(), 7, "{fields:?}");
    assert!(fields.iter().all(|field| field.contains(sound)), "{fields:?}");
    assert!(fields.contains(&format!("她说 {{{{c1::{sound}::听}}}}。")), "{fields:?}");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut content = |name: &str| {
        let mut bytes = Vec::new();
        archive.by_name(name).expect("an entry").read_to_end(&mut bytes).expect("a readable entry");
        bytes
    };
    assert_eq!(String::from_utf8_lossy(&content("media")), "{\"0\":\"caf\u{e9} & 1.mp3\"}");
    assert_eq!(content("0"), BYTES);
}

#[test]
fn a_sound_is_packed_and_what_asks_by_it_is_said() {
    let loaded = bank();
    let said: Vec<Code> = loaded.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(said, [Code::SoundOnPaper, Code::SoundOnPaper]);
    let rows = csv::spreadsheet(&loaded.bank.expect("a bank"));
    let rows = String::from_utf8(rows).expect("UTF-8");
    assert!(rows.contains("她说 {{c1::[♪ 你好]::听}}。"), "{rows}");
    assert!(rows.contains("cafe 读作 [♪]"), "{rows}");
}

#[test]
fn forms_ask_by_no_sound_unless_the_card_says_so() {
    let bank = bank().bank.expect("a bank");
    let blueprint = |count: usize| {
        let text = format!(
            "[exam]\ntitle = \"听说\"\nminutes = 60\nseed = 1\nforms = [\"A\"]\n\
             [[section]]\ntype = \"single-choice\"\ncount = {count}\npoints = 2\n"
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("exam.toml");
        #[expect(clippy::disallowed_methods, reason = "a fixture")]
        std::fs::write(&path, text).expect("a writable folder");
        Blueprint::load(&path, &mut Sources::default()).expect("a blueprint").blueprint.expect("without errors")
    };
    assert!(assemble(&bank, &blueprint(3), &[]).forms.is_empty(), "the third is asked by a sound");
    let blueprint = blueprint(2);
    let forms = assemble(&bank, &blueprint, &[]).forms;
    let (fonts, math, pictures, style) =
        (Fonts::bundled(), math::Cache::default(), Pictures::new(), PaperStyle::default());
    let mut setter = Setter::new(&fonts, &math, &pictures);
    let job = Job { bank: &bank, exam: &blueprint.exam, form: &forms[0], fingerprint: "0123456789ab", style: &style };
    let mut text = |key: bool| {
        let sheet = if key { answer_key(&job, &mut setter) } else { exam_paper(&job, &mut setter) };
        assert_eq!(sheet.diagnostics, []);
        pdf_text::logical_text(&pdf::pdf(&sheet.document, &fonts, &pdf::Stamp::default()).expect("a PDF"))
    };
    let (paper, key) = (text(false), text(true));
    assert!(paper.contains("[♪ 第一段]") && !paper.contains("听对话"), "{paper}");
    assert!(key.contains("cafe 读作 [♪]"), "{key}");
}
