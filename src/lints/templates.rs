//! What the templates of labels and annotations use, found out once for all lints.

use std::collections::HashMap;

use gotemplate::{TemplateUse, check_alert_template};
use rayon::prelude::*;

use crate::model::rules::RuleFile;
use crate::model::text::Text;
use crate::project::Project;

/// What the templates of a project's alerts use.
#[derive(Debug, Default)]
pub struct Templates {
    /// By the address of the text, which does not move while the project is borrowed; plain texts are left out.
    uses: HashMap<usize, TemplateUse>,
    plain: TemplateUse,
}

impl Templates {
    /// Looks at all labels and annotations of alerts, and at the labels of their groups.
    pub fn of(project: &Project) -> Templates {
        let files: Vec<&RuleFile> = project.rule_files().collect();
        let uses = files.into_par_iter().flat_map_iter(of_file).collect();
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

fn of_file(file: &RuleFile) -> Vec<(usize, TemplateUse)> {
    let mut uses = Vec::new();
    for group in &file.groups {
        let alerts = group
            .rules
            .iter()
            .filter_map(|rule| Some((rule, rule.alert.as_ref()?)));
        for (rule, alert) in alerts {
            for (_, text) in rule.labels.iter().chain(&rule.annotations).chain(&group.labels) {
                if text.as_str().contains("{{") {
                    uses.push((address(text), check_alert_template(alert.as_str(), text.as_str())));
                }
            }
        }
    }
    uses
}

fn address(text: &Text) -> usize {
    std::ptr::from_ref(text).addr()
}
