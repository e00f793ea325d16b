//! promtool as an oracle: named by `PROMTOOL`, or found on the path.

use std::path::PathBuf;
use std::process::Command;

/// The program; where there is none, says so.
pub(crate) fn promtool() -> Option<PathBuf> {
    let named = std::env::var_os("PROMTOOL").map(PathBuf::from);
    let must_work = named.is_some();
    let program = named.unwrap_or_else(|| "promtool".into());
    let works = Command::new(&program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    assert!(works || !must_work, "{} does not run", program.display());
    if !works {
        println!("skipped: there is no promtool");
    }
    works.then_some(program)
}
