//! Who may open the WebSocket, and when it is ended.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use reqwest::StatusCode;
use server::serve::Options;
use shared::api::{EditPerson, ErrorCode, Failure};
use shared::sync::wire::{PROTOCOL, ToDevice, ToServer};
use tests::server::TestServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens the socket with a query and headers; the status where it is refused.
async fn open(
    server: &TestServer,
    query: &str,
    headers: &[(&'static str, &str)],
) -> Result<Socket, StatusCode> {
    let mut request = format!("ws://{}/sync{query}", server.address)
        .into_client_request()
        .unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(answer.status()),
        Err(error) => panic!("{error}"),
    }
}

async fn open_by_ticket(server: &TestServer, ticket: &str) -> Result<Socket, StatusCode> {
    open(server, &format!("?ticket={ticket}"), &[]).await
}

/// Says hello and waits for the welcome: from then on the server knows the connection.
async fn greet(socket: &mut Socket) {
    let hello = ToServer::Hello {
        protocol: PROTOCOL,
        app: "test".to_owned(),
        schema: None,
    };
    socket
        .send(Message::Binary(hello.to_bytes().into()))
        .await
        .unwrap();
    let Some(Ok(Message::Binary(bytes))) = socket.next().await else {
        panic!("no welcome")
    };
    assert!(matches!(
        ToDevice::from_bytes(&bytes),
        Ok(ToDevice::Welcome { .. })
    ));
}

/// Waits for the end of the connection: the goodbye, and whether to come back.
async fn goodbye(socket: &mut Socket) -> bool {
    let ended = async {
        let mut come_back = None;
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Binary(bytes) = message
                && let Ok(ToDevice::Bye { retry, .. }) = ToDevice::from_bytes(&bytes)
            {
                come_back = Some(retry);
            }
        }
        come_back.expect("ended without a goodbye")
    };
    tokio::time::timeout(Duration::from_secs(30), ended)
        .await
        .expect("the socket stayed open")
}

#[tokio::test]
async fn a_ticket_opens_one_socket_and_no_second() {
    let server = TestServer::start().await;
    let ticket = server.person("li").await.ticket().await;
    let mut socket = open_by_ticket(&server, &ticket).await.unwrap();
    greet(&mut socket).await;
    assert_eq!(
        open_by_ticket(&server, &ticket).await.err(),
        Some(StatusCode::UNAUTHORIZED)
    );
    assert_eq!(
        open(&server, "", &[]).await.err(),
        Some(StatusCode::UNAUTHORIZED)
    );
}

#[tokio::test]
async fn a_ticket_of_a_device_that_was_signed_out_opens_nothing() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let ticket = li.ticket().await;
    assert_eq!(
        li.http.delete("/api/session").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        open_by_ticket(&server, &ticket).await.err(),
        Some(StatusCode::UNAUTHORIZED)
    );
}

#[tokio::test]
async fn another_site_cannot_open_the_socket_with_a_persons_rights() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let token = format!("Bearer {}", li.token().await.token);
    let own = format!("http://{}", server.address);
    let evil = [
        ("authorization", token.as_str()),
        ("origin", "http://evil.example"),
    ];
    assert_eq!(
        open(&server, "", &evil).await.err(),
        Some(StatusCode::FORBIDDEN)
    );
    let query = format!("?ticket={}", li.ticket().await);
    assert_eq!(
        open(&server, &query, &evil[1..]).await.err(),
        Some(StatusCode::FORBIDDEN)
    );
    let fine = [("authorization", token.as_str()), ("origin", own.as_str())];
    greet(&mut open(&server, "", &fine).await.unwrap()).await;
}

#[tokio::test]
async fn revoking_a_device_or_a_token_ends_its_socket() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let device = li.http.session().await.device;
    let made = li.token().await;
    let token = format!("Bearer {}", made.token);
    let mut of_token = open(&server, "", &[("authorization", &token)])
        .await
        .unwrap();
    greet(&mut of_token).await;
    let mut of_device = open_by_ticket(&server, &li.ticket().await).await.unwrap();
    greet(&mut of_device).await;
    assert_eq!(
        li.http
            .delete(&format!("/api/tokens/{}", made.id))
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    assert!(!goodbye(&mut of_token).await, "it must not come back");
    let other = li.another_device().await;
    assert_eq!(
        other.delete(&format!("/api/devices/{device}")).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(!goodbye(&mut of_device).await, "it must not come back");
}

#[tokio::test]
async fn who_is_made_inactive_loses_the_socket() {
    let server = TestServer::start().await;
    let (boss, li) = (
        server.administrator("boss").await,
        server.person("li").await,
    );
    let mut socket = open_by_ticket(&server, &li.ticket().await).await.unwrap();
    greet(&mut socket).await;
    let edit = EditPerson {
        active: Some(false),
        ..EditPerson::default()
    };
    assert_eq!(
        boss.http
            .patch(&format!("/api/people/{}", li.id), &edit)
            .await
            .status,
        StatusCode::OK
    );
    assert!(!goodbye(&mut socket).await, "it must not come back");
}

#[tokio::test]
async fn a_server_that_stops_says_goodbye_and_to_come_back() {
    let mut server = TestServer::start().await;
    let li = server.person("li").await;
    let mut socket = open_by_ticket(&server, &li.ticket().await).await.unwrap();
    greet(&mut socket).await;
    let (come_back, ()) = tokio::join!(goodbye(&mut socket), server.restart());
    assert!(come_back);
}

#[tokio::test]
async fn a_device_that_only_has_its_socket_open_stays_signed_in() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let ticket = li.ticket().await;
    let mut socket = open_by_ticket(&server, &ticket).await.unwrap();
    greet(&mut socket).await;
    let mut seen = li.http.session().await;
    let store = &server.app().store;
    for week in 0..6 {
        server.clock.advance_ms(7 * DAY);
        let ping = ToServer::Ping { nonce: week };
        let ping = Message::Binary(ping.to_bytes().into());
        // the frame comes first: a session may fall silent for less than the server's patience with a socket
        socket.send(ping).await.unwrap();
        let now = server.clock.now();
        let lives = async {
            loop {
                let devices = store.devices(li.id, now).await.unwrap();
                match devices.first() {
                    Some(device) if now.since(device.last_seen) < DAY => break,
                    _ => tokio::task::yield_now().await,
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), lives)
            .await
            .expect("the socket is a sign of life");
    }
    // after six weeks
    let still = li.http.session().await;
    seen.device = still.device;
    assert_eq!(seen, still);
}

/// What one address opens, and whether it is told when to come again: from the header that a proxy may set.
async fn from_address(
    server: &TestServer,
    ticket: &str,
    said: &str,
) -> Result<Socket, Option<String>> {
    let url = format!("ws://{}/sync?ticket={ticket}", server.address);
    let mut request = url.into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("x-forwarded-for", said.parse().unwrap());
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => {
            assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
            let failure: Failure = serde_json::from_slice(answer.body().as_ref().unwrap()).unwrap();
            assert_eq!(failure.code, ErrorCode::TooMany);
            let again = answer.headers().get("retry-after");
            Err(again.map(|value| value.to_str().unwrap().to_owned()))
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn an_address_has_so_many_sockets_and_is_told_when_to_come_again() {
    let few = |behind_proxy| {
        move |options: &mut Options| {
            options.behind_proxy = behind_proxy;
            options.per_address.sockets = 3;
        }
    };
    // nobody is believed who is no proxy: whatever they write, it is one address
    let server = TestServer::start_with(few(false)).await;
    let li = server.person("li").await;
    let mut held = Vec::new();
    for n in 0..3 {
        let ticket = li.ticket().await;
        let mut socket = from_address(&server, &ticket, &format!("192.0.2.{n}"))
            .await
            .unwrap();
        greet(&mut socket).await;
        held.push(socket);
    }
    let ticket = li.ticket().await;
    for n in 3..5 {
        let again = from_address(&server, &ticket, &format!("192.0.2.{n}")).await;
        assert_eq!(again.err(), Some(Some("30".to_owned())));
    }
    // the others go on, and when one of them goes there is room; the ticket was not used up
    let mut gone = held.remove(0);
    gone.close(None).await.unwrap();
    while gone.next().await.is_some() {}
    let patience = std::time::Instant::now();
    while from_address(&server, &ticket, "192.0.2.9").await.is_err() {
        assert!(patience.elapsed() < Duration::from_secs(30));
    }
    let ping = ToServer::Ping { nonce: 7 }.to_bytes();
    held[0].send(Message::Binary(ping.into())).await.unwrap();
    assert!(matches!(held[0].next().await, Some(Ok(Message::Binary(_)))));
}

#[tokio::test]
async fn behind_a_proxy_each_address_has_its_own_sockets() {
    let server = TestServer::start_with(|options| {
        options.behind_proxy = true;
        options.per_address.sockets = 1;
    })
    .await;
    let li = server.person("li").await;
    let mut held = Vec::new();
    for address in ["192.0.2.1", "192.0.2.2"] {
        let ticket = li.ticket().await;
        held.push(from_address(&server, &ticket, address).await.unwrap());
        let ticket = li.ticket().await;
        // what the client itself wrote before the proxy's entry is not believed
        let more = from_address(&server, &ticket, &format!("198.51.100.9, {address}")).await;
        assert!(more.is_err());
    }
}

/// Opens a connection and asks for something, if it stays open: whether there is an answer.
async fn connects(server: &TestServer) -> Option<TcpStream> {
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    let _ = connection
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    let mut answer = [0; 12];
    let read = connection.read_exact(&mut answer).await.ok()?;
    assert_eq!(&answer[..read], b"HTTP/1.1 200");
    Some(connection)
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_those_that_are_there_go_on() {
    let server = TestServer::start_with(|options| options.per_address.sockets = 2).await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(connects(&server).await.unwrap());
    }
    assert!(connects(&server).await.is_none());
    let mut first = held.remove(0);
    first
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    assert!(first.read_u8().await.is_ok());
    drop(first);
    let begun = std::time::Instant::now();
    while connects(&server).await.is_none() {
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
