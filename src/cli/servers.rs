//! Which servers a command asks, and the asking.

use std::path::Path;
use std::sync::Arc;

use super::inputs::canonical;
use crate::catalog::{Asked, Catalogs};
use crate::diagnostic::Location;
use crate::lints::{self, Options};
use crate::live::{self, Access, Client, Interview};
use crate::model::prometheus::PrometheusConfig;
use crate::model::settings::{PrometheusServer, Settings};
use crate::project::Project;
use crate::source::SourceFile;

/// The servers to ask.
#[derive(Default, clap::Args)]
pub(super) struct Servers {
    /// Ask the Prometheus under this address which series it has; see docs/live.md
    #[arg(long, value_name = "URL", conflicts_with = "live")]
    prometheus: Option<String>,

    /// Ask the servers that `rulecheck.yml` names under `prometheus`
    #[arg(long)]
    live: bool,
}

/// A server that is to be asked.
struct Asking<'s> {
    access: Access,
    place: Location,
    /// What the settings say of it.
    entry: Option<&'s PrometheusServer>,
}

impl Servers {
    /// Asks them about a project. A server that does not answer is no error: that is among what it is known of it.
    ///
    /// # Errors
    /// What is wrong with addresses, secrets and certificates; ready to be shown.
    pub(super) fn ask(&self, project: &Project, options: &Options) -> Result<Vec<Asked>, String> {
        let all = self.all(&options.settings)?;
        let mut asked = Vec::new();
        for asking in &all {
            asked.extend(ask(asking, project, options)?);
        }
        if asked.is_empty() && !all.is_empty() {
            return Err("none of the servers in the settings runs a configuration that is looked at here: name it too".to_owned());
        }
        Ok(asked)
    }

    fn all<'s>(&self, settings: &'s Settings) -> Result<Vec<Asking<'s>>, String> {
        if let Some(url) = &self.prometheus {
            return Ok(vec![named(url, settings)?]);
        }
        if !self.live {
            return Ok(Vec::new());
        }
        if settings.prometheus.is_empty() {
            return Err(
                "--live asks the servers under `prometheus` in rulecheck.yml, and there are none".to_owned(),
            );
        }
        settings
            .prometheus
            .iter()
            .map(|entry| of_settings(entry, settings))
            .collect()
    }
}

/// The server under an address; with what the settings say of it, where they do.
fn named<'s>(url: &str, settings: &'s Settings) -> Result<Asking<'s>, String> {
    let wrong = |message: String| format!("--prometheus: {message}");
    let access = Access::new(url).map_err(wrong)?;
    let is_it = |entry: &&PrometheusServer| {
        let known = Access::new(entry.url.as_str());
        known.is_ok_and(|known| known.shown() == access.shown())
    };
    if !access.has_credentials()
        && let Some(entry) = settings.prometheus.iter().find(is_it)
    {
        return of_settings(entry, settings);
    }
    let shown = format!("--prometheus {}", access.shown());
    let range = "--prometheus ".len()..shown.len();
    Ok(Asking {
        access: live::of_environment(access).map_err(wrong)?,
        place: Location::new(&Arc::new(SourceFile::new("command line", shown)), range),
        entry: None,
    })
}

fn of_settings<'s>(entry: &'s PrometheusServer, settings: &Settings) -> Result<Asking<'s>, String> {
    let file = settings.file.as_ref().ok_or("there are no settings")?;
    let access =
        Access::of_settings(entry, root(settings)).map_err(|e| format!("rulecheck.yml: prometheus: {e}"))?;
    Ok(Asking {
        access,
        place: Location::new(file, entry.url.whole(file)),
        entry: Some(entry),
    })
}

fn root(settings: &Settings) -> &Path {
    let file = settings.file.as_ref();
    file.and_then(|file| file.path().parent())
        .unwrap_or(Path::new(""))
}

/// Asks one server; nothing where what it runs is not looked at.
fn ask(asking: &Asking<'_>, project: &Project, options: &Options) -> Result<Option<Asked>, String> {
    let runs = asking.entry.and_then(|entry| entry.config.as_ref());
    let mut config: Option<&PrometheusConfig> = None;
    if let Some(named) = runs {
        let path = canonical(&root(&options.settings).join(named.as_str()));
        config = project
            .prometheus_configs()
            .find(|config| canonical(config.file.path()) == path);
        if config.is_none() {
            return Ok(None);
        }
    }
    let is_its = |path: &Path| {
        config.is_none_or(|config| {
            let own = Catalogs::config_of(project, path);
            own.is_some_and(|own| own.file.path() == config.file.path())
        })
    };
    let mut wanted = lints::wanted(&options.levels);
    if let Some(lookback) = asking.entry.and_then(|entry| entry.lookback) {
        wanted.lookback = lookback;
    }
    let interview = Interview {
        rules: project
            .rule_files()
            .filter(|file| is_its(file.file.path()))
            .collect(),
        boards: project
            .dashboards()
            .filter(|board| is_its(board.file.path()))
            .collect(),
        wanted,
        place: asking.place.clone(),
    };
    let shown = asking.access.shown();
    let client = Client::new(asking.access.clone()).map_err(|e| format!("{shown}: {e}"))?;
    Ok(Some(Asked {
        config: config.map(|config| config.file.path().to_owned()),
        observed: Arc::new(live::ask(&client, &interview)),
    }))
}
