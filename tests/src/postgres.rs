//! A real PostgreSQL for the tests: one cluster per test process, one database per test, gone when the process is.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// Makes a cluster in `$1` with the programs of `$2`, says `ready`, and takes all away once its standard input ends:
/// that happens however the test process ends. fsync stays on: durability is what is tested.
const SCRIPT: &str = r#"
cd "$1" || exit 1
"$2/initdb" --pgdata data --auth trust --username plumbline --no-locale --encoding UTF8 --no-sync >log 2>&1 || { cat log >&2; exit 1; }
"$2/pg_ctl" start --wait --silent --pgdata data --log log --options "-k $1 -c listen_addresses='' -c max_connections=400" || { cat log >&2; exit 1; }
echo ready
read -r _
"$2/pg_ctl" stop --silent --mode immediate --pgdata data
cd / && rm -rf "$1"
"#;

struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    // its standard input stays open as long as this process lives
    _keeper: Child,
}

/// A database of its own, empty: its address for `--database`.
pub async fn database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    tokio::task::spawn_blocking(move || {
        let cluster = cluster();
        run(cluster, "createdb", &[&name]);
        address(&cluster.folder, &name)
    })
    .await
    .unwrap()
}

/// Cuts all connections to the database of that address, as a restart of PostgreSQL would.
pub async fn cut_connections(address: &str) {
    let name = address.split(['/', '?']).nth(3).unwrap().to_owned();
    let statement =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    tokio::task::spawn_blocking(move || {
        run(
            cluster(),
            "psql",
            &["--quiet", "--dbname", "postgres", "--command", &statement],
        );
    })
    .await
    .unwrap();
}

/// A way to a database that loses one answer: the first one to a COMMIT after a statement with the marked bytes in it,
/// and that connection with it. The address of the way, and how many answers it has lost.
pub async fn losing_a_commit(address: &str, mark: &'static [u8]) -> (String, Arc<AtomicU32>) {
    let (name, folder) = {
        let (rest, folder) = address.split_once("?host=").unwrap();
        (rest.rsplit('/').next().unwrap(), PathBuf::from(folder))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let lost = Arc::new(AtomicU32::new(0));
    let way = format!("postgres://plumbline@127.0.0.1:{port}/{name}?sslmode=disable");
    let counted = lost.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = UnixStream::connect(folder.join(".s.PGSQL.5432")).await;
            tokio::spawn(pass(client, server.unwrap(), mark, counted.clone()));
        }
    });
    (way, lost)
}

async fn pass(
    mut client: TcpStream,
    mut server: UnixStream,
    mark: &[u8],
    lost: Arc<AtomicU32>,
) -> std::io::Result<()> {
    let (mut from_client, mut from_server) = (vec![0; 65_536], vec![0; 65_536]);
    let mut marked = false;
    let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|w| w == what);
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let bytes = &from_client[..read?];
                marked |= has(bytes, mark);
                if bytes.is_empty() {
                    return Ok(());
                }
                server.write_all(bytes).await?;
            }
            read = server.read(&mut from_server) => {
                let bytes = &from_server[..read?];
                if marked && has(bytes, b"COMMIT\0") && lost.fetch_add(1, Ordering::Relaxed) == 0 {
                    return Ok(());
                }
                if bytes.is_empty() {
                    return Ok(());
                }
                client.write_all(bytes).await?;
            }
        }
    }
}

fn address(folder: &Path, name: &str) -> String {
    format!(
        "postgres://plumbline@localhost/{name}?host={}",
        folder.display()
    )
}

fn run(cluster: &Cluster, program: &str, arguments: &[&str]) {
    let output = Command::new(cluster.programs.join(program))
        .args(["--username", "plumbline", "--host"])
        .arg(&cluster.folder)
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {text}");
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let programs = programs();
        let folder = tempfile::Builder::new()
            .prefix("plumbline-postgres-")
            .tempdir()
            .unwrap()
            .keep();
        let mut command = unprivileged(&folder);
        let mut keeper = command
            .args(["sh", "-c", SCRIPT, "sh"])
            .arg(&folder)
            .arg(&programs)
            // an interrupt at the terminal is not for it: it ends by its input
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert_eq!(line, "ready\n", "PostgreSQL does not start");
        Cluster {
            folder,
            programs,
            _keeper: keeper,
        }
    })
}

/// `env`, or for root (as whom PostgreSQL refuses to run) `runuser` to somebody who then owns the folder.
fn unprivileged(folder: &Path) -> Command {
    use std::os::unix::fs::MetadataExt;
    if folder.metadata().unwrap().uid() != 0 {
        return Command::new("env");
    }
    let known = |name: &&str| {
        let output = Command::new("id").arg(name).output();
        output.is_ok_and(|o| o.status.success())
    };
    let user = ["postgres", "nobody"].into_iter().find(known).unwrap();
    let owned = Command::new("chown").arg(user).arg(folder).status();
    assert!(owned.unwrap().success());
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--"]);
    command
}

/// Where PostgreSQL's programs are: on the PATH, else in the distribution's folder of the newest version.
fn programs() -> PathBuf {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        let mut versions: Vec<_> = versions.flatten().map(|v| v.path().join("bin")).collect();
        versions.sort();
        folders.extend(versions.into_iter().rev());
    }
    let whole = |folder: &PathBuf| {
        ["initdb", "pg_ctl", "psql", "createdb"]
            .iter()
            .all(|program| folder.join(program).is_file())
    };
    folders.into_iter().find(whole).expect(
        "PostgreSQL is not installed: `cargo xtask test` installs it, or: sudo apt-get install --yes postgresql",
    )
}
