//! When there was something.

/// A span of time that was looked at in steps. All in milliseconds, the ends since the epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first step.
    pub start: i64,
    /// The last one.
    pub end: i64,
    /// Between two steps.
    pub step: i64,
}

/// When there was something within a window: the first and the last step of each stretch, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// The stretches.
    pub stretches: Vec<(i64, i64)>,
}

impl Window {
    /// The time up to a moment, in steps no finer than one, and no more steps than a server takes.
    pub fn before(end: i64, length: i64, finest: i64) -> Window {
        /// Prometheus takes 11,000 steps.
        const MOST_STEPS: i64 = 10_000;
        let step = finest.max(length / MOST_STEPS + 1);
        Window {
            start: end - length / step * step,
            end,
            step,
        }
    }

    /// How long it is.
    pub fn length(&self) -> i64 {
        self.end - self.start
    }
}

impl Timeline {
    /// From the times of the steps at which there was something, ascending.
    pub fn of(times: impl IntoIterator<Item = i64>, step: i64) -> Timeline {
        let mut stretches: Vec<(i64, i64)> = Vec::new();
        for time in times {
            match stretches.last_mut() {
                Some((_, last)) if time - *last <= step => *last = time,
                _ => stretches.push((time, time)),
            }
        }
        Timeline { stretches }
    }

    /// Whether there never was anything.
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    /// When there was something for the last time.
    pub fn last(&self) -> Option<i64> {
        self.stretches.last().map(|(_, last)| *last)
    }

    /// How often a condition that has to hold for some time, and then holds on for some more, came true. `step` is that of
    /// the window; all in milliseconds.
    pub fn firings(&self, hold: i64, keep: i64, step: i64) -> usize {
        let held = self.stretches.iter().filter(|(first, last)| last - first >= hold);
        let mut fired = 0;
        let mut until = i64::MIN;
        for (first, last) in held {
            // What begins before the last one ended is the same alert.
            if first.saturating_add(hold) > until {
                fired += 1;
            }
            until = last.saturating_add(keep).saturating_add(step);
        }
        fired
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_in_a_row_are_a_stretch() {
        let timeline = Timeline::of([0, 60, 120, 300, 360], 60);
        assert_eq!(timeline.stretches, [(0, 120), (300, 360)]);
        assert_eq!(timeline.last(), Some(360));
    }

    #[test]
    fn an_alert_fires_once_its_condition_has_held_long_enough() {
        let timeline = Timeline::of([0, 60, 120, 300, 360], 60);
        assert_eq!(timeline.firings(0, 0, 60), 2);
        assert_eq!(timeline.firings(61, 0, 60), 1);
        assert_eq!(timeline.firings(121, 0, 60), 0);
        // Held on for long enough, the second is the first.
        assert_eq!(timeline.firings(0, 180, 60), 1);
    }

    #[test]
    fn a_window_has_no_more_steps_than_a_server_takes() {
        let day = 86_400_000;
        let window = Window::before(365 * day, 300 * day, 60_000);
        assert!(window.length() / window.step <= 11_000, "{window:?}");
        assert_eq!(Window::before(day, 3_600_000, 60_000).step, 60_000);
    }
}
