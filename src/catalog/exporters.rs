//! The catalogs that rulecheck brings along, recorded from the real programs, and how those are recognised.

use std::sync::{Arc, OnceLock};

use super::recorded::{self, Recorded};
use crate::source::SourceFile;

/// A program whose metrics are known.
#[derive(Debug)]
pub struct Exporter {
    /// Its name.
    pub name: &'static str,
    /// What images of it are called, without registry, tag and digest.
    images: &'static [&'static str],
    /// The port that it listens on where nothing else is said.
    port: Option<u16>,
    file: &'static str,
    read: OnceLock<Option<Recorded>>,
}

macro_rules! exporter {
    ($name:literal, $images:expr, $port:expr) => {
        Exporter {
            name: $name,
            images: &$images,
            port: $port,
            file: include_str!(concat!("exporters/", $name, ".json")),
            read: OnceLock::new(),
        }
    };
}

/// The programs, in alphabetical order.
static EXPORTERS: [Exporter; 9] = [
    exporter!(
        "alertmanager",
        ["prom/alertmanager", "prometheus/alertmanager"],
        Some(9093)
    ),
    exporter!("client_golang", [""; 0], None),
    exporter!("flower", ["mher/flower"], Some(5555)),
    exporter!(
        "node_exporter",
        ["prom/node-exporter", "prometheus/node-exporter"],
        Some(9100)
    ),
    exporter!(
        "postgres_exporter",
        [
            "prometheuscommunity/postgres-exporter",
            "prometheus-community/postgres-exporter",
            "wrouesnel/postgres_exporter"
        ],
        Some(9187)
    ),
    exporter!("prom-client", [""; 0], None),
    exporter!(
        "prometheus",
        ["prom/prometheus", "prometheus/prometheus"],
        Some(9090)
    ),
    exporter!("prometheus_client", [""; 0], None),
    exporter!(
        "redis_exporter",
        ["oliver006/redis_exporter", "bitnami/redis-exporter"],
        Some(9121)
    ),
];

impl Exporter {
    /// All of them.
    pub fn all() -> &'static [Exporter] {
        &EXPORTERS
    }

    /// The program of this name.
    pub fn named(name: &str) -> Option<&'static Exporter> {
        EXPORTERS.iter().find(|exporter| exporter.name == name)
    }

    /// The program that an image runs.
    pub fn of_image(image: &str) -> Option<&'static Exporter> {
        let bare = image.split('@').next().unwrap_or_default();
        let bare = match bare.rsplit_once('/') {
            Some((path, last)) => format!("{path}/{}", last.split(':').next().unwrap_or_default()),
            None => bare.split(':').next().unwrap_or_default().to_owned(),
        };
        let fits = |known: &&str| bare == **known || bare.ends_with(&format!("/{known}"));
        EXPORTERS
            .iter()
            .find(|exporter| exporter.images.iter().any(&fits))
    }

    /// The program at an address, where its name and its port both say so: `node-exporter:9100`.
    pub fn at(host: &str, port: u16) -> Option<&'static Exporter> {
        let host = host.replace('-', "_");
        EXPORTERS.iter().find(|exporter| {
            exporter.port == Some(port) && host.split('.').next().is_some_and(|h| h.contains(exporter.name))
        })
    }

    /// Its catalog, read when it is first asked for.
    pub fn recorded(&self) -> Option<&Recorded> {
        let read = self.read.get_or_init(|| {
            let file = Arc::new(SourceFile::new(format!("{}.json", self.name), self.file));
            recorded::read(&file, None).ok()
        });
        read.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalog_reads_and_is_written_the_same_again() {
        for exporter in Exporter::all() {
            let recorded = exporter.recorded().expect(exporter.name);
            assert_eq!(recorded.program, exporter.name);
            assert_eq!(recorded::write(recorded), exporter.file, "{}", exporter.name);
        }
    }

    #[test]
    fn programs_are_recognised_by_image_or_address() {
        let name = |exporter: Option<&'static Exporter>| exporter.map(|e| e.name);
        let images = [
            ("oliver006/redis_exporter:latest", Some("redis_exporter")),
            ("quay.io/prometheus/node-exporter@sha256:1", Some("node_exporter")),
            ("docker.io/prom/prometheus", Some("prometheus")),
            ("registry:5000/prom/alertmanager:v1", Some("alertmanager")),
            ("redis:7", None),
            ("my/other-prom/prometheus-config", None),
        ];
        for (image, wanted) in images {
            assert_eq!(name(Exporter::of_image(image)), wanted, "{image}");
        }
        assert_eq!(name(Exporter::at("node-exporter", 9100)), Some("node_exporter"));
        assert_eq!(
            name(Exporter::at("node_exporter.internal", 9100)),
            Some("node_exporter")
        );
        assert_eq!(name(Exporter::at("server-1", 9100)), None);
        assert_eq!(name(Exporter::at("node-exporter", 80)), None);
    }
}
