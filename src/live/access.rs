//! How a server is reached: its address, who asks, what is trusted, and how patient one is.

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;

use super::secret::Secret;
use crate::model::settings::PrometheusServer;
use crate::model::text::Text;

/// How long a connection may take to be there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How a server is reached.
#[derive(Clone, Debug)]
pub struct Access {
    /// The address, without user and password.
    url: Url,
    /// Who asks.
    credentials: Credentials,
    /// Headers to send besides.
    headers: Vec<(String, Secret)>,
    /// What is trusted.
    tls: Tls,
    /// How long an answer may take.
    pub timeout: Duration,
    /// How many questions are asked at a time.
    pub concurrency: usize,
}

#[derive(Clone, Debug)]
enum Credentials {
    Nobody,
    Bearer(Secret),
    Basic(String, Option<Secret>),
}

/// What is trusted.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// A file with the certificates of authorities to trust besides those of the system.
    pub ca_file: Option<PathBuf>,
    /// A file with the certificate that the client shows.
    pub cert_file: Option<PathBuf>,
    /// A file with its key.
    pub key_file: Option<PathBuf>,
    /// Whether any certificate of the server is taken.
    pub insecure_skip_verify: bool,
}

impl Access {
    /// An address to be reached without further ado. User and password in it are sent, and never shown.
    ///
    /// # Errors
    /// What is wrong with the address; ready to be shown.
    pub fn new(written: &str) -> Result<Access, String> {
        // A text that does not parse is not repeated whole: it may hold a password.
        let mut url = Url::parse(written).map_err(|e| format!("the address is no URL: {e}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!(
                "the address begins with {}:, not with http: or https:",
                url.scheme()
            ));
        }
        let decoded = |text: &str| {
            let pair = format!("x={}", text.replace('+', "%2B"));
            let mut holder = url.clone();
            holder.set_query(Some(&pair));
            let value = holder.query_pairs().next().map(|(_, value)| value.into_owned());
            value.unwrap_or_default()
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => Credentials::Nobody,
            (user, password) => Credentials::Basic(
                decoded(user),
                password.map(|password| Secret::new(decoded(password))),
            ),
        };
        // Both are there or not: such an address has a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_fragment(None);
        Ok(Access {
            url,
            credentials,
            headers: Vec::new(),
            tls: Tls::default(),
            timeout: Duration::from_secs(30),
            concurrency: 4,
        })
    }

    /// Asks with a bearer token.
    #[must_use]
    pub fn with_bearer(mut self, token: Secret) -> Access {
        self.credentials = Credentials::Bearer(token);
        self
    }

    /// Asks as a user.
    #[must_use]
    pub fn with_basic(mut self, user: String, password: Option<Secret>) -> Access {
        self.credentials = Credentials::Basic(user, password);
        self
    }

    /// What the settings say of a server; files in them are relative to `root`.
    ///
    /// # Errors
    /// What is wrong with the address, and secrets that are not there; ready to be shown.
    pub fn of_settings(written: &PrometheusServer, root: &Path) -> Result<Access, String> {
        let mut access = Access::new(written.url.as_str())?;
        let file = |path: &Option<Text>| path.as_ref().map(|path| root.join(path.as_str()));
        let secret = |path: &Option<Text>, variable: &Option<Text>| match (file(path), variable) {
            (Some(path), _) => Secret::of_file(&path).map(Some),
            (None, Some(variable)) => Secret::of_variable(variable.as_str()).map(Some),
            (None, None) => Ok(None),
        };
        if let Some(token) = secret(&written.token_file, &written.token_env)? {
            access = access.with_bearer(token);
        }
        if let Some(user) = &written.user {
            let password = secret(&written.password_file, &written.password_env)?;
            access = access.with_basic(user.as_str().to_owned(), password);
        }
        for (name, value) in &written.headers {
            access = access.with_header(name.as_str().to_owned(), Secret::new(value.as_str()));
        }
        let milliseconds = written.timeout.and_then(|ms| u64::try_from(ms).ok());
        access.timeout = milliseconds.map_or(access.timeout, Duration::from_millis);
        let concurrency = written.concurrency.and_then(|count| usize::try_from(count).ok());
        access.concurrency = concurrency.unwrap_or(access.concurrency);
        Ok(access.with_tls(Tls {
            ca_file: file(&written.ca_file),
            cert_file: file(&written.cert_file),
            key_file: file(&written.key_file),
            insecure_skip_verify: written.insecure_skip_verify,
        }))
    }

    /// Whether it is said who asks.
    pub fn has_credentials(&self) -> bool {
        !matches!(self.credentials, Credentials::Nobody)
    }

    /// Sends a header besides.
    #[must_use]
    pub fn with_header(mut self, name: String, value: Secret) -> Access {
        self.headers.push((name, value));
        self
    }

    /// Trusts this.
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Access {
        self.tls = tls;
        self
    }

    /// The address for people: without user, password and query.
    pub fn shown(&self) -> String {
        shown(&self.url)
    }

    /// The address.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// The address of something below it.
    pub(super) fn below(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        let whole = format!("{}/{path}", url.path().trim_end_matches('/'));
        url.set_path(&whole);
        url
    }

    /// A text in which every secret is blotted out, in whatever form it was sent.
    pub(super) fn blot(&self, text: &str) -> String {
        let mut secrets: Vec<Secret> = self.headers.iter().map(|(_, value)| value.clone()).collect();
        match &self.credentials {
            Credentials::Nobody => {}
            Credentials::Bearer(token) => secrets.push(token.clone()),
            Credentials::Basic(user, password) => {
                secrets.push(basic(user, password.as_ref()));
                secrets.extend(password.clone());
            }
        }
        secrets
            .iter()
            .fold(text.to_owned(), |text, secret| secret.blot(&text))
    }

    /// A client of the address.
    ///
    /// # Errors
    /// What is wrong with certificates and headers; ready to be shown.
    pub(super) fn client(&self) -> Result<reqwest::Client, String> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // Another one that is there already does as well.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("rulecheck/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT.min(self.timeout))
            .timeout(self.timeout)
            // Who answers elsewhere has not been given the secrets.
            .redirect(Policy::none())
            .default_headers(self.header_map()?);
        if self.url.scheme() == "http" {
            // Without TLS, nothing need be trusted: a machine may have no certificates at all.
            builder = builder.tls_certs_only([]);
        } else if let Some(path) = &self.tls.ca_file {
            let found = reqwest::Certificate::from_pem_bundle(&read(path)?).unwrap_or_default();
            if found.is_empty() {
                return Err(format!("{} holds no certificates in PEM", path.display()));
            }
            builder = builder.tls_certs_merge(found);
        }
        if let Some(identity) = self.identity()? {
            builder = builder.identity(identity);
        }
        if self.tls.insecure_skip_verify {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        builder.build().map_err(|e| match std::error::Error::source(&e) {
            Some(source) => source.to_string(),
            None => e.to_string(),
        })
    }

    fn identity(&self) -> Result<Option<reqwest::Identity>, String> {
        let (cert, key) = match (&self.tls.cert_file, &self.tls.key_file) {
            (None, None) => return Ok(None),
            (Some(cert), Some(key)) => (cert, key),
            _ => return Err("a certificate to show needs both cert_file and key_file".to_owned()),
        };
        let mut pem = read(key)?;
        pem.push(b'\n');
        pem.extend(read(cert)?);
        let identity = reqwest::Identity::from_pem(&pem).map_err(|_| {
            let (cert, key) = (cert.display(), key.display());
            format!("{cert} and {key} are no certificate and key in PEM")
        })?;
        Ok(Some(identity))
    }

    fn header_map(&self) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        let unsendable = |what: &str| format!("{what} holds characters that no header can");
        let mut add = |name: HeaderName, value: &str, what: &str| {
            let mut value = HeaderValue::from_str(value).map_err(|_| unsendable(what))?;
            value.set_sensitive(true);
            headers.insert(name, value);
            Ok::<(), String>(())
        };
        for (name, value) in &self.headers {
            let parsed = HeaderName::from_bytes(name.as_bytes());
            let parsed = parsed.map_err(|_| format!("`{name}` is no name of a header"))?;
            add(parsed, value.reveal(), &format!("the header {name}"))?;
        }
        match &self.credentials {
            Credentials::Nobody => {}
            Credentials::Bearer(token) => {
                add(AUTHORIZATION, &format!("Bearer {}", token.reveal()), "the token")?;
            }
            Credentials::Basic(user, password) => {
                let sent = basic(user, password.as_ref());
                add(AUTHORIZATION, &format!("Basic {}", sent.reveal()), "the password")?;
            }
        }
        Ok(headers)
    }
}

/// An address for people: without user, password and query.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.as_str().trim_end_matches('/').to_owned()
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

/// User and password as basic authentication sends them.
fn basic(user: &str, password: Option<&Secret>) -> Secret {
    let password = password.map_or("", Secret::reveal);
    Secret::new(base64(format!("{user}:{password}").as_bytes()))
}

/// Base64 with padding, as basic authentication wants it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_holds_no_secret() {
        let access =
            Access::new("https://jane:s3cret%2Bword@prom.example:9090/base/?token=abc#x").expect("a URL");
        assert_eq!(access.shown(), "https://prom.example:9090/base");
        let access = access.with_header("X-Key".to_owned(), Secret::new("hidden"));
        let shown = format!("{access:?}");
        assert!(!shown.contains("s3cret") && !shown.contains("hidden"), "{shown}");
        assert_eq!(access.blot("it is s3cret+word, hidden"), "it is …, …");
        let headers = access.header_map().expect("headers");
        assert_eq!(headers[AUTHORIZATION], "Basic amFuZTpzM2NyZXQrd29yZA==");
        assert!(headers.values().all(HeaderValue::is_sensitive));
    }

    #[test]
    fn addresses_that_cannot_be_asked_are_refused_without_being_repeated() {
        for (url, wanted) in [
            ("prom:9090", "the address begins with prom:"),
            ("http://user:pass@", "the address is no URL: empty host"),
            ("ftp://h", "the address begins with ftp:"),
        ] {
            let refused = Access::new(url).expect_err(url);
            assert!(refused.starts_with(wanted), "{refused}");
            assert!(!refused.contains("pass"), "{refused}");
        }
    }

    #[test]
    fn paths_go_below_the_address() {
        let access = Access::new("http://h/prometheus/").expect("a URL");
        assert_eq!(
            access.below("api/v1/query").as_str(),
            "http://h/prometheus/api/v1/query"
        );
    }
}
