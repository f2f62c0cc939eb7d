//! The ends of the connections, and what is on its way between them.

use shared::sync::device::{Effect as DeviceEffect, Input as DeviceInput};
use shared::sync::room::Input as RoomInput;
use shared::sync::server::{Effect as SessionEffect, Session};
use shared::sync::wire::ToServer;

use super::super::server::NODES;
use super::{Connection, Event, Fetch, World};

impl World {
    pub(super) fn is_connected(&self, device: usize, connection: u64) -> bool {
        let memory = self.devices[device].memory.as_ref();
        memory.is_some_and(|m| m.connection == Some(connection))
    }

    /// Tells a device's session something, and does what it wants.
    pub(super) fn device(
        &mut self,
        device: usize,
        life: u64,
        input: DeviceInput,
    ) -> Result<(), String> {
        if self.devices[device].life != life {
            return Ok(());
        }
        let skew = self.devices[device].skew;
        let Some(memory) = self.devices[device].memory.as_mut() else {
            return Ok(());
        };
        for effect in memory.session.handle(self.now.plus_ms(skew), input) {
            if !self.healing && self.random.permille(2) {
                self.crash(device); // in the middle
                return Ok(());
            }
            self.check_effect(device, &effect)?;
            match self.devices[device].carry_out(effect)? {
                Ok(write) => {
                    let busy = self.devices[device].disk_busy.max(self.now);
                    let done = busy.plus_ms(self.random.between(0, 20));
                    self.devices[device].disk_busy = done;
                    let written = Event::Written {
                        device,
                        life,
                        write,
                    };
                    self.at(done, written);
                }
                Err(effect) => self.carry_out(device, life, effect),
            }
        }
        let memory = self.devices[device].memory.as_mut();
        let refusals = memory.map(|m| std::mem::take(&mut m.refusals));
        for (document, refused) in refusals.unwrap_or_default() {
            let replay = Event::Replay {
                device,
                life,
                document,
                refused,
            };
            self.later(0, 10, replay);
        }
        Ok(())
    }

    /// What a session wants of the network and the clock.
    fn carry_out(&mut self, device: usize, life: u64, effect: DeviceEffect) {
        let Some(memory) = self.devices[device].memory.as_mut() else {
            return;
        };
        match effect {
            DeviceEffect::Connect => self.connect(device, life),
            DeviceEffect::Disconnect => {
                if let Some(connection) = memory.connection.take() {
                    self.cut(connection);
                }
            }
            DeviceEffect::Send(bytes) => {
                if let Some(connection) = memory.connection {
                    let frames = self.together(connection, &bytes);
                    self.send(connection, 0, bytes, |_| Event::ToServer {
                        connection,
                        frames: frames.clone(),
                    });
                }
            }
            DeviceEffect::WakeAt(at) => {
                memory.wake_at = Some(at);
                let due = at.plus_ms(-self.devices[device].skew).max(self.now);
                self.at(due, Event::DeviceTimer { device, life, at });
            }
            DeviceEffect::RefreshProjects => {
                self.later(5, 1_000, Event::Refresh { device, life });
            }
            DeviceEffect::FetchSnapshot {
                document,
                epoch,
                snapshot,
                seq,
            } => {
                let fetch = Fetch {
                    document,
                    epoch,
                    snapshot,
                    seq,
                };
                let fetched = Event::Fetched {
                    device,
                    life,
                    fetch,
                };
                self.later(5, 2_000, fetched);
            }
            _ => {}
        }
    }

    pub(super) fn connect(&mut self, device: usize, life: u64) {
        self.order += 1;
        let connection = self.order;
        // a balancer sends it anywhere
        let node = self.random.below(NODES as u64) as usize;
        self.connections.insert(
            connection,
            Connection {
                device,
                life,
                node,
                node_life: 0,
                alive: true,
                arrivals: [self.now, self.now],
                create: None,
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

    pub(super) fn opened(
        &mut self,
        device: usize,
        life: u64,
        connection: u64,
    ) -> Result<(), String> {
        let Some(node) = self.connections.get(&connection).map(|c| c.node) else {
            return Ok(());
        };
        let reachable = self.devices[device].online && self.server.nodes[node].running.is_some();
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
        let node_life = self.server.nodes[node].life;
        if let Some(c) = self.connections.get_mut(&connection) {
            c.node_life = node_life;
        }
        let skew = self.server.nodes[node].skew;
        let session = Session::new(self.now.plus_ms(skew), person, "sim".to_owned());
        let due = session.deadline().plus_ms(-skew);
        if let Some(running) = self.server.nodes[node].running.as_mut() {
            running.sessions.insert(connection, session);
        }
        self.rooms(node, RoomInput::Connected(connection, person))?;
        self.at(due, Event::SessionTimer { connection });
        self.device(device, life, DeviceInput::Opened)
    }

    /// What arrives in one piece: a `Create` is half a request, and says something only just before its `Join`. All other
    /// frames stand by themselves: they may be overtaken, or come twice.
    fn together(&mut self, connection: u64, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut frames = vec![bytes.to_vec()];
        if let Some(c) = self.connections.get_mut(&connection) {
            let frame = ToServer::from_bytes(bytes);
            let create = c.create.take();
            match frame {
                Ok(ToServer::Create { .. }) => c.create = Some(bytes.to_vec()),
                Ok(ToServer::Join { .. }) => frames.splice(0..0, create).for_each(drop),
                _ => {}
            }
        }
        frames
    }

    /// Puts a frame on the way: in order and without loss, unless the network is nasty.
    pub(super) fn send(
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

    /// The node that a connection leads to, while both live.
    pub(super) fn node_of(&self, connection: u64) -> Option<usize> {
        let c = self.connections.get(&connection)?;
        (c.node_life == self.server.nodes[c.node].life).then_some(c.node)
    }

    pub(super) fn reaches_device(
        &mut self,
        connection: u64,
        bytes: Vec<u8>,
        counted: bool,
    ) -> Result<(), String> {
        let size = bytes.len();
        let Some(c) = self.connections.get(&connection) else {
            return Ok(());
        };
        let (device, life, alive) = (c.device, c.life, c.alive);
        if counted && let Some(node) = self.node_of(connection) {
            self.rooms(node, RoomInput::Flushed(connection, size))?;
        }
        if alive && self.is_connected(device, connection) {
            self.device(device, life, DeviceInput::Frame(bytes))?;
        }
        Ok(())
    }

    pub(super) fn at_server(&mut self, connection: u64, bytes: &[u8]) -> Result<(), String> {
        let Some(c) = self.connections.get(&connection).filter(|c| c.alive) else {
            return Ok(());
        };
        let now = self.now.plus_ms(self.server.nodes[c.node].skew);
        let Some(node) = self.node_of(connection) else {
            return Ok(());
        };
        let running = self.server.nodes[node].running.as_mut();
        let Some(session) = running.and_then(|r| r.sessions.get_mut(&connection)) else {
            return Ok(());
        };
        let effects = session.frame(now, bytes);
        self.session_effects(node, connection, effects)
    }

    pub(super) fn session_timer(&mut self, connection: u64) -> Result<(), String> {
        let Some(node) = self.node_of(connection) else {
            return Ok(());
        };
        let skew = self.server.nodes[node].skew;
        let running = self.server.nodes[node].running.as_mut();
        let Some(session) = running.and_then(|r| r.sessions.get_mut(&connection)) else {
            return Ok(());
        };
        let effects = session.wake(self.now.plus_ms(skew));
        let due = session.deadline().plus_ms(-skew);
        if effects.is_empty() {
            self.at(due, Event::SessionTimer { connection });
        }
        self.session_effects(node, connection, effects)
    }

    pub(super) fn session_effects(
        &mut self,
        node: usize,
        connection: u64,
        effects: Vec<SessionEffect>,
    ) -> Result<(), String> {
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
                SessionEffect::Ask(request) => {
                    self.rooms(node, RoomInput::Request(connection, request))?;
                }
                SessionEffect::Close => self.close(connection),
            }
        }
        Ok(())
    }

    /// The server closes a connection, after what it has sent.
    pub(super) fn close(&mut self, connection: u64) {
        self.at(self.now, Event::ServerCut { connection });
        self.later(200, 500, Event::DeviceCut { connection });
    }
}
