//! What makes a finding the same in another version of a file: its file, code, rule, message and the text that it is
//! about, and how many like it come before; not the line it stands on.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;

/// A fingerprint for each finding: 16 hexadecimal digits, different for different findings of one run.
pub(super) fn fingerprints(findings: &[Diagnostic]) -> Vec<String> {
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let print = |finding: &Diagnostic| {
        let mut hash = Fnv::new();
        let identity = finding.identity();
        identity.iter().for_each(|part| hash.add(part.as_bytes()));
        let alike = seen.entry(hash.0).or_insert(0);
        *alike += 1;
        if *alike > 1 {
            hash.add(alike.to_string().as_bytes());
        }
        format!("{:016x}", hash.0)
    };
    findings.iter().map(print).collect()
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
struct Fnv(u64);

impl Fnv {
    fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    /// Adds a part and its end.
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
