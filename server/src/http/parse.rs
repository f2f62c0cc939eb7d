//! What stands in headers and addresses, as text: plain functions, fed by the fuzz targets too.

use std::net::IpAddr;

/// The token of `Authorization: Bearer ...`.
pub(crate) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// What stands in an address's query after `ticket=`.
pub(crate) fn ticket(query: &str) -> Option<&str> {
    let mut pairs = query.split('&');
    pairs.find_map(|pair| pair.strip_prefix("ticket="))
}

/// The last address of an `X-Forwarded-For`: the proxy's own entry. Those before it are whatever the client wrote.
pub(crate) fn forwarded(value: &str) -> Option<IpAddr> {
    value.rsplit(',').next()?.trim().parse().ok()
}

/// An address as it is counted: an IPv6 one cut to its /64, which one customer has to themself.
pub(crate) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Scheme and host of an `Origin`; `null` has none.
pub(crate) fn origin(value: &str) -> Option<(&str, &str)> {
    value.split_once("://")
}
