use super::*;

/// A step: action, source labels, expression, target, replacement.
fn step(action: &str, sources: &[&str], regex: &str, target: &str, replacement: &str) -> Relabelling {
    Relabelling {
        range: 0..0,
        action: action.to_owned(),
        source_labels: sources.iter().map(|s| (*s).to_owned()).collect(),
        separator: ";".to_owned(),
        regex: regex.to_owned(),
        target_label: target.to_owned(),
        replacement: replacement.to_owned(),
    }
}

fn shown(result: &Relabelled) -> String {
    match result {
        Relabelled::Gone => "gone".to_owned(),
        Relabelled::Kept(name, labels) => {
            let name = name.clone().unwrap_or_else(|| "?".to_owned());
            format!("{name} {}", crate::catalog::tests::shown(labels))
                .trim()
                .to_owned()
        }
    }
}

#[test]
fn sets_are_changed_as_far_as_they_decide_it() {
    let cases = [
        (step("drop", &["__name__"], "go_.*", "", ""), "m a=1|2 b=* c?=x"),
        (step("drop", &["__name__"], "m", "", ""), "gone"),
        (step("keep", &["__name__"], "m|n", "", ""), "m a=1|2 b=* c?=x"),
        (step("keep", &["a"], "3", "", ""), "gone"),
        (step("keep", &["a"], "1", "", ""), "m a=1|2 b=* c?=x"),
        (step("drop", &["b"], "1", "", ""), "m a=1|2 b=* c?=x"),
        (step("keep", &["c"], "", "", ""), "m a=1|2 b=* c?=x"),
        (step("keep", &["z"], ".+", "", ""), "gone"),
        (
            step("replace", &["a"], "(.*)", "d", "v$1"),
            "m a=1|2 b=* c?=x d=v1|v2",
        ),
        (
            step("replace", &["a"], "1", "d", "one"),
            "m a=1|2 b=* c?=x d?=one",
        ),
        (
            step("replace", &["b"], "(.*)", "d", "$1"),
            "m a=1|2 b=* c?=x d?=*",
        ),
        (step("replace", &["b"], "(.+)", "a", "k"), "m a=1|2|k b=* c?=x"),
        (step("replace", &[], "(.*)", "d", "k"), "m a=1|2 b=* c?=x d=k"),
        (step("replace", &[], "(.*)", "a", ""), "m b=* c?=x"),
        (
            step("replace", &["c"], "(.*)", "d", "$1"),
            "m a=1|2 b=* c?=x d?=x",
        ),
        (
            step("replace", &["__name__"], "(.*)", "__name__", "x_$1"),
            "x_m a=1|2 b=* c?=x",
        ),
        (
            step("replace", &["b"], "(.*)", "__name__", "$1"),
            "? a=1|2 b=* c?=x",
        ),
        (step("labeldrop", &[], "a|c", "", ""), "m b=*"),
        (step("labelkeep", &[], "a|__name__", "", ""), "m a=1|2"),
        (
            step("labelmap", &[], "(a|c)", "", "x_$1"),
            "m a=1|2 b=* c?=x x_a=1|2 x_c?=x",
        ),
        (step("hashmod", &["b"], "(.*)", "h", "$1"), "m a=1|2 b=* c?=x h=*"),
        (step("uppercase", &["c"], "(.*)", "c", "$1"), "m a=1|2 b=* c?=X"),
    ];
    for (one, wanted) in cases {
        let labels = LabelSet::closed()
            .with("a", Label::always(Values::one_of(["1", "2"])))
            .with("b", Label::always(Values::Any))
            .with("c", Label::sometimes(Values::only("x")));
        let result = Steps::new(std::slice::from_ref(&one)).set(Some("m"), labels);
        assert_eq!(shown(&result), wanted, "{one:?}");
    }
}

#[test]
fn an_open_set_stays_open_and_forgets_what_a_map_may_overwrite() {
    let labels = || LabelSet::open().with("job", Label::always(Values::only("pods")));
    let map = Steps::new(&[step("labelmap", &[], "__meta_(.+)", "", "$1")]);
    assert_eq!(shown(&map.set(None, labels())), "? job?=* …");
    let drop = Steps::new(&[step("labeldrop", &[], "pod", "", "")]);
    assert_eq!(shown(&drop.set(None, labels())), "? job=pods …");
}

#[test]
fn targets_are_followed_exactly() {
    let target = || BTreeMap::from([("__address__".to_owned(), "db-1:9100".to_owned())]);
    let cases = [
        (
            step("replace", &["__address__"], "(.+):\\d+", "instance", "$1"),
            Some("db-1"),
        ),
        (step("replace", &["__address__"], "x", "instance", "y"), Some("")),
        (
            step("replace", &["__address__"], "db-(\\d).*", "instance", "${1}th"),
            Some("1th"),
        ),
        (step("drop", &["__address__"], "db-.*", "", ""), None),
        (step("keep", &["__address__"], "db", "", ""), None),
    ];
    for (one, wanted) in cases {
        let result = Steps::new(std::slice::from_ref(&one)).target(target());
        let instance = result.map(|labels| labels.expect("read").remove("instance").unwrap_or_default());
        assert_eq!(instance.as_deref(), wanted, "{one:?}");
    }
    let hash = Steps::new(&[step("hashmod", &["__address__"], "(.*)", "h", "$1")]);
    assert_eq!(hash.target(target()), Some(Err(Unread)));
}
