//! What is started together: each configuration of Prometheus in a project with the services around it, and the files
//! that it sees there.
//!
//! A compose file belongs to the configuration that is nearest to it in the tree of folders. This room knows documents
//! and whether files are there; it knows nothing of what is right or wrong.

mod address;
mod paths;
mod rule_files;
mod view;

use std::collections::HashMap;
use std::path::Path;

pub use address::Address;
pub use paths::normal;
pub use rule_files::RuleGlob;
pub use view::View;

use crate::catalog::Exporter;
use crate::model::compose::{Compose, Service};
use crate::model::prometheus::PrometheusConfig;
use crate::project::Project;

/// The deployments of a project, one for each configuration of Prometheus, in the order of the files.
#[derive(Debug, Default)]
pub struct Deployments<'p> {
    all: Vec<Deployment<'p>>,
}

/// A configuration of Prometheus with what is around it.
#[derive(Debug)]
pub struct Deployment<'p> {
    /// The configuration.
    pub config: &'p PrometheusConfig,
    /// The compose files that belong to it.
    pub composes: Vec<&'p Compose>,
    /// The service that runs this Prometheus, where one is known to.
    pub server: Option<ServiceAt<'p>>,
    /// How Prometheus sees the files of the project.
    pub view: View,
    /// The globs of rule files with what they name.
    pub rule_globs: Vec<RuleGlob<'p>>,
    services: HashMap<&'p str, ServiceAt<'p>>,
}

/// A service where it stands.
#[derive(Clone, Copy, Debug)]
pub struct ServiceAt<'p> {
    /// Its file.
    pub compose: &'p Compose,
    /// The service.
    pub service: &'p Service,
}

impl<'p> Deployments<'p> {
    /// Finds out what is started together.
    pub fn of(project: &'p Project) -> Deployments<'p> {
        let configs: Vec<&PrometheusConfig> = project.prometheus_configs().collect();
        let folders: Vec<&Path> = configs
            .iter()
            .map(|config| paths::folder(config.file.path()))
            .collect();
        let mut composes: Vec<Vec<&Compose>> = vec![Vec::new(); configs.len()];
        for compose in project.compose_files() {
            for at in paths::nearest(&folders, compose.file.path()) {
                composes[at].push(compose);
            }
        }
        let all = configs.into_iter().zip(composes);
        Deployments {
            all: all
                .map(|(config, composes)| Deployment::new(config, composes))
                .collect(),
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Deployment<'p>> {
        self.all.iter()
    }

    /// Those that a file belongs to: several, where it is as near to one configuration as to the other.
    pub fn around<'d>(&'d self, path: &Path) -> impl Iterator<Item = &'d Deployment<'p>> + use<'d, 'p> {
        let folders: Vec<&Path> = self
            .all
            .iter()
            .map(|one| paths::folder(one.config.file.path()))
            .collect();
        paths::nearest(&folders, path).into_iter().map(|at| &self.all[at])
    }
}

impl<'p> Deployment<'p> {
    fn new(config: &'p PrometheusConfig, composes: Vec<&'p Compose>) -> Deployment<'p> {
        let mut services = HashMap::new();
        for compose in &composes {
            for service in &compose.services {
                for host in &service.hosts {
                    let at = ServiceAt { compose, service };
                    services.entry(host.as_str()).or_insert(at);
                }
            }
        }
        let (server, view) = view::of(config, &composes);
        Deployment {
            rule_globs: rule_files::globs(config, &view),
            config,
            composes,
            server,
            view,
            services,
        }
    }

    /// The service that goes by a host name.
    pub fn service(&self, host: &str) -> Option<ServiceAt<'p>> {
        self.services.get(host).copied()
    }

    /// The names that services go by.
    pub fn hosts(&self) -> impl Iterator<Item = &'p str> {
        self.services.keys().copied()
    }

    /// Whether all hosts without a dot in their names that Prometheus can reach are known: it runs beside these
    /// services, and nothing brings in others.
    pub fn knows_hosts(&self) -> bool {
        let open = |compose: &&Compose| compose.includes_others || compose.joins_others;
        let shares = |server: &ServiceAt<'_>| server.service.shares_network;
        self.server.is_some_and(|server| !shares(&server)) && !self.composes.iter().any(open)
    }
}

impl ServiceAt<'_> {
    /// The program that the image is known to run.
    pub fn program(&self) -> Option<&'static Exporter> {
        Exporter::of_image(self.service.image.as_ref()?.as_str())
    }

    /// The value of a flag of its command: `--config.file=…`.
    pub fn flag(&self, name: &str) -> Option<&str> {
        let words = self.service.command.iter().map(|word| word.as_str());
        let mut words = words.flat_map(str::split_whitespace);
        while let Some(word) = words.next() {
            let bare = word.trim_start_matches('-');
            if bare == name {
                return words.next();
            }
            if let Some(value) = bare.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
                return Some(value.trim_matches(['\'', '"']));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
