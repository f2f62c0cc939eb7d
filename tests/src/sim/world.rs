//! The clock, the network and the faults.

mod check;
mod network;
mod nodes;
mod people;
mod truth;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use shared::base::{ChangeHash, DocumentId, Timestamp};
use shared::doc::derived_id;
use shared::domain::permission::DocumentKind;
use shared::sync::device::Input as DeviceInput;
use shared::sync::replay::Replayed;
use shared::sync::room::{Effect as RoomEffect, Input as RoomInput};
use shared::sync::wire::Refusal;

use super::Report;
use super::device::{Chunks, Disk, SimDevice, Write};
use super::random::Random;
use super::server::{NODES, PEOPLE, PLAN, PROGRESS, PROJECT, SimServer, person};
use truth::Truth;

/// How long people work and things break, in ms of virtual time.
const TROUBLE: i64 = 60_000;
/// How long everything may take to come together afterwards.
const HEALING: i64 = 600_000;

enum Event {
    /// The socket of a device opens, or fails to.
    Open {
        device: usize,
        life: u64,
        connection: u64,
    },
    ToServer {
        connection: u64,
        frames: Vec<Vec<u8>>,
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
    /// A device looks at what was refused.
    Replay {
        device: usize,
        life: u64,
        document: DocumentId,
        refused: Vec<(ChangeHash, Refusal)>,
    },
    /// What came of it is written.
    Replayed {
        device: usize,
        life: u64,
        document: DocumentId,
        replayed: Box<Replayed>,
    },
    /// A device asks for its list of projects.
    Refresh {
        device: usize,
        life: u64,
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
        node: usize,
        life: u64,
        effect: RoomEffect,
    },
    Answer {
        node: usize,
        life: u64,
        input: RoomInput,
    },
    /// A node hears something from another one, or of a change of rights.
    Notice {
        node: usize,
        input: RoomInput,
    },
    StartNode {
        node: usize,
    },
    Act {
        device: usize,
    },
    Rights,
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
    node: usize,
    node_life: u64,
    /// Frames still get through (in both directions).
    alive: bool,
    /// Nothing overtakes, unless the network is nasty: latest arrival so far, to the server and to the device.
    arrivals: [Timestamp; 2],
    /// The last frame to the server, where it was a `Create`.
    create: Option<Vec<u8>>,
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
    notes: Vec<(DocumentId, String)>,
    truth: Truth,
    report: Report,
    /// Frames are also lost, doubled and overtaken within a connection, which TCP would not do.
    nasty: bool,
    was_nasty: bool,
    healing: bool,
    /// Where the answers to commits get lost: which ones.
    lost_answers: Option<Random>,
}

/// The disk of a device that was just set up.
fn empty_disk(truth: &Truth, person: shared::base::PersonId) -> Disk {
    Disk {
        documents: BTreeMap::from([
            (PLAN, Chunks::new(DocumentKind::Plan, None)),
            (PROGRESS, Chunks::new(DocumentKind::Progress, None)),
        ]),
        drafts: Vec::new(),
        heard: (truth.role(person), truth.state),
    }
}

impl World {
    pub(super) async fn run(seed: u64) -> Result<Report, String> {
        let mut random = Random::new(seed);
        // mostly few: that is where most goes wrong a second
        let count = match random.below(50) {
            0 => random.between(8, 30),
            1..=5 => random.between(6, 10),
            _ => random.between(3, 5),
        } as usize;
        let truth = Truth::default();
        let devices = (0..count)
            .map(|_| {
                let person = person(random.below(u64::from(PEOPLE)) as u8);
                let skew = random.between(-3_600_000, 3_600_000);
                SimDevice::new(person, empty_disk(&truth, person), skew)
            })
            .collect();
        let notes = (0..2)
            .map(|n| {
                let key = format!("task {n}");
                (derived_id(PROJECT, DocumentKind::Note, &key), key)
            })
            .collect();
        let nasty = random.permille(500);
        let mut server = SimServer::new().await;
        for node in &mut server.nodes {
            node.skew = random.between(-600_000, 600_000);
        }
        let mut world = Self {
            nasty,
            was_nasty: nasty,
            random,
            now: Timestamp(100_000_000),
            order: 0,
            queue: BinaryHeap::new(),
            events: BTreeMap::new(),
            devices,
            server,
            connections: BTreeMap::new(),
            notes,
            truth,
            report: Report::default(),
            healing: false,
            // apart from the rest, which goes the same way as before this was tried
            lost_answers: (seed % 10 == 2).then(|| Random::new(!seed)),
        };
        for device in 0..count {
            world.later(0, 3_000, Event::StartDevice { device });
            world.later(0, 10_000, Event::Act { device });
        }
        world.later(0, 8_000, Event::Fault);
        world.later(0, 20_000, Event::Rights);
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
            Event::ToServer { connection, frames } => {
                for bytes in frames {
                    self.at_server(connection, &bytes)?;
                }
            }
            Event::ToDevice {
                connection,
                bytes,
                counted,
            } => self.reaches_device(connection, bytes, counted)?,
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
                if let Some(node) = self.node_of(connection)
                    && let Some(running) = self.server.nodes[node].running.as_mut()
                    && running.sessions.remove(&connection).is_some()
                {
                    self.rooms(node, RoomInput::Disconnected(connection))?;
                }
            }
            Event::SessionTimer { connection } => self.session_timer(connection)?,
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
                    let stored = Event::Stored {
                        device,
                        life,
                        input,
                    };
                    self.later(0, 5, stored);
                }
            }
            Event::Stored {
                device,
                life,
                input,
            } => self.device(device, life, input)?,
            Event::Replay {
                device,
                life,
                document,
                refused,
            } => self.replay(device, life, document, refused),
            Event::Replayed {
                device,
                life,
                document,
                replayed,
            } => self.replayed(device, life, document, *replayed)?,
            Event::Refresh { device, life } => {
                let up = self.devices[device].online
                    && self.server.nodes.iter().any(|n| n.running.is_some());
                if self.devices[device].life == life && up {
                    let person = self.devices[device].person;
                    self.devices[device].disk.heard = (self.truth.role(person), self.truth.state);
                }
            }
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
            Event::Begin { node, life, effect } => self.begin(node, life, effect).await?,
            Event::Answer { node, life, input } => {
                if life == self.server.nodes[node].life {
                    self.rooms(node, input)?;
                }
            }
            Event::Notice { node, input } => self.rooms(node, input)?,
            Event::StartNode { node } => {
                if self.server.nodes[node].running.is_none() {
                    self.server.start(node).await;
                    self.check_acknowledged().await?;
                }
            }
            Event::Act { device } => self.act(device)?,
            Event::Rights => self.rights().await?,
            Event::Fault => self.fault().await?,
        }
        Ok(())
    }

    fn other(node: usize) -> usize {
        (node + 1) % NODES
    }
}
