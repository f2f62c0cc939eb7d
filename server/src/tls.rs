//! `plumbline tls init`: a local authority and a certificate for this server, so that tablets on the LAN have https.

use std::fs;
use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use sha2::{Digest, Sha256};
use shared::base::{Moment, Timestamp};

/// Devices refuse server certificates of user-installed authorities that last longer than 825 days.
const SERVER_DAYS: i64 = 820;
/// Nobody wants to install an authority twice.
const AUTHORITY_DAYS: i64 = 3650;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Certificates could not be made; files that were there are as they were.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{path}: {1}", path = .0.display())]
    File(PathBuf, std::io::Error),
    /// The maker of certificates says no.
    #[error("the certificate cannot be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// There is a certificate without its key, or the other way round.
    #[error("{} is there, but not {}; put it back, or remove both to make a new authority (devices must then install the new one)", .0.display(), .1.display())]
    Half(PathBuf, PathBuf),
}

/// Where the files of `tls init` lie.
#[derive(Debug, Clone)]
pub struct Files {
    /// The authority's certificate, for devices.
    pub authority: PathBuf,
    /// The authority's key; whoever has it can pretend to be any site to these devices.
    pub authority_key: PathBuf,
    /// The server's certificate.
    pub server: PathBuf,
    /// The server's key.
    pub server_key: PathBuf,
}

impl Files {
    /// Below a data folder.
    pub fn of(data: &Path) -> Self {
        let folder = data.join("tls");
        Self {
            authority: folder.join("authority.crt"),
            authority_key: folder.join("authority.key"),
            server: folder.join("server.crt"),
            server_key: folder.join("server.key"),
        }
    }
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The files.
    pub files: Files,
    /// Names and addresses that the certificate is good for.
    pub hosts: Vec<String>,
    /// SHA-256 of the authority's certificate, to compare on devices.
    pub fingerprint: String,
    /// The authority was there before.
    pub kept_authority: bool,
}

/// Makes a server certificate for `hosts`, this machine's own names and addresses, and localhost; and the authority,
/// unless there is one.
pub fn init(data: &Path, hosts: &[String], now: Timestamp) -> Result<Made, TlsError> {
    let files = Files::of(data);
    if let Some(folder) = files.authority.parent() {
        fs::create_dir_all(folder).map_err(|e| TlsError::File(folder.to_owned(), e))?;
    }
    let kept_authority = match (files.authority.exists(), files.authority_key.exists()) {
        (true, true) => true,
        (false, false) => {
            make_authority(&files, now)?;
            false
        }
        (true, false) => return Err(TlsError::Half(files.authority, files.authority_key)),
        (false, true) => return Err(TlsError::Half(files.authority_key, files.authority)),
    };
    let authority = read(&files.authority)?;
    let issuer =
        Issuer::from_ca_cert_pem(&authority, KeyPair::from_pem(&read(&files.authority_key)?)?)?;

    let mut names: Vec<String> = Vec::new();
    for name in hosts.iter().cloned().chain(own_names()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(names.clone())?;
    params.distinguished_name = subject(names.first().map_or("plumbline", String::as_str));
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    validity(&mut params, now, SERVER_DAYS);
    let certificate = params.signed_by(&key, &issuer)?;
    write(&files.server, &certificate.pem(), 0o644)?;
    write(&files.server_key, &key.serialize_pem(), 0o600)?;
    let fingerprint = fingerprint(&authority);
    Ok(Made {
        files,
        hosts: names,
        fingerprint,
        kept_authority,
    })
}

fn make_authority(files: &Files, now: Timestamp) -> Result<(), TlsError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    let host = machine_name().unwrap_or_else(|| "local".to_owned());
    params.distinguished_name = subject(&format!("Plumbline 准绳 ({host})"));
    // it signs servers, and no further authorities
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    validity(&mut params, now, AUTHORITY_DAYS);
    let certificate = params.self_signed(&key)?;
    write(&files.authority_key, &key.serialize_pem(), 0o600)?;
    write(&files.authority, &certificate.pem(), 0o644)
}

fn subject(name: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    subject.push(DnType::OrganizationName, "Plumbline");
    subject
}

/// From yesterday on (clocks differ) for `days`.
fn validity(params: &mut CertificateParams, now: Timestamp, days: i64) {
    let date = |ms: i64| {
        let (year, month, day, ..) = Moment::from_minutes(ms.div_euclid(60_000)).parts();
        rcgen::date_time_ymd(year, month as u8, day as u8)
    };
    params.not_before = date(now.0 - DAY_MS);
    params.not_after = date(now.0 + (days - 2) * DAY_MS);
}

fn own_names() -> Vec<String> {
    let mut names = vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
    ];
    if let Some(name) = machine_name() {
        if !name.contains('.') {
            names.push(format!("{name}.local"));
        }
        names.push(name);
    }
    names.extend(lan_address().map(|ip| ip.to_string()));
    names
}

fn machine_name() -> Option<String> {
    let name = fs::read_to_string("/etc/hostname")
        .ok()
        .or_else(|| std::env::var("COMPUTERNAME").ok())?;
    let name = name.trim().to_lowercase();
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

/// The address that this machine would speak from on its LAN. Connecting a UDP socket sends nothing.
pub fn lan_address() -> Option<IpAddr> {
    let socket = std::net::UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    socket.connect(("192.0.2.1", 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_unspecified() && !ip.is_loopback()).then_some(ip)
}

/// SHA-256 of a certificate, in pairs of hex digits, as devices show it.
pub fn fingerprint(pem: &str) -> String {
    use base64::Engine;
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let der = base64::engine::general_purpose::STANDARD
        .decode(body)
        .unwrap_or_default();
    let pairs: Vec<String> = Sha256::digest(&der)
        .iter()
        .map(|b| format!("{b:02X}"))
        .collect();
    pairs.join(":")
}

fn read(path: &Path) -> Result<String, TlsError> {
    fs::read_to_string(path).map_err(|e| TlsError::File(path.to_owned(), e))
}

/// Writes beside, then renames: a key is never readable by others, not for a moment, and never half written.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), TlsError> {
    let fail = |e| TlsError::File(path.to_owned(), e);
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(mode);
    }
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(&beside).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    file.sync_all().map_err(fail)?;
    fs::rename(&beside, path).map_err(fail)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_second_init_keeps_the_authority_and_keys_stay_with_their_owner() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp(1_790_000_000_000);
        let first = init(
            folder.path(),
            &["plan.lan".to_owned(), "10.0.0.7".to_owned()],
            now,
        )
        .unwrap();
        assert!(!first.kept_authority);
        assert!(first.hosts.iter().any(|h| h == "localhost"));
        let second = init(folder.path(), &["other.lan".to_owned()], now).unwrap();
        assert!(second.kept_authority);
        assert_eq!(first.fingerprint, second.fingerprint);
        #[cfg(unix)]
        for key in [&first.files.authority_key, &first.files.server_key] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(key).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }

    #[test]
    fn an_authority_without_its_key_is_said_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let made = init(folder.path(), &[], Timestamp(1_790_000_000_000)).unwrap();
        fs::remove_file(&made.files.authority_key).unwrap();
        assert!(matches!(
            init(folder.path(), &[], Timestamp(1_790_000_000_000)),
            Err(TlsError::Half(..))
        ));
        assert!(made.files.authority.exists());
    }
}
