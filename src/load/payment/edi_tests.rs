//! Delimiters, release characters, line ends and what is refused.

use super::*;
use std::io::Cursor;

fn scan(text: &[u8], family: Family) -> Result<Vec<Segment>> {
    let bytes = Bytes::new(Box::new(Cursor::new(text.to_vec())), "a.edi", 1024);
    let mut scanner = Scanner::new(bytes, family);
    let mut segments = Vec::new();
    while let Some(segment) = scanner.next()? {
        segments.push(segment);
    }
    Ok(segments)
}

fn header(element: char, component: char, terminator: &str) -> String {
    let header =
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261031*1200*U*00401*000000001*0*P*";
    format!("{}{component}{terminator}", header.replace('*', &element.to_string()))
}

fn message(text: &[u8], family: Family) -> String {
    scan(text, family).unwrap_err().findings[0].message.clone()
}

#[test]
fn the_header_declares_the_delimiters_of_x12() {
    for (element, component, terminator) in [('*', '>', "~"), ('|', ':', "\n"), ('^', '<', "\r\n"), ('*', ':', "~\r\n")]
    {
        let body = format!("RMR{element}IV{element}INV{component}1{element}{element}12.50{terminator}");
        let text = header(element, component, terminator) + &body;
        let segments = scan(text.as_bytes(), Family::X12).unwrap();
        assert_eq!(segments.len(), 2, "{element}{component}{terminator:?}");
        assert_eq!(segments[1].tag, "RMR");
        assert_eq!(segments[1].text(2), format!("INV{component}1"));
        assert_eq!((segments[1].part(2, 2), segments[1].part(9, 1), segments[1].part(0, 0)), ("1", "", ""));
        assert_eq!(segments[1].text(4), "12.50");
        assert_eq!(segments[1].at.row, 2);
    }
}

#[test]
fn line_ends_within_segments_are_no_data_and_blank_segments_are_passed() {
    let text = header('*', '>', "~") + "\r\nRMR*IV*INV-0\r\n042**12~~\nSE*3*1~";
    let segments = scan(text.as_bytes(), Family::X12).unwrap();
    assert_eq!((segments[1].text(2).as_str(), segments.len()), ("INV-0042", 3));
    assert_eq!(segments[1].at.byte, 108);
}

#[test]
fn release_characters_keep_their_next_byte() {
    let text = b"UNA:+.? 'UNB+UNOA:2+AB?+C:1??+D?'E'\nFTX+a?:b??'XY+1'";
    let segments = scan(text, Family::Edifact).unwrap();
    assert_eq!((segments[0].part(2, 1), segments[0].part(2, 2), segments[0].part(3, 1)), ("AB+C", "1?", "D'E"));
    assert_eq!(segments[1].part(1, 1), "a:b?");
    assert_eq!((segments[2].tag.as_str(), segments.len()), ("XY", 3));
    // UNA counts as the first, so that rows are lines where a line is a segment.
    assert_eq!(segments[0].at, At { row: 2, byte: 9, is_segment: true });
}

#[test]
fn other_delimiters_by_una_and_the_defaults_without_it() {
    let segments = scan(b"UNA=*.? ~UNB*UNOA=3*1~UNH*1*INVOIC=D=97B=UN~", Family::Edifact).unwrap();
    assert_eq!(segments[1].part(2, 3), "97B");
    let segments = scan(b"UNB+UNOA:3+1'UNH+1+INVOIC:D:97B:UN'", Family::Edifact).unwrap();
    assert_eq!(segments[1].part(2, 3), "97B");
}

#[test]
fn text_that_is_not_utf_8_is_latin_and_zero_bytes_are_refused() {
    let segments = scan(b"UNB+UNOC:3+B\xDCTTNER'", Family::Edifact).unwrap();
    assert_eq!(segments[0].part(2, 1), "BÜTTNER");
    let problem = scan(b"UNB+UNOC:3+B\0TTNER'", Family::Edifact).unwrap_err();
    assert_eq!(problem.findings[0].code, "T1005");
}

#[test]
fn what_cannot_be_cut_safely_is_refused_with_its_place() {
    assert!(message(b"ST*820*0001~", Family::X12).contains("starts with \"ST*\", not with ISA"));
    assert!(message(b"UNH+1+INVOIC'", Family::Edifact).contains("not with UNA or UNB"));
    let short = header('*', '>', "~").replace("SENDER         ", "SENDER");
    assert!(message(short.as_bytes(), Family::X12).contains("16 elements of fixed length"));
    for bad in [header('*', '*', "~"), header('*', '>', "A"), header('A', '>', "~"), header(' ', '>', "~")] {
        let said = message(bad.as_bytes(), Family::X12);
        assert!(said.contains("cannot be told apart") || said.contains("fixed length"), "{said}");
    }
    assert!(message(b"UNA:::? '", Family::Edifact).contains("cannot be told apart"));
    assert!(message(b"UNA:+", Family::Edifact).contains("breaks off"));
    let wrong = header('*', '>', "~") + "GS|RA|A|B~";
    assert!(message(wrong.as_bytes(), Family::X12).contains("\"GS|RA|A|B\" is no segment tag"));
    assert_eq!(scan(wrong.as_bytes(), Family::X12).unwrap_err().findings[0].place.row, 2);
    let endless = header('*', '>', "~") + &"A".repeat(200_000);
    assert_eq!(scan(endless.as_bytes(), Family::X12).unwrap_err().findings[0].code, "T1101");
}

#[test]
fn a_segment_without_its_terminator_is_marked() {
    let text = header('*', '>', "~") + "IEA*1*000000001";
    let segments = scan(text.as_bytes(), Family::X12).unwrap();
    assert_eq!((segments[0].is_open, segments[1].is_open), (false, true));
}

#[test]
fn a_service_string_is_whole_where_the_bytes_that_were_read_end() {
    const READ: usize = 64 * 1024;
    for inside in 1..9 {
        let mut text = "UNA:+.? 'UNB+1'".to_owned();
        while text.len() < READ - 100 {
            text.push_str("FTX+x'");
        }
        let pad = READ - inside - text.len() - "FTX+'".len();
        text.push_str(&format!("FTX+{}'UNA*#.! ~UNB#2~", "y".repeat(pad)));
        let segments = scan(text.as_bytes(), Family::Edifact).unwrap();
        assert_eq!(segments.last().map(|last| (last.tag.as_str(), last.text(1))), Some(("UNB", "2".to_owned())));
    }
}
