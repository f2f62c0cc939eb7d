//! Connections as they come in: at once on the way, and no more from one address than it may have.

use std::future::{Ready, ready};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tower::Service;

use crate::addresses::{Addresses, Open};
use crate::clock::Clock;
use crate::http::network;

/// What is done with a new connection, before TLS.
#[derive(Debug, Clone)]
pub(crate) struct ByAddress {
    pub(crate) addresses: Addresses,
    pub(crate) clock: Clock,
    /// All connections are those of the proxy: its own limits count.
    pub(crate) behind_proxy: bool,
}

impl<S> Accept<TcpStream, S> for ByAddress {
    type Stream = TcpStream;
    type Service = Counted<S>;
    type Future = Ready<io::Result<(TcpStream, Counted<S>)>>;

    fn accept(&self, stream: TcpStream, inner: S) -> Self::Future {
        let counted = || {
            // a live edit is one small write: it must not wait for the acknowledgement of the one before
            stream.set_nodelay(true)?;
            if self.behind_proxy {
                return Ok(None);
            }
            let address = network(stream.peer_addr()?.ip());
            let open = self.addresses.connection(&address, self.clock.now());
            let open = open.ok_or_else(|| {
                tracing::warn!(%address, "too many connections from one address");
                io::Error::other("too many connections from one address")
            })?;
            Ok(Some(Arc::new(open)))
        };
        ready(counted().map(|open| (stream, Counted { inner, _open: open })))
    }
}

/// Serves a connection, which counts for its address as long as this is there.
#[derive(Debug, Clone)]
pub(crate) struct Counted<S> {
    inner: S,
    _open: Option<Arc<Open>>,
}

impl<R, S: Service<R>> Service<R> for Counted<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        self.inner.call(request)
    }
}
