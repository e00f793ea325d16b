//! Runs the lints over a project: over its pieces, each on its own, and over the whole.

mod units;

use std::collections::HashMap;
use std::path::Path;

use jiff::ZonedDateTime;
use jiff::civil::Date;
use rayon::prelude::*;

use super::{Analyses, Context, Grounds, Levels, Lint, REGISTRY, Recordings, Templates, codes, suppress};
use crate::catalog::Catalogs;
use crate::deployment::Deployments;
use crate::diagnostic::Diagnostic;
use crate::model::rules::Expression;
use crate::model::settings::Settings;
use crate::project::Project;
use units::Unit;

/// How lints are run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The settings of the repository.
    pub settings: Settings,
    /// What they make of the lints.
    pub levels: Levels,
    /// Whether the project is all that there is, rather than files that were named.
    pub whole: bool,
}

/// Runs all lints. Findings come in the order of files and places, those of reading among them; what is known is left
/// out.
pub fn run(project: &Project, catalogs: &Catalogs, options: &Options) -> Vec<Diagnostic> {
    let whole = Whole {
        project,
        options,
        catalogs,
        deployments: &Deployments::of(project),
        recordings: &Recordings::of(project, catalogs),
        grounds: &Grounds::of(project, catalogs),
        today: ZonedDateTime::now().date(),
    };
    let on = REGISTRY
        .iter()
        .copied()
        .filter(|lint| !options.levels.is_off(lint.code()));
    let mut found = run_these(&on.collect::<Vec<_>>(), &whole);
    found.retain(|finding| !options.levels.is_off(finding.code));
    suppress::apply(
        &whole.context(Analyses::default(), Templates::default()),
        &mut found,
    );
    for finding in &mut found {
        if let Some(Some(severity)) = options.levels.level(finding.code) {
            finding.severity = severity;
        }
    }
    sort(project, &mut found);
    found
}

/// Finds only what Prometheus, promtool or rulecheck's own tests refuse.
pub fn refusals(project: &Project) -> Vec<Diagnostic> {
    let refusing = REGISTRY.iter().copied().filter(|lint| lint.is_refusal());
    let (options, catalogs) = (Options::default(), Catalogs::default());
    let whole = Whole {
        project,
        options: &options,
        catalogs: &catalogs,
        deployments: &Deployments::default(),
        recordings: &Recordings::default(),
        grounds: &Grounds::default(),
        today: Date::default(),
    };
    let mut found = run_these(&refusing.collect::<Vec<_>>(), &whole);
    sort(project, &mut found);
    found
}

/// What is known of the project as a whole.
struct Whole<'p> {
    project: &'p Project,
    options: &'p Options,
    catalogs: &'p Catalogs,
    deployments: &'p Deployments<'p>,
    recordings: &'p Recordings<'p>,
    /// Empty where nothing is to be found out about expressions.
    grounds: &'p Grounds<'p>,
    today: Date,
}

impl<'p> Whole<'p> {
    /// What is found out about some expressions of a file.
    fn analyses(&self, file: &Path, expressions: impl Iterator<Item = &'p Expression>) -> Analyses<'p> {
        match self.grounds.under(file) {
            Some(ground) => Analyses::of(expressions, ground),
            None => Analyses::default(),
        }
    }

    /// What lints can look at that look at a piece of which this was found out.
    fn context(&self, analyses: Analyses<'p>, templates: Templates) -> Context<'p> {
        Context {
            project: self.project,
            settings: &self.options.settings,
            levels: &self.options.levels,
            whole: self.options.whole,
            catalogs: self.catalogs,
            deployments: self.deployments,
            recordings: self.recordings,
            grounds: self.grounds,
            templates,
            analyses,
            today: self.today,
        }
    }
}

fn run_these(lints: &[&dyn Lint], whole: &Whole<'_>) -> Vec<Diagnostic> {
    let of_units = || {
        let units = Unit::all(whole.project).into_par_iter();
        units.map(|unit| unit.look(lints, whole)).collect::<Vec<_>>()
    };
    let of_project = || {
        let cx = whole.context(Analyses::default(), Templates::default());
        let mut found = Vec::new();
        lints.iter().for_each(|lint| lint.project(&cx, &mut found));
        found
    };
    let (of_units, of_project) = rayon::join(of_units, of_project);
    let of_reading = whole.project.files.iter().flat_map(|file| &file.diagnostics);
    let mut found: Vec<Diagnostic> = of_reading.cloned().collect();
    found.extend(of_units.into_iter().flatten());
    found.extend(of_project);
    found
}

/// Puts findings into the order of files and places; where they are the same, into that of the codes.
fn sort(project: &Project, found: &mut [Diagnostic]) {
    let files = project.files.iter().enumerate();
    let files: HashMap<&Path, usize> = files.map(|(number, file)| (file.source.path(), number)).collect();
    let codes: HashMap<&str, usize> = codes().enumerate().map(|(at, code)| (code.code, at)).collect();
    found.sort_by_cached_key(|finding| {
        let location = &finding.primary.location;
        let path = location.file.path();
        // Source is not numbered.
        let (number, path) = match files.get(path) {
            Some(number) => (*number, None),
            None => (usize::MAX, Some(path.to_owned())),
        };
        (
            number,
            path,
            location.range.start,
            codes.get(finding.code).copied(),
        )
    });
}
