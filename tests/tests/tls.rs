//! https with the certificates of `tls init`, from an origin that is not localhost.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::StatusCode;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::tls::{self, Made};
use tests::server::{Client, PASSWORD, TestServer, add_person};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;

async fn with_tls() -> (Made, TestServer) {
    let mut made = None;
    let server = TestServer::start_with(|options| {
        let hosts = ["plan.lan".to_owned()];
        let certificates = tls::init(&options.data, &hosts, options.clock.now()).unwrap();
        options.tls = Some((
            certificates.files.server.clone(),
            certificates.files.server_key.clone(),
        ));
        options.trust_listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        made = Some(certificates);
    })
    .await;
    (made.unwrap(), server)
}

/// Sends `request` to the server by the name `host`, trusting nothing but the authority.
async fn ask(
    server: &TestServer,
    made: &Made,
    host: &str,
    request: &str,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(&made.files.authority).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let socket = tokio::net::TcpStream::connect(server.address).await?;
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let mut stream = connector.connect(name, socket).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.to_lowercase())
}

#[tokio::test]
async fn a_device_that_trusts_the_authority_reaches_the_server_by_its_lan_name() {
    let (made, server) = with_tls().await;
    let request = "GET / HTTP/1.1\r\nhost: plan.lan\r\nconnection: close\r\n\r\n";
    let answer = ask(&server, &made, "plan.lan", request).await.unwrap();
    assert!(answer.starts_with("http/1.1 200"), "{answer}");
    assert!(
        answer.contains("strict-transport-security: max-age=31536000"),
        "{answer}"
    );
    assert!(
        answer.contains("connect-src 'self' wss://plan.lan;"),
        "{answer}"
    );
    // the certificate is for the names that were given, and no others
    assert!(ask(&server, &made, "other.lan", request).await.is_err());
}

#[tokio::test]
async fn over_https_the_cookie_is_secure_and_bound_to_the_host() {
    let (made, server) = with_tls().await;
    add_person(&server.app().store, "li", false).await;
    let body = format!("{{\"name\":\"li\",\"password\":\"{PASSWORD}\"}}");
    let post = |origin: &str| {
        format!(
            "POST /api/session HTTP/1.1\r\nhost: plan.lan\r\norigin: {origin}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let answer = ask(&server, &made, "plan.lan", &post("https://plan.lan"))
        .await
        .unwrap();
    assert!(answer.contains("set-cookie: __host-plumbline="), "{answer}");
    assert!(answer.contains("; secure"), "{answer}");
    let answer = ask(&server, &made, "plan.lan", &post("http://plan.lan"))
        .await
        .unwrap();
    assert!(
        answer.starts_with("http/1.1 403"),
        "plain http is another site: {answer}"
    );
}

#[tokio::test]
async fn the_trust_page_offers_the_certificate_and_never_a_key() {
    let (made, server) = with_tls().await;
    let client = Client::new(format!("http://{}", server.trust_address().unwrap()));
    let page = client.get("/trust").await;
    assert!(page.text.contains("安装证书") && page.text.contains("Install the certificate"));
    let certificate = client.get("/trust/authority.crt").await;
    assert_eq!(
        certificate.headers["content-type"],
        "application/x-x509-ca-cert"
    );
    assert_eq!(tls::fingerprint(&certificate.text), made.fingerprint);
    for path in [
        "/trust/authority.key",
        "/authority.key",
        "/api/session",
        "/trust/../tls/authority.key",
    ] {
        assert_eq!(
            client.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}
