//! What other programs say of the same files.

mod layout;
mod yaml;
