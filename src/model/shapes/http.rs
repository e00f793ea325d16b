//! The settings of an HTTP client.

use super::{Demand, Shape, check_demands, read_mapping, read_values};
use crate::model::reader::{Fields, Reader};
use crate::source::Node;

/// The settings of encryption.
pub(in crate::model) const TLS: Shape = Shape::Mapping(&[
    ("ca", Shape::Text),
    ("cert", Shape::Text),
    ("key", Shape::Text),
    ("ca_file", Shape::Text),
    ("cert_file", Shape::Text),
    ("key_file", Shape::Text),
    ("ca_ref", Shape::Text),
    ("cert_ref", Shape::Text),
    ("key_ref", Shape::Text),
    ("server_name", Shape::Text),
    ("insecure_skip_verify", Shape::Switch),
    ("min_version", Shape::Text),
    ("max_version", Shape::Text),
]);

const FIELDS: &[(&str, Shape)] = &[
    (
        "basic_auth",
        Shape::Mapping(&[
            ("username", Shape::Text),
            ("username_file", Shape::Text),
            ("username_ref", Shape::Text),
            ("password", Shape::Text),
            ("password_file", Shape::Text),
            ("password_ref", Shape::Text),
        ]),
    ),
    (
        "authorization",
        Shape::Mapping(&[
            ("type", Shape::Text),
            ("credentials", Shape::Text),
            ("credentials_file", Shape::Text),
            ("credentials_ref", Shape::Text),
        ]),
    ),
    ("oauth2", Shape::AnyMap),
    ("bearer_token", Shape::Text),
    ("bearer_token_file", Shape::Text),
    ("tls_config", TLS),
    ("follow_redirects", Shape::Switch),
    ("enable_http2", Shape::Switch),
    ("http_headers", Shape::AnyMap),
    ("proxy_url", Shape::Text),
    ("no_proxy", Shape::Text),
    ("proxy_from_environment", Shape::Switch),
    ("proxy_connect_header", Shape::AnyMap),
];

const ONE_OF_MANY: &str =
    "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured";
const NO_TOKEN_BESIDES: &str = "authorization is not compatible with bearer_token & bearer_token_file";
const ONE_OF_THREE: &str = "at most one of basic_auth, oauth2 & authorization must be configured";

const DEMANDS: &[Demand] = &[
    Demand::AtMostOne(&["bearer_token"], &["bearer_token_file"]),
    Demand::NotBoth("basic_auth", "bearer_token", ONE_OF_MANY),
    Demand::NotBoth("basic_auth", "bearer_token_file", ONE_OF_MANY),
    Demand::NotBoth("oauth2", "bearer_token", ONE_OF_MANY),
    Demand::NotBoth("oauth2", "bearer_token_file", ONE_OF_MANY),
    Demand::NotBoth("authorization", "bearer_token", NO_TOKEN_BESIDES),
    Demand::NotBoth("authorization", "bearer_token_file", NO_TOKEN_BESIDES),
    Demand::NotBoth("basic_auth", "oauth2", ONE_OF_THREE),
    Demand::NotBoth("basic_auth", "authorization", ONE_OF_THREE),
    Demand::NotBoth("oauth2", "authorization", ONE_OF_THREE),
];

/// Reads the settings.
pub(in crate::model) fn read(reader: &mut Reader<'_>, node: &Node, name: &str) {
    let what = format!("`{name}`");
    if let Some(fields) = read_mapping(reader, node, &what, FIELDS) {
        check_demands(reader, &fields, &what, DEMANDS);
    }
}

/// Reads the settings where they stand among others.
pub(in crate::model) fn read_among(reader: &mut Reader<'_>, fields: &Fields<'_>, what: &str) {
    read_values(reader, fields, FIELDS);
    check_demands(reader, fields, what, DEMANDS);
}

/// The names of the settings.
pub(in crate::model) fn names() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(name, _)| *name)
}
