//! The clock, the network and the faults.

mod check;
mod network;
mod people;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use shared::base::{ChangeHash, DocumentId, Timestamp};
use shared::doc::derived_id;
use shared::domain::permission::DocumentKind;
use shared::sync::device::Input as DeviceInput;
use shared::sync::room::{Effect as RoomEffect, Input as RoomInput};

use super::device::{Chunks, SimDevice, Write};
use super::random::Random;
use super::server::{PLAN, PROGRESS, PROJECT, SimServer, person};

/// How long people work and things break, in ms of virtual time.
const TROUBLE: i64 = 120_000;
/// How long everything may take to come together afterwards.
const HEALING: i64 = 600_000;

/// What happened in a run; the same for the same seed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) devices: u64,
    pub(super) changes: usize,
    pub(super) connections: u64,
    pub(super) compactions: u64,
    heads: Vec<ChangeHash>,
    ended: Timestamp,
}

enum Event {
    /// The socket of a device opens, or fails to.
    Open {
        device: usize,
        life: u64,
        connection: u64,
    },
    ToServer {
        connection: u64,
        bytes: Vec<u8>,
    },
    ToDevice {
        connection: u64,
        bytes: Vec<u8>,
        counted: bool,
    },
    /// One end learns that the connection is gone.
    DeviceCut {
        connection: u64,
    },
    ServerCut {
        connection: u64,
    },
    SessionTimer {
        connection: u64,
    },
    DeviceTimer {
        device: usize,
        life: u64,
        at: Timestamp,
    },
    Written {
        device: usize,
        life: u64,
        write: Write,
    },
    Stored {
        device: usize,
        life: u64,
        input: DeviceInput,
    },
    /// A device has fetched a snapshot, or has not.
    Fetched {
        device: usize,
        life: u64,
        fetch: Fetch,
    },
    StartDevice {
        device: usize,
    },
    /// The store takes what the rooms asked of it, and answers.
    Begin {
        life: u64,
        effect: RoomEffect,
    },
    Answer {
        life: u64,
        input: RoomInput,
    },
    StartServer,
    Act {
        device: usize,
    },
    Fault,
}

/// A snapshot that a device fetches.
struct Fetch {
    document: DocumentId,
    epoch: u64,
    snapshot: String,
    seq: u64,
}

struct Connection {
    device: usize,
    life: u64,
    server_life: u64,
    /// Frames still get through (in both directions).
    alive: bool,
    /// Nothing overtakes, unless the network is nasty: latest arrival so far, to the server and to the device.
    arrivals: [Timestamp; 2],
}

pub(super) struct World {
    random: Random,
    now: Timestamp,
    order: u64,
    queue: BinaryHeap<Reverse<(Timestamp, u64)>>,
    events: BTreeMap<u64, Event>,
    devices: Vec<SimDevice>,
    server: SimServer,
    connections: BTreeMap<u64, Connection>,
    made: Vec<(DocumentId, ChangeHash)>,
    notes: Vec<(DocumentId, String)>,
    /// What a device had not sent when its disk was wiped: it may be gone.
    wiped: BTreeSet<ChangeHash>,
    compactions: u64,
    /// Frames are also lost, doubled and overtaken within a connection, which TCP would not do.
    nasty: bool,
    was_nasty: bool,
    healing: bool,
}

/// The disk of a device that was just set up.
fn empty_disk() -> BTreeMap<DocumentId, Chunks> {
    BTreeMap::from([
        (PLAN, Chunks::new(DocumentKind::Plan, None)),
        (PROGRESS, Chunks::new(DocumentKind::Progress, None)),
    ])
}

impl World {
    pub(super) async fn run(seed: u64) -> Result<Report, String> {
        let mut random = Random::new(seed);
        let count = random.between(2, 6) as usize;
        let devices = (0..count)
            .map(|_| SimDevice::new(person(random.below(4) as u8), empty_disk()))
            .collect();
        let notes = (0..2)
            .map(|n| {
                let key = format!("task {n}");
                (derived_id(PROJECT, DocumentKind::Note, &key), key)
            })
            .collect();
        let nasty = random.permille(500);
        let mut world = Self {
            nasty,
            was_nasty: nasty,
            random,
            now: Timestamp(1_000_000),
            order: 0,
            queue: BinaryHeap::new(),
            events: BTreeMap::new(),
            devices,
            server: SimServer::new().await,
            connections: BTreeMap::new(),
            made: Vec::new(),
            notes,
            wiped: BTreeSet::new(),
            compactions: 0,
            healing: false,
        };
        for device in 0..count {
            world.later(0, 3_000, Event::StartDevice { device });
            world.later(0, 10_000, Event::Act { device });
        }
        world.later(0, 10_000, Event::Fault);
        let trouble = world.now.plus_ms(TROUBLE);
        world.until(trouble, false).await?;
        world.heal();
        let end = world.now.plus_ms(HEALING);
        world.until(end, true).await?;
        let nasty = world.was_nasty;
        world
            .check()
            .await
            .map_err(|why| format!("{why} (nasty: {nasty})"))
    }

    fn at(&mut self, time: Timestamp, event: Event) {
        self.order += 1;
        self.queue.push(Reverse((time, self.order)));
        self.events.insert(self.order, event);
    }

    fn later(&mut self, from: i64, to: i64, event: Event) {
        let time = self.now.plus_ms(self.random.between(from, to));
        self.at(time, event);
    }

    /// Lets things happen until `end`, or (`settled`) until every device says that it is in step.
    async fn until(&mut self, end: Timestamp, settled: bool) -> Result<(), String> {
        while let Some(Reverse((time, order))) = self.queue.peek().copied() {
            if time > end || (settled && self.is_settled()) {
                break;
            }
            self.queue.pop();
            self.now = self.now.max(time);
            if let Some(event) = self.events.remove(&order) {
                self.event(event).await?;
            }
        }
        self.now = self.now.max(if settled { self.now } else { end });
        Ok(())
    }

    async fn event(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Open {
                device,
                life,
                connection,
            } => self.opened(device, life, connection)?,
            Event::ToServer { connection, bytes } => self.at_server(connection, &bytes)?,
            Event::ToDevice {
                connection,
                bytes,
                counted,
            } => {
                let size = bytes.len();
                if let Some(c) = self.connections.get(&connection) {
                    let (device, life, server_life, alive) =
                        (c.device, c.life, c.server_life, c.alive);
                    if counted && server_life == self.server.life {
                        self.rooms(RoomInput::Flushed(connection, size));
                    }
                    if alive && self.is_connected(device, connection) {
                        self.device(device, life, DeviceInput::Frame(bytes))?;
                    }
                }
            }
            Event::DeviceCut { connection } => {
                if let Some(c) = self.connections.get(&connection) {
                    let (device, life) = (c.device, c.life);
                    if self.is_connected(device, connection) {
                        if let Some(memory) = self.devices[device].memory.as_mut() {
                            memory.connection = None;
                        }
                        self.device(device, life, DeviceInput::Closed)?;
                    }
                }
            }
            Event::ServerCut { connection } => {
                if let Some(running) = self.server.running.as_mut()
                    && running.sessions.remove(&connection).is_some()
                {
                    self.rooms(RoomInput::Disconnected(connection));
                }
            }
            Event::SessionTimer { connection } => self.session_timer(connection),
            Event::DeviceTimer { device, life, at } => {
                let memory = self.devices[device].memory.as_mut();
                if memory.is_some_and(|m| m.wake_at == Some(at)) {
                    self.device(device, life, DeviceInput::Wake)?;
                }
            }
            Event::Written {
                device,
                life,
                write,
            } => {
                if self.devices[device].life == life
                    && self.devices[device].memory.is_some()
                    && let Some(input) = self.devices[device].written(write)
                {
                    self.later(
                        0,
                        5,
                        Event::Stored {
                            device,
                            life,
                            input,
                        },
                    );
                }
            }
            Event::Stored {
                device,
                life,
                input,
            } => self.device(device, life, input)?,
            Event::Fetched {
                device,
                life,
                fetch,
            } => self.fetched(device, life, fetch).await?,
            Event::StartDevice { device } => {
                if self.devices[device].memory.is_none() {
                    let inputs = self.devices[device].start(&mut self.random);
                    let life = self.devices[device].life;
                    for input in inputs {
                        self.device(device, life, input)?;
                    }
                }
            }
            Event::Begin { life, effect } => {
                if life == self.server.life {
                    let answer = self.server.carry_out(self.now, effect).await;
                    if let Some(input) = answer {
                        self.later(0, 10, Event::Answer { life, input });
                    }
                }
            }
            Event::Answer { life, input } => {
                if life == self.server.life {
                    self.rooms(input);
                }
            }
            Event::StartServer => {
                if self.server.running.is_none() {
                    self.server.start().await;
                }
            }
            Event::Act { device } => self.act(device)?,
            Event::Fault => self.fault().await?,
        }
        Ok(())
    }
}
