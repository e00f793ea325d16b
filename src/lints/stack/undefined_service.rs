//! `undefined-service`: a service that is started after one that no compose file defines.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::lints::{Context, Lint, describe};
use crate::model::compose::Compose;
use crate::model::reader::nearest;

/// See the module.
pub(in crate::lints) struct UndefinedService;

impl Lint for UndefinedService {
    describe!(
        "undefined-service",
        Warning,
        "a service that depends on one that no compose file beside it defines"
    );

    fn looks_beyond(&self) -> bool {
        true
    }

    fn project(&self, cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
        // Files of one folder may be given to Compose together.
        let mut folders: HashMap<&Path, Vec<&Compose>> = HashMap::new();
        for compose in cx.project.compose_files() {
            let folder = compose.file.path().parent().unwrap_or(Path::new(""));
            folders.entry(folder).or_default().push(compose);
        }
        for composes in folders.values() {
            if composes.iter().any(|compose| compose.includes_others) {
                continue;
            }
            let names = composes.iter().flat_map(|compose| &compose.services);
            let names: HashSet<&str> = names.map(|service| service.name.as_str()).collect();
            for compose in composes {
                self.compose(compose, &names, found);
            }
        }
    }
}

impl UndefinedService {
    fn compose(&self, compose: &Compose, names: &HashSet<&str>, found: &mut Vec<Diagnostic>) {
        for service in &compose.services {
            let needed = service.depends_on.iter();
            for name in needed.filter(|name| !names.contains(name.as_str())) {
                let message = format!(
                    "{} depends on {}, which no compose file here defines: Compose refuses to start anything",
                    service.name.as_str(),
                    name.as_str()
                );
                let others = names
                    .iter()
                    .copied()
                    .filter(|other| *other != service.name.as_str());
                let mut others: Vec<&str> = others.collect();
                others.sort_unstable();
                let near = nearest(name.as_str(), &others);
                let help = match near {
                    Some(near) => format!("Did you mean {near}?"),
                    None => "Define the service, or give Compose the file that does, too.".to_owned(),
                };
                let range = name.whole(&compose.file);
                let finding = Diagnostic::new(self.code(), self.severity(), message, &compose.file, range);
                found.push(finding.with_help(help));
            }
        }
    }
}
