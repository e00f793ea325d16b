//! The notifications that are sent up to a time beside those that are expected.

use promql_engine::Labels;

use super::{Receivers, is_about, list, shown, subject};
use crate::model::text::Text;
use crate::model::unit_tests::{AlertSelector, ExpectedNotification, ReceiversTest};
use crate::outcome::Failure;
use crate::replay::compare::duration;
use crate::replay::routing::dispatch::{Notification, Reason};

/// What one receiver is told of a group at one time, by all of its integrations that have something to say.
struct Message<'n> {
    at_ms: i64,
    receiver: &'n str,
    group: &'n Labels,
    reason: Reason,
    /// The integrations with what each says.
    by: Vec<&'n Notification>,
}

impl Receivers<'_> {
    /// Judges `exp_notifications`.
    pub(super) fn judge_sent(&self, test: &ReceiversTest) -> Option<Failure> {
        let expected = test.exp_notifications.as_ref()?;
        if let Some(message) = expected.iter().find_map(|n| self.unknown(&n.receiver)) {
            return Some(self.failure(test, message));
        }
        let all = self.notifications(self.moment(test));
        let messages = messages(&all, test.alert.as_ref());
        let fits = |message: &Message<'_>, expected: &ExpectedNotification| self.fits(message, expected);
        let agree = messages.len() == expected.len()
            && messages
                .iter()
                .zip(expected)
                .all(|(message, expected)| fits(message, expected));
        if agree {
            return None;
        }
        let what = difference(test, messages.len(), expected.len());
        let mut failure = self.failure(test, what);
        // One that is as expected is shown alike on both sides.
        let mut taken = vec![false; messages.len()];
        let expected = expected.iter().map(|expected| {
            let mut free = messages.iter().zip(&mut taken).filter(|(_, taken)| !**taken);
            match free.find(|(message, _)| fits(message, expected)) {
                Some((message, taken)) => {
                    *taken = true;
                    self.text(message)
                }
                None => expected_text(expected),
            }
        });
        let none = || "no notification is sent\n".to_owned();
        let or_none = |text: String| if text.is_empty() { none() } else { text };
        failure.expected = Some(or_none(expected.collect()));
        failure.actual = Some(or_none(messages.iter().map(|m| self.text(m)).collect()));
        Some(failure)
    }

    fn fits(&self, message: &Message<'_>, expected: &ExpectedNotification) -> bool {
        let by: Vec<&&Notification> = message
            .by
            .iter()
            .filter(|n| {
                let wanted = expected.integration.as_ref();
                wanted.is_none_or(|kind| kind.as_str() == n.integration.0)
            })
            .collect();
        let group = expected.group_labels.as_ref().is_none_or(|wanted| {
            let wanted = wanted.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            Labels::new(wanted) == *message.group
        });
        let alerts = |selectors: &Option<Vec<AlertSelector>>, of: fn(&Notification) -> &[Labels]| {
            selectors
                .as_ref()
                .is_none_or(|selectors| by.iter().any(|n| all_fit(of(n), selectors)))
        };
        message.at_ms - self.start_ms == expected.at.value
            && message.receiver == expected.receiver.as_str()
            && !by.is_empty()
            && group
            && alerts(&expected.firing, |n| &n.firing)
            && alerts(&expected.resolved, |n| &n.resolved)
    }

    fn text(&self, message: &Message<'_>) -> String {
        let mut text = format!(
            "{} {}: {}\n",
            duration(message.at_ms - self.start_ms),
            message.receiver,
            message.reason.as_str()
        );
        if !message.group.is_empty() {
            text.push_str(&format!("  group {}\n", message.group.metric_form()));
        }
        let alike = message
            .by
            .windows(2)
            .all(|pair| (&pair[0].firing, &pair[0].resolved) == (&pair[1].firing, &pair[1].resolved));
        let shown_by = if alike { &message.by[..1] } else { &message.by[..] };
        let kinds: Vec<&str> = message.by.iter().map(|n| n.integration.0).collect();
        if alike {
            text.push_str(&format!("  by {}\n", list(&kinds)));
        }
        for notification in shown_by {
            if !alike {
                text.push_str(&format!("  by {}\n", notification.integration.0));
            }
            for (what, alerts) in [
                ("firing", &notification.firing),
                ("resolved", &notification.resolved),
            ] {
                for labels in alerts {
                    text.push_str(&format!("    {what} {}\n", shown(labels)));
                }
            }
        }
        text
    }
}

/// What differs, in one sentence.
fn difference(test: &ReceiversTest, sent: usize, expected: usize) -> String {
    let of = subject(test.alert.as_ref());
    let until = duration(test.eval_time.value);
    let count = |n: usize| match n {
        0 => "no notification".to_owned(),
        1 => "one notification".to_owned(),
        n => format!("{n} notifications"),
    };
    if sent == expected {
        format!("notifications of {of} up to {until} are others than expected")
    } else {
        let verb = if sent > 1 { "are" } else { "is" };
        format!(
            "{} of {of} {verb} sent up to {until}, expected {}",
            count(sent),
            count(expected)
        )
    }
}

/// The notifications that an assertion is about, those of one receiver, group and time together.
fn messages<'n>(all: &'n [Notification], about: Option<&AlertSelector>) -> Vec<Message<'n>> {
    let mut messages: Vec<Message<'n>> = Vec::new();
    for notification in all {
        let alerts = notification.firing.iter().chain(&notification.resolved);
        if !alerts.into_iter().any(|labels| is_about(about, labels)) {
            continue;
        }
        match messages.last_mut() {
            Some(last)
                if (last.at_ms, last.receiver, last.group)
                    == (notification.at, &notification.receiver[..], &notification.group) =>
            {
                last.by.push(notification);
            }
            _ => messages.push(Message {
                at_ms: notification.at,
                receiver: &notification.receiver,
                group: &notification.group,
                reason: notification.reason,
                by: vec![notification],
            }),
        }
    }
    messages
}

/// Whether each alert fits one of the selectors, and each selector one of the alerts.
fn all_fit(alerts: &[Labels], selectors: &[AlertSelector]) -> bool {
    let fits = |labels: &Labels, selector: &AlertSelector| is_about(Some(selector), labels);
    alerts
        .iter()
        .all(|labels| selectors.iter().any(|selector| fits(labels, selector)))
        && selectors
            .iter()
            .all(|selector| alerts.iter().any(|labels| fits(labels, selector)))
}

fn expected_text(expected: &ExpectedNotification) -> String {
    let mut text = format!("{} {}\n", duration(expected.at.value), expected.receiver.as_str());
    if let Some(labels) = &expected.group_labels {
        let pairs = labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        text.push_str(&format!("  group {}\n", Labels::new(pairs).metric_form()));
    }
    if let Some(kind) = &expected.integration {
        text.push_str(&format!("  by {}\n", kind.as_str()));
    }
    for (what, alerts) in [("firing", &expected.firing), ("resolved", &expected.resolved)] {
        for alert in alerts.iter().flatten().map(|alert| &alert.text).map(Text::as_str) {
            text.push_str(&format!("    {what} {alert}\n"));
        }
    }
    text
}
