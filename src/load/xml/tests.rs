//! XML that is well formed, and XML that is meant to do harm.

use super::*;

fn xml(text: impl AsRef<[u8]>) -> Xml {
    let limits = Limits { cell_bytes: 64, ..Limits::default() };
    let source = Box::new(std::io::Cursor::new(text.as_ref().to_vec()));
    Xml::new(source, Place::file("x.xml"), None, &limits).expect("a start")
}

fn whole(text: impl AsRef<[u8]>) -> Result<Element> {
    let mut xml = xml(text);
    let root = xml.root()?;
    let element = xml.element(root)?;
    xml.finish()?;
    Ok(element)
}

fn refusal(text: impl AsRef<[u8]>) -> (&'static str, u64, String) {
    let problem = whole(text).expect_err("a refusal");
    let finding = &problem.findings[0];
    (finding.code, finding.place.row, finding.message.clone())
}

#[test]
fn names_lose_their_prefix_and_lines_are_true() {
    let element = whole("<?xml version=\"1.0\"?>\n<!-- c -->\n<n:a xmlns:n=\"u\">\n <n:b n:Ccy=\"EUR\">1 &amp; &#50;<![CDATA[<3>]]></n:b>\n<c/></n:a>").unwrap();
    assert_eq!(element.tag.name, "a");
    assert_eq!(element.tag.line, 3);
    assert_eq!(element.tag.attributes, []);
    let b = element.child("b").unwrap();
    assert_eq!((b.text.as_str(), b.tag.line), ("1 & 2<3>", 4));
    assert_eq!(b.tag.attributes, [("Ccy".to_owned(), "EUR".to_owned())]);
    assert_eq!(element.child("c").unwrap().tag.line, 5);
    assert_eq!(element.text_of("b/none"), "");
    assert_eq!(element.first_of(&["none", "b"]), "1 & 2<3>");
}

#[test]
fn entities_are_never_expanded() {
    let laughs =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY l2 \"&lol;&lol;\">]>\n<a>&l2;</a>";
    assert_eq!((refusal(laughs).0, refusal(laughs).1), ("T1301", 2));
    assert_eq!((refusal("<a>\n&l2;</a>").0, refusal("<a>\n&l2;</a>").1), ("T1301", 2));
    assert_eq!(refusal("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>").0, "T1301");
}

#[test]
fn files_that_are_cut_off_say_where() {
    let (code, line, message) = refusal("<a>\n<b>1</b>\n<c>2");
    assert_eq!((code, line), ("T1302", 3));
    assert!(message.contains("inside <c>"), "{message}");
    for text in ["<a><b", "<a><!-- x", "<a></", "", "  ", "<a>&am"] {
        assert_eq!(refusal(text).0, "T1302", "{text}");
    }
}

#[test]
fn what_is_not_well_formed_is_damaged() {
    for text in ["<a><b></a></b>", "x<a/>", "<a/><b/>", "<a x=1/>", "<a/>x", "</a>", "<a>&#0;</a>", "<a>1 & 2</a>"] {
        assert_eq!(refusal(text).0, "T1302", "{text}");
    }
}

#[test]
fn depth_has_a_limit_to_the_level() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert!(whole(nested(DEPTH)).is_ok());
    assert_eq!(refusal(nested(DEPTH + 1)).0, "T1304");
    assert_eq!(refusal("<a>".repeat(1_000_000)).0, "T1304");
}

#[test]
fn texts_have_a_limit_to_the_byte() {
    assert!(whole(format!("<a>{}</a>", "x".repeat(64))).is_ok());
    assert_eq!(refusal(format!("<a>{}</a>", "x".repeat(65))).0, "T1101");
    // In pieces, in an endless tag, comment and text: nothing is gathered beyond the limit.
    assert_eq!(refusal(format!("<a>{}</a>", "x&amp;".repeat(33))).0, "T1101");
    for start in ["<a><", "<a><!--", "<a b=\"", "<a>", "<a><![CDATA[", "<a>&", "<?"] {
        let text = format!("{start}{}", "x".repeat(1 << 20));
        assert_eq!(refusal(&text).0, "T1101", "{start}");
    }
}

#[test]
fn records_have_a_limit() {
    assert!(whole(format!("<a>{}</a>", "<b/>".repeat(RECORD_ELEMENTS - 1))).is_ok());
    assert_eq!(refusal(format!("<a>{}</a>", "<b/>".repeat(RECORD_ELEMENTS))).0, "T1304");
}

#[test]
fn the_encoding_of_the_first_line_holds() {
    let latin = b"<?xml version=\"1.0\" encoding='Windows-1252'?>\n<a>M\xfcller \x80</a>";
    assert_eq!(whole(latin).unwrap().text, "M\u{fc}ller \u{20ac}");
    let wrong = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>M\xfcller</a>";
    assert_eq!((refusal(wrong).0, refusal(wrong).1), ("T1003", 2));
    let cut = b"<a>M\xc3";
    assert_eq!(refusal(cut).0, "T1003");
    let wide: Vec<u8> = "\u{feff}<a>\u{fc}</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(whole(wide).unwrap().text, "\u{fc}");
    // A first line that says UTF-16 of a file that is not.
    assert_eq!(whole("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>1</a>").unwrap().text, "1");
    let unknown = Box::new(std::io::Cursor::new(b"<?xml version=\"1.0\" encoding=\"x-none\"?><a/>".to_vec()));
    let refused = Xml::new(unknown, Place::file("x.xml"), None, &Limits::default());
    assert_eq!(refused.err().expect("a refusal").findings[0].code, "T1003");
}

#[test]
fn characters_lie_across_chunks() {
    let limits = Limits::default();
    for shift in 0..4 {
        let text = format!("<a>{}{}</a>", "x".repeat(shift), "\u{20ac}".repeat(60_000));
        let source = Box::new(std::io::Cursor::new(text.clone().into_bytes()));
        let mut xml = Xml::new(source, Place::file("x.xml"), None, &limits).unwrap();
        let root = xml.root().unwrap();
        assert_eq!(root.name, "a");
        assert_eq!(xml.text().unwrap().chars().count(), shift + 60_000);
    }
}
