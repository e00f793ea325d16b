//! A real Prometheus: named by `PROMETHEUS`, or found on the path; started for one test, on this machine.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A Prometheus that runs. It ends with the value.
pub(crate) struct Prometheus {
    child: Child,
    /// `127.0.0.1:port`.
    pub(crate) address: String,
    _folder: tempfile::TempDir,
}

/// The program of this name; where there is none, says so.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let variable = name.to_uppercase().replace('-', "_");
    let named = std::env::var_os(&variable).map(PathBuf::from);
    let must_work = named.is_some();
    let program = named.unwrap_or_else(|| name.into());
    let works = Command::new(&program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    assert!(works || !must_work, "{} does not run", program.display());
    if !works {
        println!("skipped: there is no {name}");
    }
    works.then_some(program)
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

impl Prometheus {
    /// Starts one that scrapes itself and these targets each second, with the samples of a page in OpenMetrics in it, and more
    /// flags.
    pub(crate) fn start(
        targets: &[(&str, String)],
        history: Option<&str>,
        flags: &[&str],
    ) -> Option<Prometheus> {
        let program = program("prometheus")?;
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        if let Some(history) = history {
            backfill(history, folder.path(), &data)?;
        }
        let address = format!("127.0.0.1:{}", free_port());
        let mut config = "global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\n  external_labels: {cluster: blue}\nscrape_configs:\n".to_owned();
        let own = ("prometheus", address.clone());
        for (job, target) in std::iter::once(&own).chain(targets) {
            config += &format!("- job_name: {job}\n  static_configs: [{{targets: ['{target}']}}]\n");
        }
        let path = folder.path().join("prometheus.yml");
        std::fs::write(&path, config).expect("the configuration");
        let child = Command::new(program)
            .arg(format!("--config.file={}", path.display()))
            .arg(format!("--storage.tsdb.path={}", data.display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--storage.tsdb.retention.time=15d")
            .args(flags)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Prometheus starts");
        Some(Prometheus {
            child,
            address,
            _folder: folder,
        })
    }

    /// Waits until a condition holds.
    pub(crate) fn wait_until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let started = Instant::now();
        while !holds() {
            assert!(started.elapsed() < Duration::from_secs(60), "{what} in vain");
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until an expression has a result.
    pub(crate) fn wait_for(&self, query: &str) {
        let url = format!("http://{}/api/v1/query?query={query}", self.address);
        self.wait_until(query, || {
            let answer = minreq::get(&url).with_timeout(5).send();
            answer.is_ok_and(|answer| answer.as_str().is_ok_and(|text| text.contains("\"metric\"")))
        });
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes blocks of a page in OpenMetrics.
fn backfill(page: &str, folder: &Path, data: &Path) -> Option<()> {
    let promtool = program("promtool")?;
    let path = folder.join("history.txt");
    std::fs::write(&path, page).expect("the page");
    let made = Command::new(promtool)
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .args([&path, data])
        .output()
        .expect("promtool runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(())
}
