//! `postgres-exporter-tls`: an exporter that insists on TLS, beside a server that has none.

use std::ops::Range;

use crate::deployment::{Address, ServiceAt};
use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::compose::{Compose, Service};

/// See the module.
pub(in crate::lints) struct PostgresExporterTls;

/// The variable that tells the exporter where the server is.
const SOURCE: &str = "DATA_SOURCE_NAME";

impl Lint for PostgresExporterTls {
    describe!(
        "postgres-exporter-tls",
        Warning,
        "a postgres_exporter that insists on TLS, beside a server that has none"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        for compose in cx.project.compose_files() {
            for service in &compose.services {
                let at = ServiceAt { compose, service };
                if at
                    .program()
                    .is_some_and(|program| program.name == "postgres_exporter")
                {
                    found.extend(self.exporter(compose, service));
                }
            }
        }
    }
}

impl PostgresExporterTls {
    fn exporter(&self, compose: &Compose, service: &Service) -> Option<Diagnostic> {
        let (_, source) = service.environment.iter().find(|(name, _)| name == SOURCE)?;
        let has_mode = source.contains("sslmode=")
            || service.environment_from_elsewhere
            || service.environment.iter().any(|(name, _)| name == "PGSSLMODE");
        let address = Address::read(source);
        if has_mode || !source.contains("://") || !address.is_local_name() {
            return None;
        }
        let named = |one: &&Service| one.hosts.iter().any(|host| host == address.host);
        if compose.services.iter().find(named).is_some_and(may_have_tls) {
            return None;
        }
        let host = address.host;
        let message = format!(
            "postgres_exporter insists on TLS, and {host} has none: `pg_up` stays 0, and nothing is known of the server"
        );
        let joint = if source.contains('?') { '&' } else { '?' };
        let help = format!(
            "Append `{joint}sslmode=disable` where the network is trusted, or give {host} a certificate."
        );
        let finding = Diagnostic::new(
            self.code(),
            self.severity(),
            message,
            &compose.file,
            place(compose, service),
        );
        Some(finding.with_help(help))
    }
}

/// Whether a server may have been given a certificate: it is no plain image, or its command or environment speaks of it.
fn may_have_tls(server: &Service) -> bool {
    let image = server.image.as_ref().map_or("", |image| image.as_str());
    let is_plain = image.split(':').next() == Some("postgres");
    let speaks = |text: &str| text.to_ascii_lowercase().contains("ssl");
    !is_plain
        || server
            .command
            .iter()
            .any(|word| speaks(word.as_str()) || word.as_str().contains("config_file"))
        || server.environment.iter().any(|(name, _)| speaks(name))
}

/// Where the variable stands; the name of the service where it is merged in from elsewhere.
fn place(compose: &Compose, service: &Service) -> Range<usize> {
    let text = compose.file.text().get(service.range.clone()).unwrap_or_default();
    match text.find(SOURCE) {
        Some(at) => {
            let start = service.range.start + at;
            start..start + SOURCE.len()
        }
        None => service.name.whole(&compose.file),
    }
}
