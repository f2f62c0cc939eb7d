//! The ends of the connections, and what is on its way between them.

use shared::sync::device::{Effect as DeviceEffect, Input as DeviceInput, Status};
use shared::sync::room::{Effect as RoomEffect, Input as RoomInput};
use shared::sync::server::{Effect as SessionEffect, Session};

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
                Err(DeviceEffect::FetchSnapshot {
                    document,
                    epoch,
                    snapshot,
                    seq,
                }) => {
                    let fetch = Fetch {
                        document,
                        epoch,
                        snapshot,
                        seq,
                    };
                    self.later(
                        5,
                        2_000,
                        Event::Fetched {
                            device,
                            life,
                            fetch,
                        },
                    );
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
    pub(super) fn check_claim(&self, device: usize) -> Result<(), String> {
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

    pub(super) fn connect(&mut self, device: usize, life: u64) {
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

    pub(super) fn opened(
        &mut self,
        device: usize,
        life: u64,
        connection: u64,
    ) -> Result<(), String> {
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

    pub(super) fn at_server(&mut self, connection: u64, bytes: &[u8]) -> Result<(), String> {
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

    pub(super) fn session_timer(&mut self, connection: u64) {
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

    pub(super) fn session_effects(&mut self, connection: u64, effects: Vec<SessionEffect>) {
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
    pub(super) fn close(&mut self, connection: u64) {
        self.at(self.now, Event::ServerCut { connection });
        self.later(200, 500, Event::DeviceCut { connection });
    }

    pub(super) fn rooms(&mut self, input: RoomInput) {
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
}
