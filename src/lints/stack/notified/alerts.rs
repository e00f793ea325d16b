//! The alerts that an Alertmanager is sent, with what is known of their labels.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::analysis::{LabelFacts, LabelValues};
use crate::deployment::Deployment;
use crate::lints::{Context, Ground, RuleAt};
use crate::model::alertmanager::matcher::Matcher;
use crate::model::alertmanager::{AlertmanagerConfig, Marks};
use crate::model::prometheus::Relabelling;
use crate::model::rules::Expression;
use crate::model::text::Text;

/// An alert with what is known of its labels when it arrives.
pub(super) struct Alert<'p> {
    /// Where it stands.
    pub(super) at: RuleAt<'p>,
    /// Its name.
    pub(super) name: &'p Text,
    /// The labels of which something is known beside the expression.
    set: HashMap<&'p str, LabelValues>,
    expression: &'p Expression,
    ground: Option<&'p Ground<'p>>,
    /// The labels of the expression, found out when one is asked for: most matchers ask for labels that rules set.
    labels: OnceCell<LabelFacts>,
    /// Labels that it is given where it has none of the name.
    external: &'p [(Text, Text)],
}

/// The alerts that an Alertmanager is sent; nothing where that is not known: no configuration of Prometheus beside it
/// sends alerts anywhere, or it changes their labels in ways that are not followed here.
pub(super) fn sent<'p>(cx: &Context<'p>, config: &AlertmanagerConfig) -> Option<Vec<Alert<'p>>> {
    let around = cx.deployments.around(config.file.path());
    let sending = around.filter(|one| {
        one.config
            .alerting
            .as_ref()
            .is_some_and(|to| !to.alertmanagers.is_empty())
    });
    let mut alerts = Vec::new();
    for deployment in sending {
        let relabelling = deployment
            .config
            .alerting
            .as_ref()
            .map_or(&[][..], |to| &to.relabelling);
        if relabelling.iter().any(|step| !is_followed(step)) {
            return None;
        }
        of_deployment(cx, deployment, relabelling, &mut alerts);
    }
    (!alerts.is_empty()).then_some(alerts)
}

/// Whether no more comes of a step than that one label may be anything.
fn is_followed(step: &Relabelling) -> bool {
    let sets_one = ["replace", "hashmod", "lowercase", "uppercase"].contains(&step.action.as_str());
    sets_one && !step.target_label.contains('$') || step.action == "drop" || step.action == "keep"
}

fn of_deployment<'p>(
    cx: &Context<'p>,
    deployment: &Deployment<'p>,
    relabelling: &'p [Relabelling],
    alerts: &mut Vec<Alert<'p>>,
) {
    let catalog = cx.catalog(deployment.config.file.path());
    let ground = cx.grounds.under(deployment.config.file.path());
    for file in cx.project.rule_files() {
        let path = file.file.path();
        if deployment.loads(path) == Some(false) || !std::ptr::eq(cx.catalog(path), catalog) {
            continue;
        }
        for group in &file.groups {
            for rule in &group.rules {
                let (Some(name), Some(expr)) = (&rule.alert, &rule.expr) else {
                    continue;
                };
                let mut set = HashMap::from([("alertname", LabelValues::only(name.as_str()))]);
                for (label, value) in group.labels.iter().chain(&rule.labels) {
                    let values = match value.as_str() {
                        text if text.contains("{{") => LabelValues::any(),
                        text => LabelValues::only(text),
                    };
                    set.insert(label.as_str(), values);
                }
                for step in relabelling.iter().filter(|step| !step.target_label.is_empty()) {
                    set.insert(&step.target_label, LabelValues::any());
                }
                alerts.push(Alert {
                    at: RuleAt { file, group, rule },
                    name,
                    set,
                    expression: expr,
                    ground,
                    labels: OnceCell::new(),
                    external: &deployment.config.external_labels,
                });
            }
        }
    }
}

impl Alert<'_> {
    /// What a label can be.
    pub(super) fn label(&self, name: &str) -> LabelValues {
        let own = match self.set.get(name) {
            Some(values) => values.clone(),
            None => self.labels.get_or_init(|| self.of_expression()).get(name),
        };
        let mut external = self.external.iter();
        match external.find(|(known, _)| known.as_str() == name) {
            Some((_, value)) if own.contains("") => own.or(&LabelValues::only(value.as_str())),
            _ => own,
        }
    }

    fn of_expression(&self) -> LabelFacts {
        let known = self.ground.and_then(|ground| ground.analyse(self.expression));
        known.map_or_else(LabelFacts::any, |known| known.likely.root().labels.clone())
    }

    /// Whether some and whether all of the alerts that come of the rule are taken by matchers.
    pub(super) fn taken(&self, marks: &Marks) -> Taken {
        let each = marks
            .matchers
            .iter()
            .map(|matcher| fits(matcher, &self.label(&matcher.name)));
        let known = each.fold(Taken::ALL, Taken::and);
        Taken {
            all: known.all && !marks.broken,
            ..known
        }
    }
}

/// Whether some and whether all of something are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) some: bool,
    pub(super) all: bool,
}

impl Taken {
    const ALL: Taken = Taken {
        some: true,
        all: true,
    };

    fn and(self, other: Taken) -> Taken {
        Taken {
            some: self.some && other.some,
            all: self.all && other.all,
        }
    }
}

fn fits(matcher: &Matcher, values: &LabelValues) -> Taken {
    match values {
        LabelValues::Among(values) => Taken {
            some: values.iter().any(|value| matcher.matches(value)),
            all: values.iter().all(|value| matcher.matches(value)),
        },
        // All but a few values are possible: what takes one of those only is not known to take any.
        LabelValues::AllBut(_) => {
            let is_one = matcher.op == promql_syntax::ast::MatchOp::Equal;
            Taken {
                some: !is_one || values.contains(&matcher.value),
                all: false,
            }
        }
    }
}
