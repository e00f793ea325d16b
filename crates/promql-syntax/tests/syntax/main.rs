//! The syntax as a whole: what must always hold, and what another parser says.

mod exceptions;
mod faults;
mod generate;
mod promql_parser;
mod properties;
