//! A device's HTTP client.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::api::{Failure, Session, SignIn};

/// A device's HTTP client with its own cookies.
#[derive(Clone)]
pub struct Client {
    /// The server.
    pub url: String,
    http: reqwest::Client,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body as `T`, where the status is the one expected.
    pub fn expect<T: DeserializeOwned>(self, status: StatusCode) -> T {
        assert_eq!(self.status, status, "{}", self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    /// The failure, where the status is the one expected.
    pub fn failure(self, status: StatusCode) -> Failure {
        self.expect(status)
    }
}

impl Client {
    /// For the server at `url`, not signed in.
    pub fn new(url: String) -> Self {
        tls();
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .build()
            .unwrap();
        Self { url, http }
    }

    /// Signs in.
    pub async fn sign_in(&self, name: &str, password: &str) -> Answer {
        self.sign_in_with(name, password, "").await
    }

    /// Signs in with a code of the second factor.
    pub async fn sign_in_with(&self, name: &str, password: &str, code: &str) -> Answer {
        let body = SignIn {
            name: name.to_owned(),
            password: password.to_owned(),
            device_label: "test device".to_owned(),
            code: code.to_owned(),
        };
        self.post("/api/session", &body).await
    }

    /// Who is signed in.
    pub async fn session(&self) -> Session {
        self.get("/api/session").await.expect(StatusCode::OK)
    }

    /// GET
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// DELETE
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// POST
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// PUT
    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// PATCH
    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::PATCH, path).json(body))
            .await
    }

    /// A request to be given more headers, then to [`Client::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Sends, and reads the answer to its end.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        Answer {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }
}

/// Every HTTP client wants to know at once how it would speak TLS.
pub(crate) fn tls() {
    // fails where there is one already
    let _ = rustls::crypto::ring::default_provider().install_default();
}
