//! amtool as an oracle: named by `AMTOOL`, or found on the path.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program.
pub(crate) struct Amtool(PathBuf);

impl Amtool {
    /// The program; where there is none, says so.
    pub(crate) fn find() -> Option<Self> {
        let named = std::env::var_os("AMTOOL").map(PathBuf::from);
        let must_work = named.is_some();
        let program = named.unwrap_or_else(|| "amtool".into());
        let works = Command::new(&program)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success());
        assert!(works || !must_work, "{} does not run", program.display());
        if !works {
            println!("skipped: there is no amtool");
        }
        works.then_some(Amtool(program))
    }

    fn run(&self, args: &[&str]) -> Output {
        let home = tempfile::tempdir().expect("a folder without settings");
        Command::new(&self.0)
            .args(args)
            .env("HOME", home.path())
            .output()
            .expect("amtool runs")
    }

    /// What it says against each of these files; nothing where it takes one.
    pub(crate) fn check(&self, files: &[PathBuf]) -> Vec<Option<String>> {
        let mut verdicts = Vec::new();
        while verdicts.len() < files.len() {
            let rest = &files[verdicts.len()..];
            let mut args = vec!["check-config"];
            args.extend(rest.iter().filter_map(|file| file.to_str()));
            let output = self.run(&args);
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            for piece in said.split("Checking '").skip(1) {
                let verdict = piece.split_once('\'').map_or("", |(_, verdict)| verdict);
                verdicts.push(match verdict.split_once("FAILED: ") {
                    Some((_, why)) => Some(why.trim_end().to_owned()),
                    None if verdict.contains("SUCCESS") => None,
                    // Some files bring it down.
                    None => Some("amtool panics".to_owned()),
                });
            }
            assert!(!said.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        verdicts
    }

    /// The receivers of an alert.
    pub(crate) fn receivers(&self, config: &Path, labels: &[String]) -> Vec<String> {
        let file = format!("--config.file={}", config.display());
        let mut args = vec!["config", "routes", "test", &file];
        args.extend(labels.iter().map(String::as_str));
        let output = self.run(&args);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        said.trim_end().split(',').map(str::to_owned).collect()
    }
}
