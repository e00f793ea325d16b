//! What the tests have seen and asserted of each rule.

use crate::diagnostic::Location;

/// All rules with what there is to see of them, in the order of files and lines.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// The rules.
    pub rules: Vec<CoveredRule>,
}

/// A rule and what there is to see of it.
#[derive(Clone, Debug)]
pub struct CoveredRule {
    /// The rule in its file.
    pub place: Location,
    /// The name of its group.
    pub group: String,
    /// The name of the alert or of the recorded metric.
    pub name: String,
    /// Whether it is an alerting rule.
    pub is_alert: bool,
    /// How many tests assert anything that depends on the rule.
    pub tests: usize,
    /// What there is to see.
    pub elements: Vec<Element>,
}

/// Something to see of a rule, or to assert of it.
#[derive(Clone, Debug)]
pub struct Element {
    /// What kind of thing.
    pub kind: ElementKind,
    /// What is missing where no test covers it, as half a sentence.
    pub missing: String,
    /// The piece of the file that it belongs to.
    pub place: Location,
    /// How many tests cover it.
    pub tests: usize,
}

/// The kinds of things to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ElementKind {
    /// It was evaluated with data.
    Evaluated,
    /// Its alert was pending.
    Pending,
    /// Its alert fired.
    Fired,
    /// Its alert resolved.
    Resolved,
    /// That it fires was asserted.
    FiringAsserted,
    /// That it is silent was asserted, with data.
    SilenceAsserted,
    /// A label was asserted.
    Label,
    /// An annotation was asserted.
    Annotation,
    /// It recorded something.
    Recorded,
    /// What it records was asserted, or an alert that depends on it.
    RecordAsserted,
    /// A selector found samples.
    Selected,
    /// A matcher kept a series out.
    Matcher,
    /// A comparison held, or did not.
    Comparison,
    /// A side of `and`, `or` or `unless` decided.
    Operand,
    /// `absent` found nothing, or something.
    Absence,
}

impl ElementKind {
    /// Its name in documents for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            ElementKind::Evaluated => "evaluated",
            ElementKind::Pending => "pending",
            ElementKind::Fired => "fired",
            ElementKind::Resolved => "resolved",
            ElementKind::FiringAsserted => "firing-asserted",
            ElementKind::SilenceAsserted => "silence-asserted",
            ElementKind::Label => "label",
            ElementKind::Annotation => "annotation",
            ElementKind::Recorded => "recorded",
            ElementKind::RecordAsserted => "record-asserted",
            ElementKind::Selected => "selected",
            ElementKind::Matcher => "matcher",
            ElementKind::Comparison => "comparison",
            ElementKind::Operand => "operand",
            ElementKind::Absence => "absence",
        }
    }

    /// Whether the whole line is covered by it, rather than one way that its evaluation may go.
    pub fn is_line(self) -> bool {
        matches!(
            self,
            ElementKind::Evaluated | ElementKind::Pending | ElementKind::Label | ElementKind::Annotation
        )
    }
}

/// Elements in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoverageTally {
    /// Those that a test covers.
    pub covered: usize,
    /// All of them.
    pub all: usize,
}

impl CoverageTally {
    /// Which part is covered, in percent; all of it where there is nothing.
    pub fn percent(&self) -> f64 {
        match self.all {
            0 => 100.0,
            all => self.covered as f64 / all as f64 * 100.0,
        }
    }
}

impl std::iter::Sum for CoverageTally {
    fn sum<I: Iterator<Item = CoverageTally>>(tallies: I) -> CoverageTally {
        tallies.fold(CoverageTally::default(), |a, b| CoverageTally {
            covered: a.covered + b.covered,
            all: a.all + b.all,
        })
    }
}

impl CoveredRule {
    /// Its elements in numbers.
    pub fn tally(&self) -> CoverageTally {
        CoverageTally {
            covered: self.elements.iter().filter(|element| element.tests > 0).count(),
            all: self.elements.len(),
        }
    }
}

impl Coverage {
    /// All elements in numbers.
    pub fn tally(&self) -> CoverageTally {
        self.rules.iter().map(CoveredRule::tally).sum()
    }
}

impl Element {
    /// The line that it is on, from 1.
    pub fn line(&self) -> usize {
        self.place.file.line_column(self.place.range.start).line
    }
}
