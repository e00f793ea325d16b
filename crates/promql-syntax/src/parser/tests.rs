use super::*;

/// Runs on a thread with the stack that Rust gives threads unasked.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(run)
        .expect("a thread");
    thread.join().expect("no overflow");
}

#[test]
fn nesting_is_bounded() {
    on_a_small_stack(|| {
        let nests = [
            ("(", ")"),
            ("-", ""),
            ("sum(", ")"),
            ("abs(", ")"),
            ("1+(", ")"),
            ("max_of(1,", ")"),
        ];
        for (open, close) in nests {
            for depth in [MAX_NESTING / 2 - 2, 100_000] {
                let text = format!("{}up{}", open.repeat(depth), close.repeat(depth));
                let parsed = parse(&text, &ParseOptions::ALL);
                let _ = format!("{parsed:?}");
                assert_eq!(
                    parsed.errors.is_empty(),
                    depth < MAX_NESTING && !open.contains("of"),
                    "{open}"
                );
            }
        }
        for chain in [" + up", " or up", " ^ up", "[1m:]", " offset 1m"] {
            let parsed = parse(&format!("up{}", chain.repeat(100_000)), &ParseOptions::ALL);
            assert!(!parsed.errors.is_empty(), "{chain}");
            drop(parse(
                &format!("up{}", chain.repeat(MAX_DEPTH - 2)),
                &ParseOptions::ALL,
            ));
        }
        let brackets = format!("up[{}1m{}]", "(".repeat(100_000), ")".repeat(100_000));
        assert!(!parse(&brackets, &ParseOptions::ALL).errors.is_empty());
    });
}
