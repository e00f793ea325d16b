//! The catalogs that rulecheck brings along, recorded from the real programs, and how those are recognised.

use std::collections::{HashMap, HashSet};
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
    /// What the names begin with of metrics that it exposes only where it is told to, or on other systems than the
    /// one that its catalog was recorded on.
    optional: &'static [&'static str],
    file: &'static str,
    read: OnceLock<Option<Recorded>>,
}

macro_rules! exporter {
    ($name:literal, $images:expr, $port:expr, $optional:expr) => {
        Exporter {
            name: $name,
            images: &$images,
            port: $port,
            optional: &$optional,
            file: include_str!(concat!("exporters/", $name, ".json")),
            read: OnceLock::new(),
        }
    };
}

/// Of collectors that are off by default, and of macOS.
const NODE: [&str; 18] = [
    "node_devstat_",
    "node_ethtool_",
    "node_logind_",
    "node_memory_compressed_bytes",
    "node_memory_internal_bytes",
    "node_memory_numa_",
    "node_memory_purgeable_bytes",
    "node_memory_swap_",
    "node_memory_total_bytes",
    "node_memory_wired_bytes",
    "node_network_route",
    "node_ntp_",
    "node_perf_",
    "node_runit_",
    "node_supervisord_",
    "node_systemd_",
    "node_tcp_connection_states",
    "node_xfrm_",
];

/// Of remote storage, and of the ways in which targets are found.
const PROMETHEUS: [&str; 3] = [
    "prometheus_remote_storage_",
    "prometheus_sd_",
    "prometheus_wal_watcher_",
];

/// Of what flags ask for, and of clusters and sentinels.
const REDIS: [&str; 9] = [
    "redis_client_",
    "redis_cluster_",
    "redis_count_",
    "redis_key_",
    "redis_keys_count",
    "redis_script_",
    "redis_sentinel_",
    "redis_stream_",
    "redis_total_system_memory_bytes",
];

/// The programs, in alphabetical order.
static EXPORTERS: [Exporter; 9] = [
    exporter!(
        "alertmanager",
        ["prom/alertmanager", "prometheus/alertmanager"],
        Some(9093),
        [""; 0]
    ),
    exporter!("client_golang", [""; 0], None, [""; 0]),
    exporter!("flower", ["mher/flower"], Some(5555), [""; 0]),
    exporter!(
        "node_exporter",
        ["prom/node-exporter", "prometheus/node-exporter"],
        Some(9100),
        NODE
    ),
    exporter!(
        "postgres_exporter",
        [
            "prometheuscommunity/postgres-exporter",
            "prometheus-community/postgres-exporter",
            "wrouesnel/postgres_exporter"
        ],
        Some(9187),
        [
            "pg_stat_statements_",
            "pg_stat_wal_receiver_",
            "pg_xlog_location",
            "pg_buffercache_"
        ]
    ),
    exporter!("prom-client", [""; 0], None, [""; 0]),
    exporter!(
        "prometheus",
        ["prom/prometheus", "prometheus/prometheus"],
        Some(9090),
        PROMETHEUS
    ),
    exporter!("prometheus_client", [""; 0], None, [""; 0]),
    exporter!(
        "redis_exporter",
        ["oliver006/redis_exporter", "bitnami/redis-exporter"],
        Some(9121),
        REDIS
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

    /// The port that it listens on where nothing else is said.
    pub fn port(&self) -> Option<u16> {
        self.port
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

    /// Whether some program exposes such a metric where it is told to, or on some systems.
    pub fn is_optional(metric: &str) -> bool {
        let mut optional = EXPORTERS.iter().flat_map(|exporter| exporter.optional);
        optional.any(|beginning| metric.starts_with(beginning))
    }

    /// The program that exposes series of this name, those left out whose metrics every program has.
    pub fn exposing(series: &str) -> Option<&'static Exporter> {
        static NAMES: OnceLock<HashMap<String, &'static Exporter>> = OnceLock::new();
        let names = NAMES.get_or_init(|| {
            let programs = EXPORTERS.iter().filter(|exporter| exporter.port.is_some());
            let metrics = programs.flat_map(|exporter| {
                let metrics = exporter.recorded().map_or(&[][..], |recorded| &recorded.metrics);
                metrics.iter().map(move |metric| (metric, exporter))
            });
            let libraries = EXPORTERS.iter().filter(|exporter| exporter.port.is_none());
            let common: HashSet<&str> = libraries
                .filter_map(Exporter::recorded)
                .flat_map(|recorded| &recorded.metrics)
                .map(|metric| metric.name.as_str())
                .collect();
            let own = metrics.filter(|(metric, _)| !common.contains(metric.name.as_str()));
            own.flat_map(|(metric, exporter)| {
                let series = metric.series().into_iter();
                series.map(move |series| (series.name, exporter))
            })
            .collect()
        });
        names.get(series).copied()
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
