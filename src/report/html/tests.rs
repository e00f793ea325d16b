//! The page as a whole.

use sha2::{Digest, Sha256};

use super::{POLICY, SCRIPT, STYLE};

#[test]
fn only_the_script_of_the_page_may_run() {
    let hash = base64(&Sha256::digest(SCRIPT.as_bytes()));
    assert!(
        POLICY.contains(&format!("script-src 'sha256-{hash}'")),
        "the script has changed: write sha256-{hash} into the policy"
    );
}

#[test]
fn neither_style_nor_script_ends_early() {
    assert!(!STYLE.contains("</"));
    assert!(!SCRIPT.contains("</"));
    assert!(!SCRIPT.contains("<!--"));
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let padded = [group[0], *group.get(1).unwrap_or(&0), *group.get(2).unwrap_or(&0)];
        let number = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= group.len() { letter as char } else { '=' });
        }
    }
    text
}
