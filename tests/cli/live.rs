//! What runs on a network: pages of metrics and a Prometheus, real and misbehaving, all on this machine.

mod asked;
mod misbehaving;
mod real;
mod record;
