//! Who is notified of the alerts that fire at a time: where the tree leads, unless another alert inhibits them or the
//! route is silent then. Whether a notification is sent at that very moment is not asked.

use promql_engine::Labels;

use super::{Receivers, at, is_about, list, shown, subject};
use crate::model::text::Text;
use crate::model::unit_tests::ReceiversTest;
use crate::outcome::Failure;
use crate::replay::routing::inhibition::{Inhibition, Inhibitor};
use crate::replay::routing::silence::{Muted, muted};

/// An alert that fires, and what becomes of it.
struct Way {
    labels: Labels,
    inhibition: Option<Inhibition>,
    /// Where the tree leads, and why the route is silent there.
    ends: Vec<(usize, Option<Muted>)>,
}

impl Receivers<'_> {
    /// Judges `exp_receivers`, `exp_inhibited_by` and `exp_muted_by`.
    pub(super) fn judge_told(&self, test: &ReceiversTest) -> Vec<Failure> {
        if test.exp_receivers.is_none() && test.exp_inhibited_by.is_none() && test.exp_muted_by.is_none() {
            return Vec::new();
        }
        if let Some(message) = self.misspelt(test) {
            return vec![self.failure(test, message)];
        }
        let ways = self.ways(test);
        if ways.is_empty() {
            return self.judge_silence(test).into_iter().collect();
        }
        let wrong = ways.iter().filter_map(|way| self.judge_way(test, way));
        wrong.map(|message| self.failure(test, message)).collect()
    }

    /// A name that the configuration does not know.
    fn misspelt(&self, test: &ReceiversTest) -> Option<String> {
        let receivers = test.exp_receivers.iter().flatten();
        receivers.into_iter().find_map(|name| self.unknown(name))
    }

    /// What becomes of the alerts that fire at the time of the assertion and that it is about.
    fn ways(&self, test: &ReceiversTest) -> Vec<Way> {
        let moment = self.moment(test);
        let firing = self.history.firing_at(moment);
        let mut inhibitor = Inhibitor::new(&self.config.inhibit_rules);
        firing.iter().for_each(|labels| inhibitor.update(labels, true));
        let about = firing
            .into_iter()
            .filter(|labels| is_about(test.alert.as_ref(), labels));
        about
            .map(|labels| {
                let ends = self.tree.ends(&labels).into_iter();
                let silent = |end: usize| muted(self.config, self.tree.nodes[end].route, moment);
                Way {
                    inhibition: inhibitor.inhibition(&labels),
                    ends: ends.map(|end| (end, silent(end))).collect(),
                    labels,
                }
            })
            .collect()
    }

    /// Where no alert fires nobody is notified, which may be what is expected.
    fn judge_silence(&self, test: &ReceiversTest) -> Option<Failure> {
        let nobody = test.exp_receivers.as_ref().is_some_and(Vec::is_empty);
        let no_reason = test.exp_inhibited_by.is_none() && test.exp_muted_by.is_none();
        if nobody && no_reason {
            return None;
        }
        let expected = expected(test);
        let what = match test.alert.as_ref().filter(|alert| alert.name.is_some()) {
            Some(_) => format!("{} does not fire {}", subject(test.alert.as_ref()), at(test)),
            None => format!("no alert fires {}", at(test)),
        };
        Some(self.failure(
            test,
            format!("{what}, so that nobody is notified: expected {expected}"),
        ))
    }

    /// What is wrong with the receivers of an alert, with the way that leads to them.
    fn judge_way(&self, test: &ReceiversTest, way: &Way) -> Option<String> {
        let told = self.told(way);
        let holds = test.exp_receivers.as_ref().is_none_or(|expected| {
            let mut expected: Vec<&str> = expected.iter().map(Text::as_str).collect();
            expected.sort_unstable();
            expected.dedup();
            expected == told
        });
        let inhibited = test.exp_inhibited_by.as_ref().is_none_or(|source| {
            let inhibition = way.inhibition.as_ref();
            inhibition.is_some_and(|inhibition| is_about(Some(source), &inhibition.source))
        });
        let silent = test.exp_muted_by.as_ref().is_none_or(|name| {
            way.ends.iter().all(|(_, muted)| match muted {
                Some(Muted::During(interval)) => interval == name.as_str(),
                Some(Muted::Outside(intervals)) => intervals.iter().any(|i| i == name.as_str()),
                None => false,
            })
        });
        if holds && inhibited && silent {
            return None;
        }
        let mut message = format!(
            "{} {}: {} notified, expected {}",
            shown(&way.labels),
            at(test),
            match told.len() {
                0 | 1 => format!("{} is", list(&told)),
                _ => format!("{} are", list(&told)),
            },
            expected(test)
        );
        for line in self.explain(way) {
            message.push_str(&format!("\n  {line}"));
        }
        Some(message)
    }

    /// Who is notified, sorted, each once.
    fn told(&self, way: &Way) -> Vec<&str> {
        if way.inhibition.is_some() {
            return Vec::new();
        }
        let loud = way.ends.iter().filter(|(_, muted)| muted.is_none());
        let mut told: Vec<&str> = loud.map(|(end, _)| self.tree.nodes[*end].receiver).collect();
        told.sort_unstable();
        told.dedup();
        told
    }

    /// Why it is them: what inhibits the alert, and the ways through the tree.
    fn explain(&self, way: &Way) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(inhibition) = &way.inhibition {
            let rule = &self.config.inhibit_rules[inhibition.rule];
            lines.push(format!(
                "it is inhibited by {} by the inhibit rule at {}",
                shown(&inhibition.source),
                self.place(rule.range.start)
            ));
        }
        for (end, muted) in &way.ends {
            let path = self.tree.path(*end).into_iter();
            let steps: Vec<String> = path
                .map(|number| {
                    let route = self.tree.nodes[number].route;
                    let place = self.place(route.range.start);
                    match route.marks.matchers.is_empty() {
                        true => place,
                        false => format!("{place} {}", route.marks.text()),
                    }
                })
                .collect();
            let silence = match muted {
                None => String::new(),
                Some(Muted::During(name)) => format!(", which is silent during {name}"),
                Some(Muted::Outside(names)) => format!(", which is silent outside of {}", names.join(", ")),
            };
            let receiver = self.tree.nodes[*end].receiver;
            lines.push(format!("{} → {receiver}{silence}", steps.join(" → ")));
        }
        lines
    }
}

/// What is expected, as text.
fn expected(test: &ReceiversTest) -> String {
    let mut parts = Vec::new();
    if let Some(names) = &test.exp_receivers {
        let names: Vec<&str> = names.iter().map(Text::as_str).collect();
        parts.push(list(&names));
    }
    if let Some(source) = &test.exp_inhibited_by {
        parts.push(format!("it to be inhibited by {}", source.text.as_str()));
    }
    if let Some(name) = &test.exp_muted_by {
        parts.push(format!("silence because of {}", name.as_str()));
    }
    parts.join(", ")
}
