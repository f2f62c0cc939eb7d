//! A slow link to the server: so many bits a second and so long a way, each direction for itself.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};
use tokio::time::{Instant, sleep_until};

/// What a direction carries: bytes go on one after the other, whichever connection they belong to.
#[derive(Debug)]
struct Way {
    bits_a_second: u64,
    delay: Duration,
    /// When the last byte taken will have left.
    free: Mutex<Instant>,
    bytes: AtomicU64,
}

/// A link; connections made through it share what it carries.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    ways: [Arc<Way>; 2],
}

impl Link {
    /// To this server. A connection is there after one way forth and one back, as over a real one.
    pub async fn to(server: SocketAddr, bits_a_second: u64, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let ways = [(); 2].map(|()| {
            Arc::new(Way {
                bits_a_second,
                delay,
                free: Mutex::new(Instant::now()),
                bytes: AtomicU64::new(0),
            })
        });
        let both = ways.clone();
        tokio::spawn(async move {
            // ends with the runtime
            while let Ok((near, _)) = listener.accept().await {
                let [up, down] = both.clone();
                tokio::spawn(async move {
                    // the system has made the connection already: what is first said waits for as long as it takes
                    tokio::time::sleep(up.delay + down.delay).await;
                    let Ok(far) = TcpStream::connect(server).await else {
                        return;
                    };
                    let _ = (near.set_nodelay(true), far.set_nodelay(true));
                    let (near_read, near_write) = near.into_split();
                    let (far_read, far_write) = far.into_split();
                    tokio::spawn(carry(up, near_read, far_write));
                    tokio::spawn(carry(down, far_read, near_write));
                });
            }
        });
        Self { address, ways }
    }

    /// `http://HOST:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where its near end is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many bytes it has carried up and down, with all that HTTP adds.
    pub fn bytes(&self) -> [u64; 2] {
        [0, 1].map(|n| self.ways[n].bytes.load(Ordering::Relaxed))
    }
}

async fn carry(
    way: Arc<Way>,
    mut from: impl AsyncRead + Unpin + Send + 'static,
    mut to: impl AsyncWrite + Unpin + Send + 'static,
) {
    let (send, mut arriving) = mpsc::channel::<(Instant, Vec<u8>)>(1024);
    tokio::spawn(async move {
        while let Some((at, bytes)) = arriving.recv().await {
            sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
        let _ = to.shutdown().await;
    });
    let mut buffer = vec![0; 1400];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let takes = Duration::from_secs_f64(count as f64 * 8.0 / way.bits_a_second as f64);
        let left = {
            let mut free = way.free.lock().await;
            *free = (*free).max(Instant::now()) + takes;
            *free
        };
        way.bytes.fetch_add(count as u64, Ordering::Relaxed);
        sleep_until(left).await; // no more is taken than leaves
        let sent = send.send((left + way.delay, buffer[..count].to_vec()));
        if sent.await.is_err() {
            return;
        }
    }
}
