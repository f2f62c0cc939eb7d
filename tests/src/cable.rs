//! A network cable between devices and the server that can be pulled out, while the server goes on for others.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Forwards a port of its own to the server, as long as it is plugged in.
pub struct Cable {
    address: SocketAddr,
    plugged: watch::Sender<bool>,
}

impl Cable {
    /// A cable to this server, plugged in.
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (plugged, plug) = watch::channel(true);
        tokio::spawn(async move {
            // ends with the test's runtime
            while let Ok((device, _)) = listener.accept().await {
                tokio::spawn(forward(device, server, plug.clone()));
            }
        });
        Self { address, plugged }
    }

    /// `http://localhost:PORT`: an origin that browsers trust.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// Pulled out: what is connected ends at once, nothing new gets through.
    pub fn pull(&self) {
        self.plugged.send_replace(false);
    }

    /// Plugged in again.
    pub fn plug(&self) {
        self.plugged.send_replace(true);
    }
}

async fn forward(mut device: TcpStream, server: SocketAddr, mut plug: watch::Receiver<bool>) {
    if !*plug.borrow_and_update() {
        return;
    }
    let Ok(mut server) = TcpStream::connect(server).await else {
        return;
    };
    tokio::select! {
        _ = copy_bidirectional(&mut device, &mut server) => {}
        _ = plug.wait_for(|plugged| !plugged) => {}
    }
}
