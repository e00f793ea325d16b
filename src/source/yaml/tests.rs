use super::*;

fn one(text: &str) -> Node {
    let documents = parse(text);
    assert_eq!(documents.errors, [], "{text}");
    documents
        .roots
        .into_iter()
        .next()
        .unwrap_or_else(|| panic!("no document in {text:?}"))
}

fn first_error(text: &str) -> String {
    let documents = parse(text);
    let error = documents
        .errors
        .first()
        .unwrap_or_else(|| panic!("no error in {:.60?}", text));
    let before = &text[..error.range.start];
    let line = before.matches('\n').count() + 1;
    format!(
        "{line}:{} {}",
        before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1,
        error.message
    )
}

#[test]
fn ranges_cover_values_and_nothing_else() {
    let text = "a:\n  - b: 1\n    c: [x, y]\n  - |\n    block\n\nd: 'e' # comment\n";
    let root = one(text);
    let list = root.get("a").expect("a list");
    let items = list.as_sequence().expect("items");
    let piece = |node: &Node| &text[node.range.clone()];
    assert_eq!(piece(&items[0]), "b: 1\n    c: [x, y]");
    assert_eq!(piece(items[0].get("c").expect("c")), "[x, y]");
    assert!(piece(&items[1]).starts_with("|\n    block\n"));
    assert_eq!(piece(root.get("d").expect("d")), "'e'");
}

#[test]
fn aliases_and_merges_bring_their_values() {
    let text = "base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\nlist: [*b]\n";
    let root = one(text);
    let used = root.get("use").expect("use");
    assert_eq!(used.get("x").and_then(Node::as_str), Some("1"));
    assert_eq!(used.get("y").and_then(Node::as_str), Some("3"));
    assert_eq!(used.as_mapping().map(<[Entry]>::len), Some(2));
    let aliased = &root.get("list").and_then(Node::as_sequence).expect("a list")[0];
    assert_eq!(&text[aliased.place()], "*b");
    assert_eq!(&text[aliased.range.clone()], "{x: 1, y: 2}");
}

#[test]
fn every_document_is_read_and_a_broken_one_hides_no_other() {
    assert_eq!(parse("---\na: 1\n---\n---\nb: 2\n").roots.len(), 2);
    assert_eq!(parse("# nothing\n").roots.len(), 0);
    let documents = parse("a: 1\n---\nb: [\n---\nc: 3\n");
    assert_eq!(documents.errors.len(), 1);
    let keys: Vec<_> = documents
        .roots
        .iter()
        .filter_map(|r| r.as_mapping()?[0].key.as_str())
        .collect();
    assert_eq!(keys, ["a", "c"]);
}

#[test]
fn faults_have_their_place() {
    let cases = [
        ("a: [1, 2\nb: 3\n", "2:"),
        ("a: 'x\n", "1:4"),
        ("a: b: c\n", "1:"),
        ("groups:\n\t- a\n", "2:1"),
        ("a: *nobody\n", "1:4"),
        ("a: &a [*a]\n", "1:8 the alias refers to a value that contains it"),
    ];
    for (text, place) in cases {
        let error = first_error(text);
        assert!(error.starts_with(place), "{text:?}: {error}");
    }
}

#[test]
fn pathological_documents_are_refused_quickly() {
    let nested = "[".repeat(100_000);
    assert_eq!(first_error(&nested), "1:256 the document nests too deep");
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let of = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", of.trim_end_matches(", ")));
    }
    assert!(
        first_error(&bomb).contains("aliases expand the document"),
        "{}",
        first_error(&bomb)
    );
}

#[test]
fn tabs_that_indent_are_refused_as_go_does() {
    let refused = |text: &str| -> Vec<usize> { parse(text).errors.iter().map(|e| e.range.start).collect() };
    // Blank lines and comments between block collections, dashes, continuations that begin too early.
    assert_eq!(refused("\t# hi\na: 1\n"), [0]);
    assert_eq!(refused("a:\n\t\n  b: 1\n \t\n"), [3, 13]);
    assert_eq!(refused("a: x\n\t\nb: 1\n"), [5]);
    assert_eq!(refused("-\ta: 1\n"), [1]);
    assert_eq!(refused("a: |\n  x\n\t\n  y\n"), [9]);
    // Where they are content or stand between tokens of one line, they are taken.
    for text in [
        "a:\t1\t# c\n",
        "a: [1,\n\t2]\n",
        "a: 'x\n\ty'\n",
        "a: |\n  \tx\n",
        "a: x\n  \ty\n",
        "a: x\n  \t\nb: 1\n",
    ] {
        assert!(refused(text).is_empty(), "{text:?}");
    }
}

#[test]
fn only_mappings_merge() {
    assert_eq!(parse("a: &a {b: 1}\nc:\n  <<: *a\n").errors, []);
    for text in ["<<: x\n", "<<: [x]\n", "<<: ~\n"] {
        assert_eq!(parse(text).errors.len(), 1, "{text}");
    }
}

#[test]
fn only_version_1_1_is_taken() {
    assert_eq!(parse("%YAML 1.1\n---\na: 1\n").errors, []);
    assert_eq!(parse("%YAML 1.2\n---\na: 1\n").errors[0].range, 0..9);
}
