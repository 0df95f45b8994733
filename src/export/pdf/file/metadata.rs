//! What a file says of itself: the information dictionary (ISO 32000-1, 14.3.3) and the same as XMP (14.3.2).

use super::super::conformance::Claims;
use super::super::objects::Objects;
use super::{PdfError, Stamp};
use crate::typeset::display::Document;
use pdf_writer::writers::DocumentInfo;
use pdf_writer::{Name, Ref, Str, TextStr};

/// What the parts of PDF/A ask of a property which they do not know (ISO 19005-2, 6.6.2.3.3): that it be declared.
const UNIVERSAL_ACCESS: &str = "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n\
    <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\n\
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\n\
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\n\
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">\n\
    <pdfaProperty:name>part</pdfaProperty:name>\n\
    <pdfaProperty:valueType>Integer</pdfaProperty:valueType>\n\
    <pdfaProperty:category>internal</pdfaProperty:category>\n\
    <pdfaProperty:description>Part of ISO 14289 to which the file keeps</pdfaProperty:description>\n\
    </rdf:li></rdf:Seq></pdfaSchema:property>\n\
    </rdf:li></rdf:Bag></pdfaExtension:schemas>\n\
    <pdfuaid:part>1</pdfuaid:part>\n";

/// The part and the level of PDF/A (ISO 19005-2, 6.6.4).
const ARCHIVE: &str = "<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>U</pdfaid:conformance>\n";

/// Writes title, author, producer and date; nothing that is not known.
pub(super) fn information(objects: &mut Objects, document: &Document, stamp: &Stamp) -> Result<Ref, PdfError> {
    let date = date(stamp)?;
    let id = objects.number();
    let mut information: DocumentInfo<'_> = objects.object(id).start();
    information.title(TextStr(&document.title)).producer(TextStr(&stamp.producer));
    if !document.author.is_empty() {
        information.author(TextStr(&document.author));
    }
    if let Some(date) = date {
        information.pair(Name(b"CreationDate"), Str(date.information().as_bytes()));
    }
    drop(information);
    Ok(id)
}

/// Writes the same for programs that read XMP, and to which standards the file keeps. Left uncompressed, so that such programs find it
/// without knowing PDF.
pub(super) fn xmp(objects: &mut Objects, document: &Document, stamp: &Stamp, claims: Claims) -> Result<Ref, PdfError> {
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
    let universal_access = if claims.universal_access { UNIVERSAL_ACCESS } else { "" };
    let archive = if claims.archive { ARCHIVE } else { "" };
    let packet = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" \
         xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
         xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" \
         xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n\
         <dc:format>application/pdf</dc:format>\n\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\n\
         {creator}<pdf:Producer>{producer}</pdf:Producer>\n{created}{archive}{universal_access}\
         </rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"
    );
    let id = objects.number();
    let mut stream = objects.plain_stream(id, packet.as_bytes());
    stream.pair(Name(b"Type"), Name(b"Metadata")).pair(Name(b"Subtype"), Name(b"XML"));
    drop(stream);
    Ok(id)
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

/// A moment in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Date {
    year: i64,
    month: i64,
    day: i64,
    /// Seconds since midnight.
    second: i64,
}

impl Date {
    /// In the Gregorian calendar, which goes round in 400 years; in this reckoning years begin with March, so that the day which not
    /// every year has is the last of its year.
    fn from_unix_seconds(seconds: i64) -> Self {
        const DAYS_IN_400_YEARS: i64 = 146_097;
        const DAYS_FROM_YEAR_0_TO_1970: i64 = 719_468;
        let (days, second) = (seconds.div_euclid(86_400) + DAYS_FROM_YEAR_0_TO_1970, seconds.rem_euclid(86_400));
        let (round, day_of_round) = (days.div_euclid(DAYS_IN_400_YEARS), days.rem_euclid(DAYS_IN_400_YEARS));
        // Each fourth year is longer by a day, but for three of the four that end a century.
        let leap_days = day_of_round / 1460 - day_of_round / 36_524 + day_of_round / 146_096;
        let year_of_round = (day_of_round - leap_days) / 365;
        let day_of_year = day_of_round - (365 * year_of_round + year_of_round / 4 - year_of_round / 100);
        // From March on, five months have 153 days.
        let months = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * months + 2) / 5 + 1;
        let (month, later) = if months < 10 { (months + 3, 0) } else { (months - 9, 1) };
        Self { year: 400 * round + year_of_round + later, month, day, second }
    }

    /// Hour, minute, second.
    fn time(self) -> [i64; 3] {
        [self.second / 3600, self.second / 60 % 60, self.second % 60]
    }

    /// As `D:20260630080000Z` (ISO 32000-1, 7.9.4).
    fn information(self) -> String {
        let [hour, minute, second] = self.time();
        format!("D:{:04}{:02}{:02}{hour:02}{minute:02}{second:02}Z", self.year, self.month, self.day)
    }

    /// As `2026-06-30T08:00:00Z`.
    fn xmp(self) -> String {
        let [hour, minute, second] = self.time();
        format!("{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", self.year, self.month, self.day)
    }
}

fn date(stamp: &Stamp) -> Result<Option<Date>, PdfError> {
    let Some(seconds) = stamp.created_unix_seconds else { return Ok(None) };
    let date = Date::from_unix_seconds(seconds);
    // Four digits are all that either form has for a year.
    if (0..=9999).contains(&date.year) { Ok(Some(date)) } else { Err(PdfError::Date(seconds)) }
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
    fn every_day_has_its_date() {
        // Two rounds of the calendar, day by day.
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for seconds in (0..800 * 365).map(|day| day * 86_400 + 86_399) {
            let date = Date::from_unix_seconds(seconds);
            assert_eq!((date.year, date.month, date.day, date.time()), (year, month, day, [23, 59, 59]));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let last = match month {
                2 => 28 + i64::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > last {
                (day, month) = (1, month + 1);
            }
            if month > 12 {
                (month, year) = (1, year + 1);
            }
        }
        let before = Date::from_unix_seconds(-1);
        assert_eq!((before.year, before.month, before.day, before.time()), (1969, 12, 31, [23, 59, 59]));
    }

    #[test]
    fn text_is_safe_in_xml() {
        assert_eq!(escaped("a < b & c > d\u{0}\u{1b}　卷"), "a &lt; b &amp; c &gt; d　卷");
    }
}
