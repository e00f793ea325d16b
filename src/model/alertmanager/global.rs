//! What all receivers share.

use crate::model::reader::{Fields, Reader, codes};
use crate::model::shapes::http::TLS;
use crate::model::shapes::{self, Demand, Shape, check_demands};
use crate::source::Node;

const FIELDS: &[(&str, Shape)] = &[
    ("resolve_timeout", Shape::Duration),
    ("http_config", Shape::Http),
    ("jira_api_url", Shape::Url),
    ("smtp_from", Shape::Text),
    ("smtp_hello", Shape::Text),
    ("smtp_smarthost", Shape::Address),
    ("smtp_auth_username", Shape::Text),
    ("smtp_auth_password", Shape::Text),
    ("smtp_auth_password_file", Shape::Text),
    ("smtp_auth_secret", Shape::Text),
    ("smtp_auth_secret_file", Shape::Text),
    ("smtp_auth_identity", Shape::Text),
    ("smtp_require_tls", Shape::Switch),
    ("smtp_tls_config", TLS),
    ("smtp_force_implicit_tls", Shape::Switch),
    ("slack_api_url", Shape::Url),
    ("slack_api_url_file", Shape::Text),
    ("slack_app_token", Shape::Text),
    ("slack_app_token_file", Shape::Text),
    ("slack_app_url", Shape::Url),
    ("pagerduty_url", Shape::Url),
    ("opsgenie_api_url", Shape::Url),
    ("opsgenie_api_key", Shape::Text),
    ("opsgenie_api_key_file", Shape::Text),
    ("wechat_api_url", Shape::Url),
    ("wechat_api_secret", Shape::Text),
    ("wechat_api_secret_file", Shape::Text),
    ("wechat_api_corp_id", Shape::Text),
    ("victorops_api_url", Shape::Url),
    ("victorops_api_key", Shape::Text),
    ("victorops_api_key_file", Shape::Text),
    ("telegram_api_url", Shape::Url),
    ("telegram_bot_token", Shape::Text),
    ("telegram_bot_token_file", Shape::Text),
    ("webex_api_url", Shape::Url),
    ("rocketchat_api_url", Shape::Url),
    ("rocketchat_token", Shape::Text),
    ("rocketchat_token_file", Shape::Text),
    ("rocketchat_token_id", Shape::Text),
    ("rocketchat_token_id_file", Shape::Text),
    ("mattermost_webhook_url", Shape::Url),
    ("mattermost_webhook_url_file", Shape::Text),
];

const DEMANDS: &[Demand] = &[
    Demand::AtMostOne(&["slack_app_token"], &["slack_app_token_file"]),
    Demand::AtMostOne(&["slack_api_url"], &["slack_api_url_file"]),
    Demand::AtMostOne(&["opsgenie_api_key"], &["opsgenie_api_key_file"]),
    Demand::AtMostOne(&["victorops_api_key"], &["victorops_api_key_file"]),
    Demand::AtMostOne(&["telegram_bot_token"], &["telegram_bot_token_file"]),
    Demand::AtMostOne(&["smtp_auth_password"], &["smtp_auth_password_file"]),
    Demand::AtMostOne(&["rocketchat_token"], &["rocketchat_token_file"]),
    Demand::AtMostOne(&["rocketchat_token_id"], &["rocketchat_token_id_file"]),
    Demand::AtMostOne(&["smtp_auth_secret"], &["smtp_auth_secret_file"]),
    Demand::AtMostOne(&["wechat_api_secret"], &["wechat_api_secret_file"]),
    Demand::AtMostOne(&["mattermost_webhook_url"], &["mattermost_webhook_url_file"]),
];

/// What the address of Slack's method is where nothing else is written.
const SLACK_APP_URL: &str = "https://slack.com/api/chat.postMessage";

/// The section `global`.
pub(super) struct Global<'n> {
    fields: Option<Fields<'n>>,
}

impl Global<'_> {
    /// Whether a field is written with nothing in it, which takes its default away.
    pub(super) fn clears(&self, key: &str) -> bool {
        let written = self.fields.as_ref().and_then(|fields| fields.get(key));
        written.is_some_and(Node::is_null)
    }

    /// Whether a field is filled.
    pub(super) fn has(&self, key: &str) -> bool {
        self.fields
            .as_ref()
            .is_some_and(|fields| shapes::is_filled(fields, key))
    }
}

/// Reads the section.
pub(super) fn read<'n>(reader: &mut Reader<'_>, node: Option<&'n Node>) -> Global<'n> {
    let Some(node) = node else {
        return Global { fields: None };
    };
    let fields = shapes::read_mapping(reader, node, "`global`", FIELDS);
    let global = Global { fields };
    if let Some(fields) = &global.fields {
        check_demands(reader, fields, "`global`", DEMANDS);
        check_slack(reader, fields, &global);
    }
    global
}

/// A token and an address exclude each other, unless the address is the one that goes with the token.
fn check_slack(reader: &mut Reader<'_>, fields: &Fields<'_>, global: &Global<'_>) {
    let text = |key: &str| fields.get(key).and_then(Node::as_str);
    let token = global.has("slack_app_token") || global.has("slack_app_token_file");
    let address = global.has("slack_api_url") || global.has("slack_api_url_file");
    let is_that_of_the_token = text("slack_api_url") == Some(text("slack_app_url").unwrap_or(SLACK_APP_URL));
    if token && address && !is_that_of_the_token {
        let message = "at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file \
                       must be configured: Alertmanager refuses the file";
        let help = "Remove one of the two.";
        reader.error(codes::INVALID_VALUE, fields.range.clone(), message, help);
    }
}
