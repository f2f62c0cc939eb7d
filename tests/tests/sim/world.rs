//! The clock, the network and the faults.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use shared::base::{ChangeHash, DocumentId, Timestamp};
use shared::doc::derived_id;
use shared::doc::view::plan::PlanReader;
use shared::domain::permission::DocumentKind;
use shared::sync::device::{Effect as DeviceEffect, Input as DeviceInput, Status};
use shared::sync::room::{Effect as RoomEffect, Input as RoomInput};
use shared::sync::server::{Effect as SessionEffect, Session};

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
    /// Frames are also lost, doubled and overtaken within a connection, which TCP would not do.
    nasty: bool,
    was_nasty: bool,
    healing: bool,
}

impl World {
    pub(super) async fn run(seed: u64) -> Result<Report, String> {
        let mut random = Random::new(seed);
        let count = random.between(2, 6) as usize;
        let documents = BTreeMap::from([
            (PLAN, Chunks::new(DocumentKind::Plan, None)),
            (PROGRESS, Chunks::new(DocumentKind::Progress, None)),
        ]);
        let devices = (0..count)
            .map(|_| SimDevice::new(person(random.below(4) as u8), documents.clone()))
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

    fn is_settled(&self) -> bool {
        let synced = self.devices.iter().all(|d| {
            let memory = d.memory.as_ref();
            // one that has not noticed yet that its connection is dead will
            let link = memory.and_then(|m| self.connections.get(&m.connection?));
            link.is_some_and(|c| c.alive && c.server_life == self.server.life)
                && memory.is_some_and(|m| matches!(m.status, Some(Status::Synced { .. })))
        });
        // nothing is on its way but timers
        synced
            && self.events.values().all(|event| {
                matches!(
                    event,
                    Event::SessionTimer { .. }
                        | Event::DeviceTimer { .. }
                        | Event::ServerCut { .. }
                )
            })
    }

    /// The end of all trouble: everything runs, the network is back.
    fn heal(&mut self) {
        self.healing = true;
        self.nasty = false;
        if self.server.running.is_none() {
            self.later(0, 1_000, Event::StartServer);
        }
        for device in 0..self.devices.len() {
            self.devices[device].online = true;
            if self.devices[device].memory.is_none() {
                self.later(0, 1_000, Event::StartDevice { device });
            }
        }
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

    fn is_connected(&self, device: usize, connection: u64) -> bool {
        let memory = self.devices[device].memory.as_ref();
        memory.is_some_and(|m| m.connection == Some(connection))
    }

    fn act(&mut self, device: usize) -> Result<(), String> {
        if self.healing {
            return Ok(());
        }
        let life = self.devices[device].life;
        if self.random.permille(100)
            && let Some((note, key)) = self.random.pick(&self.notes).cloned()
        {
            let create = Some((PROJECT, DocumentKind::Note, key));
            let chunks = Chunks::new(DocumentKind::Note, create);
            if let Some(join) = self.devices[device].open(note, chunks, &mut self.random) {
                self.device(device, life, join)?;
            }
        }
        for _ in 0..self.random.between(1, 3) {
            for (document, change, bytes) in self.devices[device].act(self.now, &mut self.random) {
                self.made.push((document, change));
                self.device(
                    device,
                    life,
                    DeviceInput::Made {
                        document,
                        change,
                        bytes,
                    },
                )?;
            }
        }
        self.later(500, 15_000, Event::Act { device });
        Ok(())
    }

    async fn fault(&mut self) -> Result<(), String> {
        if self.healing {
            return Ok(());
        }
        let device = self.random.below(self.devices.len() as u64) as usize;
        match self.random.below(10) {
            0..=2 => self.cut_all_of(device),
            3..=5 => {
                let online = !self.devices[device].online;
                self.devices[device].online = online;
                if online {
                    let life = self.devices[device].life;
                    self.device(device, life, DeviceInput::NetworkBack)?;
                } else {
                    self.cut_all_of(device);
                }
            }
            6 | 7 => self.crash(device),
            _ => {
                if self.server.running.is_some() {
                    self.server.kill().await;
                    for connection in self.connections.keys().copied().collect::<Vec<_>>() {
                        self.cut(connection);
                    }
                    self.later(100, 20_000, Event::StartServer);
                }
            }
        }
        self.later(1_000, 15_000, Event::Fault);
        Ok(())
    }

    fn cut_all_of(&mut self, device: usize) {
        let of = |c: &Connection| c.device == device;
        let theirs: Vec<_> = self
            .connections
            .iter()
            .filter(|(_, c)| of(c))
            .map(|(id, _)| *id)
            .collect();
        theirs
            .into_iter()
            .for_each(|connection| self.cut(connection));
    }

    /// Both ends learn of it at some time; the device may have to find out by itself.
    fn cut(&mut self, connection: u64) {
        let Some(c) = self.connections.get_mut(&connection) else {
            return;
        };
        if std::mem::replace(&mut c.alive, false) {
            if self.random.permille(800) {
                self.later(0, 5_000, Event::DeviceCut { connection });
            }
            self.later(0, 30_000, Event::ServerCut { connection });
        }
    }

    fn crash(&mut self, device: usize) {
        self.devices[device].memory = None;
        self.devices[device].disk_busy = self.now;
        self.cut_all_of(device);
        self.later(100, 20_000, Event::StartDevice { device });
    }

    /// Tells a device's session something, and does what it wants.
    fn device(&mut self, device: usize, life: u64, input: DeviceInput) -> Result<(), String> {
        if self.devices[device].life != life {
            return Ok(());
        }
        let Some(memory) = self.devices[device].memory.as_mut() else {
            return Ok(());
        };
        for effect in memory.session.handle(self.now, input) {
            if !self.healing && self.random.permille(2) {
                self.crash(device); // in the middle
                return Ok(());
            }
            let claims = matches!(effect, DeviceEffect::Status(Status::Synced { .. }));
            match self.devices[device].carry_out(effect)? {
                Ok(write) => {
                    let busy = self.devices[device].disk_busy.max(self.now);
                    let done = busy.plus_ms(self.random.between(0, 20));
                    self.devices[device].disk_busy = done;
                    self.at(
                        done,
                        Event::Written {
                            device,
                            life,
                            write,
                        },
                    );
                }
                Err(DeviceEffect::Connect) => self.connect(device, life),
                Err(DeviceEffect::Disconnect) => {
                    let memory = self.devices[device].memory.as_mut();
                    if let Some(connection) = memory.and_then(|m| m.connection.take()) {
                        self.cut(connection);
                    }
                }
                Err(DeviceEffect::Send(bytes)) => {
                    let memory = self.devices[device].memory.as_ref();
                    if let Some(connection) = memory.and_then(|m| m.connection) {
                        let frame = |bytes| Event::ToServer { connection, bytes };
                        self.send(connection, 0, bytes, frame);
                    }
                }
                Err(DeviceEffect::WakeAt(at)) => {
                    if let Some(memory) = self.devices[device].memory.as_mut() {
                        memory.wake_at = Some(at);
                    }
                    let due = at.max(self.now);
                    self.at(due, Event::DeviceTimer { device, life, at });
                }
                Err(_) => {}
            }
            if claims {
                self.check_claim(device)?;
            }
        }
        Ok(())
    }

    /// A device that says "everything is at the server" must be right.
    fn check_claim(&self, device: usize) -> Result<(), String> {
        let waiting = self.devices[device]
            .memory
            .as_ref()
            .map(|m| m.session.waiting());
        match waiting {
            Some(0) | None => Ok(()),
            Some(n) => Err(format!(
                "device {device} says that it is in step while {n} changes wait"
            )),
        }
    }

    fn connect(&mut self, device: usize, life: u64) {
        self.order += 1;
        let connection = self.order;
        self.connections.insert(
            connection,
            Connection {
                device,
                life,
                server_life: 0,
                alive: true,
                arrivals: [self.now, self.now],
            },
        );
        if let Some(memory) = self.devices[device].memory.as_mut() {
            memory.connection = Some(connection);
        }
        self.later(
            1,
            300,
            Event::Open {
                device,
                life,
                connection,
            },
        );
    }

    fn opened(&mut self, device: usize, life: u64, connection: u64) -> Result<(), String> {
        let reachable = self.devices[device].online && self.server.running.is_some();
        let current = self.devices[device].life == life && self.is_connected(device, connection);
        if !reachable || !current {
            if self.random.permille(800) {
                self.later(0, 2_000, Event::DeviceCut { connection });
            }
            if let Some(c) = self.connections.get_mut(&connection) {
                c.alive = false;
            }
            return Ok(());
        }
        let person = self.devices[device].person;
        let server_life = self.server.life;
        if let Some(c) = self.connections.get_mut(&connection) {
            c.server_life = server_life;
        }
        let session = Session::new(self.now, person, "sim".to_owned());
        let due = session.deadline();
        if let Some(running) = self.server.running.as_mut() {
            running.sessions.insert(connection, session);
        }
        self.rooms(RoomInput::Connected(connection, person));
        self.at(due, Event::SessionTimer { connection });
        self.device(device, life, DeviceInput::Opened)
    }

    /// Puts a frame on the way: in order and without loss, unless the network is nasty.
    fn send(
        &mut self,
        connection: u64,
        direction: usize,
        bytes: Vec<u8>,
        event: impl Fn(Vec<u8>) -> Event,
    ) {
        let delay = self.random.between(1, 200);
        let (lost, doubled, overtakes) = if self.nasty {
            (
                self.random.permille(15),
                self.random.permille(30),
                self.random.permille(50),
            )
        } else {
            (false, false, false)
        };
        let Some(c) = self.connections.get_mut(&connection) else {
            return;
        };
        let mut time = self.now.plus_ms(delay);
        if !overtakes {
            time = time.max(c.arrivals[direction]);
            c.arrivals[direction] = time;
        }
        if lost {
            // a connection that loses something does not live long
            self.later(1_000, 30_000, Event::DeviceCut { connection });
            return;
        }
        if doubled {
            let again = time.plus_ms(self.random.between(0, 2_000));
            self.at(again, event(bytes.clone()));
        }
        self.at(time, event(bytes));
    }

    fn at_server(&mut self, connection: u64, bytes: &[u8]) -> Result<(), String> {
        let Some(c) = self.connections.get(&connection) else {
            return Ok(());
        };
        let alive = c.alive && c.server_life == self.server.life;
        let session = self
            .server
            .running
            .as_mut()
            .and_then(|r| r.sessions.get_mut(&connection));
        let Some(session) = session.filter(|_| alive) else {
            return Ok(());
        };
        let effects = session.frame(self.now, bytes);
        self.session_effects(connection, effects);
        Ok(())
    }

    fn session_timer(&mut self, connection: u64) {
        let session = self
            .server
            .running
            .as_mut()
            .and_then(|r| r.sessions.get_mut(&connection));
        let Some(session) = session else {
            return;
        };
        let effects = session.wake(self.now);
        let due = session.deadline();
        if effects.is_empty() {
            self.at(due, Event::SessionTimer { connection });
        }
        self.session_effects(connection, effects);
    }

    fn session_effects(&mut self, connection: u64, effects: Vec<SessionEffect>) {
        for effect in effects {
            match effect {
                SessionEffect::Send(bytes) => {
                    let frame = |bytes| Event::ToDevice {
                        connection,
                        bytes,
                        counted: false,
                    };
                    self.send(connection, 1, bytes, frame);
                }
                SessionEffect::Ask(request) => self.rooms(RoomInput::Request(connection, request)),
                SessionEffect::Close => self.close(connection),
            }
        }
    }

    /// The server closes a connection, after what it has sent.
    fn close(&mut self, connection: u64) {
        self.at(self.now, Event::ServerCut { connection });
        self.later(200, 500, Event::DeviceCut { connection });
    }

    fn rooms(&mut self, input: RoomInput) {
        let Some(running) = self.server.running.as_mut() else {
            return;
        };
        let life = self.server.life;
        for effect in running.rooms.handle(self.now, input) {
            match effect {
                RoomEffect::Send(connection, bytes) => {
                    let frame = |bytes| Event::ToDevice {
                        connection,
                        bytes,
                        counted: true,
                    };
                    self.send(connection, 1, bytes, frame);
                }
                RoomEffect::Close(connection) => self.close(connection),
                effect @ RoomEffect::Append { .. } => {
                    // appends keep their order
                    let begin = self
                        .server
                        .appended
                        .max(self.now)
                        .plus_ms(self.random.between(0, 30));
                    self.server.appended = begin;
                    self.at(begin, Event::Begin { life, effect });
                }
                effect => self.later(0, 30, Event::Begin { life, effect }),
            }
        }
    }

    async fn check(mut self) -> Result<Report, String> {
        if !self.is_settled() {
            let states: Vec<_> = self
                .devices
                .iter()
                .map(|d| {
                    d.memory
                        .as_ref()
                        .map(|m| (m.status.clone(), m.session.waiting()))
                })
                .collect();
            return Err(format!("not in step after {HEALING} ms: {states:?}"));
        }
        let mut logs = BTreeMap::new();
        for id in [PLAN, PROGRESS]
            .into_iter()
            .chain(self.notes.iter().map(|(id, _)| *id))
        {
            let log = self.server.log(id).await;
            if !log.iter().map(|e| e.seq).eq(1..=log.len() as u64) {
                return Err(format!("the log of {id} has gaps"));
            }
            let hashes: BTreeSet<_> = log
                .iter()
                .filter_map(|e| shared::sync::check::header(&e.bytes))
                .map(|h| h.hash)
                .collect();
            if hashes.len() != log.len() {
                return Err(format!("the log of {id} holds a change twice"));
            }
            logs.insert(id, hashes);
        }
        for (document, change) in &self.made {
            if !logs.get(document).is_some_and(|log| log.contains(change)) {
                return Err(format!("an edit of {document} is lost: {change}"));
            }
        }
        let mut plan = self.server.document(PLAN, DocumentKind::Plan).await;
        let mut progress = self.server.document(PROGRESS, DocumentKind::Progress).await;
        let view = PlanReader::default().read(&mut plan, Some(&mut progress));
        let mut heads = plan.heads();
        for device in 0..self.devices.len() {
            let documents: Vec<_> = self.devices[device]
                .disk
                .iter()
                .map(|(id, c)| (*id, c.kind))
                .collect();
            for (id, kind) in documents {
                let theirs = self.server.document(id, kind).await.heads();
                let memory = self.devices[device].memory.as_mut().unwrap();
                if memory.documents.get_mut(&id).unwrap().heads() != theirs {
                    return Err(format!(
                        "device {device} has other heads of {id} than the server"
                    ));
                }
                let chunks = &self.devices[device].disk[&id];
                if chunks.load([0; 16]).heads() != theirs || !chunks.unacknowledged.is_empty() {
                    return Err(format!(
                        "the disk of device {device} has another {id} than the server"
                    ));
                }
                heads.extend(theirs);
            }
            if self.devices[device].view() != view {
                return Err(format!(
                    "device {device} shows another plan than the server"
                ));
            }
        }
        let ended = self.now;
        self.server.kill().await;
        Ok(Report {
            devices: self.devices.len() as u64,
            changes: self.made.len(),
            connections: self.connections.len() as u64,
            heads,
            ended,
        })
    }
}
