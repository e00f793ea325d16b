//! What the templates of labels and annotations use, found out once for all lints.

use std::collections::HashMap;

use gotemplate::{TemplateUse, check_alert_template};

use crate::model::rules::{Group, Rule};
use crate::model::text::Text;

/// What the templates of some alerts use.
#[derive(Debug, Default)]
pub struct Templates {
    /// By the address of the text, which does not move while the project is borrowed; plain texts are left out.
    uses: HashMap<usize, TemplateUse>,
    plain: TemplateUse,
}

impl Templates {
    /// Looks at all labels and annotations of alerts, and at the labels of their group.
    pub fn of(group: &Group, rules: &[Rule]) -> Templates {
        let mut uses = HashMap::new();
        let alerts = rules.iter().filter_map(|rule| Some((rule, rule.alert.as_ref()?)));
        for (rule, alert) in alerts {
            for (_, text) in rule.labels.iter().chain(&rule.annotations).chain(&group.labels) {
                if text.as_str().contains("{{") {
                    let used = || check_alert_template(alert.as_str(), text.as_str());
                    uses.entry(address(text)).or_insert_with(used);
                }
            }
        }
        Templates {
            uses,
            plain: TemplateUse::default(),
        }
    }

    /// What a text uses; nothing where it is no template.
    pub fn get(&self, text: &Text) -> &TemplateUse {
        self.uses.get(&address(text)).unwrap_or(&self.plain)
    }
}

fn address(text: &Text) -> usize {
    std::ptr::from_ref(text).addr()
}
