//! What a file says of itself: the information dictionary (ISO 32000-1, 14.3.3) and the same as XMP (14.3.2).

use super::{PdfError, Stamp};
use crate::typeset::display::Document;
use lopdf::{Dictionary, Object, Stream, dictionary, text_string};
use printpdf::OffsetDateTime;
use std::fmt::Write;

/// Title, author, producer and date; nothing that is not known.
pub(super) fn information(document: &Document, stamp: &Stamp) -> Result<Dictionary, PdfError> {
    let mut information = dictionary! {
        "Title" => text_string(&document.title),
        "Producer" => text_string(&stamp.producer),
    };
    if !document.author.is_empty() {
        information.set("Author", text_string(&document.author));
    }
    if let Some(date) = date(stamp)? {
        information.set("CreationDate", Object::string_literal(date.information()));
    }
    Ok(information)
}

/// The same for programs that read XMP. Left uncompressed, so that such programs find it without knowing PDF.
pub(super) fn xmp(document: &Document, stamp: &Stamp) -> Result<Stream, PdfError> {
    let creator = match document.author.as_str() {
        "" => String::new(),
        author => format!("<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>\n", escaped(author)),
    };
    let created = match date(stamp)? {
        Some(date) => format!("<xmp:CreateDate>{}</xmp:CreateDate>\n", date.xmp()),
        None => String::new(),
    };
    let title = escaped(&document.title);
    let language = escaped(document.language);
    let producer = escaped(&stamp.producer);
    let packet = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\n\
         <dc:format>application/pdf</dc:format>\n\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\n\
         {creator}<pdf:Producer>{producer}</pdf:Producer>\n{created}\
         </rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"
    );
    let header = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    Ok(Stream::new(header, packet.into_bytes()).with_compression(false))
}

/// Text as XML shows it. Control characters, which XML cannot hold, are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if character.is_control() && !character.is_whitespace() => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A moment in UTC: year, month, day, hour, minute, second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Date([u16; 6]);

impl Date {
    /// As `D:20260630080000Z` (ISO 32000-1, 7.9.4).
    fn information(self) -> String {
        let [year, rest @ ..] = self.0;
        let mut text = format!("D:{year:04}");
        for part in rest {
            // Writing to a string cannot fail.
            let _ = write!(text, "{part:02}");
        }
        text + "Z"
    }

    /// As `2026-06-30T08:00:00Z`.
    fn xmp(self) -> String {
        let [year, month, day, hour, minute, second] = self.0;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

fn date(stamp: &Stamp) -> Result<Option<Date>, PdfError> {
    let Some(seconds) = stamp.created_unix_seconds else { return Ok(None) };
    let moment = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| PdfError::Date(seconds))?;
    // Four digits are all that either form has for a year.
    let year = u16::try_from(moment.year()).ok().filter(|year| *year <= 9999).ok_or(PdfError::Date(seconds))?;
    let [month, day, hour, minute, second] =
        [u8::from(moment.month()), moment.day(), moment.hour(), moment.minute(), moment.second()].map(u16::from);
    Ok(Some(Date([year, month, day, hour, minute, second])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_both_formats_want_it() {
        let stamp = |seconds| Stamp { created_unix_seconds: Some(seconds), ..Stamp::default() };
        let moment = date(&stamp(1_782_806_400)).expect("a date").expect("one was given");
        assert_eq!(
            (moment.information().as_str(), moment.xmp().as_str()),
            ("D:20260630080000Z", "2026-06-30T08:00:00Z")
        );
        assert_eq!(date(&Stamp::default()).expect("no date is fine"), None);
        for seconds in [i64::MIN, i64::MAX, -100_000_000_000] {
            assert!(matches!(date(&stamp(seconds)), Err(PdfError::Date(_))), "{seconds}");
        }
    }

    #[test]
    fn text_is_safe_in_xml() {
        assert_eq!(escaped("a < b & c > d\u{0}\u{1b}　卷"), "a &lt; b &amp; c &gt; d　卷");
    }
}
