//! Requests to addresses that people gave: only by https, only to public hosts, and nowhere that an answer points to. Hosts that
//! whoever started the server named are trusted as they are.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use shared::api::WhyUnsent;

use super::SendError;

/// Shorter than a lease.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest answer that is read: vendors' are short.
const LONGEST: usize = 16 * 1024;

/// Makes requests.
#[derive(Debug, Clone)]
pub(crate) struct Net {
    public: Client,
    trusted: Client,
    /// `HOST` or `HOST:PORT`.
    hosts: Vec<String>,
}

impl Net {
    pub(super) fn new(hosts: Vec<String>) -> Result<Self, reqwest::Error> {
        // whoever came first in this process has installed it
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .redirect(Policy::none())
                .timeout(PATIENCE)
                .no_proxy()
        };
        Ok(Self {
            public: builder().https_only(true).dns_resolver(Public).build()?,
            trusted: builder().build()?,
            hosts,
        })
    }

    /// Whether an address is of a host that was named at the start.
    fn trusts(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let with_port = url.port().map(|port| format!("{host}:{port}"));
        let mut hosts = self.hosts.iter();
        hosts.any(|known| known == host || with_port.as_ref() == Some(known))
    }

    /// An address to which something may be sent; `only`: these hosts, where it is not one that was named at the start.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(&self, url: &str, only: Option<&[&str]>) -> Result<Url, &'static str> {
        let url: Url = url.parse().map_err(|_| "this is no address")?;
        if matches!(url.scheme(), "http" | "https") && self.trusts(&url) {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err("the address must begin with https://");
        }
        if url.port().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err("the address must have no port and no password");
        }
        // a name, which is looked up where it is used; `[::1]` is none either
        let host = url.host_str().unwrap_or_default();
        if host.parse::<IpAddr>().is_ok() || host.starts_with('[') || !host.contains('.') {
            return Err("the address must be of a public host");
        }
        match only {
            Some(only) if !only.contains(&host) => Err("the address is of another vendor's host"),
            _ => Ok(url),
        }
    }

    /// A request's client.
    pub(super) fn client(&self, url: &Url) -> &Client {
        match self.trusts(url) {
            true => &self.trusted,
            false => &self.public,
        }
    }
}

/// What is not reached is tried again. The address may be a secret: it is not repeated.
pub(super) fn unreached(error: reqwest::Error) -> SendError {
    let error = error.without_url();
    let cause = std::error::Error::source(&error);
    let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
    SendError::Later(WhyUnsent::Unreachable, format!("{error}{cause}"))
}

/// An answer's text, as far as it is read.
pub(super) async fn text(mut response: Response) -> Result<String, SendError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreached)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Looks names up, and finds public addresses only.
#[derive(Debug)]
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.filter(|at| is_public(at.ip())).collect();
            match found.is_empty() {
                true => Err("it has no public address".into()),
                false => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}

/// Whether an address is one of the internet at large.
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let special = a == 0 || a >= 224 || a == 192 && b == 0 && c == 0;
            let tests = a == 198 && (b == 18 || b == 19) || ip.is_documentation();
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || shared
                || special
                || tests)
        }
        IpAddr::V6(ip) => {
            let [first, second, ..] = ip.segments();
            // 2000::/3 is what is given out; of it not what carries an IPv4 address within, nor documentation
            let global = first & 0xe000 == 0x2000;
            global && first != 0x2002 && !(first == 0x2001 && (second == 0 || second == 0xdb8))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net() -> Net {
        Net::new(vec!["127.0.0.1:8080".to_owned(), "robots.lan".to_owned()]).unwrap()
    }

    #[test]
    fn only_https_to_public_names() {
        let net = net();
        assert!(net.check("https://push.example.com/x", None).is_ok());
        for bad in [
            "http://push.example.com/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://2130706433/x",
            "https://localhost/x",
            "https://push.example.com:8443/x",
            "https://a:b@push.example.com/x",
            "file:///etc/passwd",
            "http://127.0.0.1:8081/x",
            "no address",
        ] {
            assert!(net.check(bad, None).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_vendors_hosts_where_they_are_named() {
        let net = net();
        let only = Some(&["oapi.dingtalk.com"][..]);
        assert!(
            net.check("https://oapi.dingtalk.com/robot/send", only)
                .is_ok()
        );
        assert!(
            net.check("https://oapi.dingtalk.com.example.com/", only)
                .is_err()
        );
        assert!(
            net.check("https://example.com/oapi.dingtalk.com", only)
                .is_err()
        );
    }

    #[test]
    fn hosts_that_were_named_at_the_start_are_trusted() {
        let net = net();
        let only = Some(&["oapi.dingtalk.com"][..]);
        assert!(net.check("http://127.0.0.1:8080/x", only).is_ok());
        assert!(net.check("https://robots.lan:99/x", only).is_ok());
    }

    #[test]
    fn what_is_within_is_not_public() {
        for inside in [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.1.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "2002:a00:1::",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["1.1.1.1", "101.226.0.1", "2400:3200::1"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }
}
