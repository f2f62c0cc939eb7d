//! What people do, and what breaks meanwhile.

use shared::base::{ChangeHash, DocumentId};
use shared::domain::permission::{Access, DocumentKind, ProjectState, Role};
use shared::sync::device::Input as DeviceInput;
use shared::sync::replay::Replayed;
use shared::sync::room::Input as RoomInput;
use shared::sync::wire::Refusal;

use super::super::device::Chunks;
use super::super::server::{Change, NODES, PEOPLE, PLAN, PROGRESS, PROJECT, person};
use super::truth::Act;
use super::{Connection, Event, Fetch, World, empty_disk};

impl World {
    pub(super) fn act(&mut self, device: usize) -> Result<(), String> {
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
            let act = self.truth.acts.len() as u64;
            let made = self.devices[device].act((PLAN, PROGRESS), act, self.now, &mut self.random);
            let Some(made) = made else {
                continue;
            };
            let person = self.devices[device].person;
            let changes: Vec<ChangeHash> = made.changes.iter().map(|(hash, _)| *hash).collect();
            let makers = changes.iter().map(|hash| (*hash, person));
            self.truth.makers.extend(makers);
            self.truth.acts.push(Act {
                device,
                document: made.document,
                changes,
                void: false,
                wiped: false,
            });
            for (change, bytes) in made.changes {
                let document = made.document;
                let input = DeviceInput::Made {
                    document,
                    change,
                    bytes,
                };
                self.device(device, life, input)?;
            }
        }
        // as much goes on with many devices as with few
        let pause = 15_000 * self.devices.len().max(5) as i64 / 5;
        self.later(500, pause, Event::Act { device });
        Ok(())
    }

    /// A device looks at what was refused, once its disk has done what was asked of it before.
    pub(super) fn replay(
        &mut self,
        device: usize,
        life: u64,
        document: DocumentId,
        refused: Vec<(ChangeHash, Refusal)>,
    ) {
        if self.devices[device].life != life {
            return;
        }
        let busy = self.devices[device].disk_busy;
        let Some(memory) = self.devices[device].memory.as_mut() else {
            return;
        };
        if busy > self.now {
            let replay = Event::Replay {
                device,
                life,
                document,
                refused,
            };
            return self.at(busy, replay);
        }
        if !memory.replaying.insert(document) {
            return; // one at a time: what is missed now is refused again after the next join
        }
        if let Some(replayed) = self.devices[device].replay(document, &refused, &mut self.random) {
            let replayed = Event::Replayed {
                device,
                life,
                document,
                replayed: Box::new(replayed),
            };
            self.later(0, 20, replayed);
        }
    }

    pub(super) fn replayed(
        &mut self,
        device: usize,
        life: u64,
        document: DocumentId,
        replayed: Replayed,
    ) -> Result<(), String> {
        if self.devices[device].life != life {
            return Ok(());
        }
        let person = self.devices[device].person;
        let makers = replayed.again.iter().map(|again| (again.own.hash, person));
        self.truth.makers.extend(makers);
        let drafts = self.devices[device].disk.drafts.len();
        let random = &mut self.random;
        let Some((acts, join)) = self.devices[device].replayed(document, replayed, random) else {
            return Ok(());
        };
        let drafts = &self.devices[device].disk.drafts[drafts..];
        for (n, changes) in acts {
            let act = &mut self.truth.acts[n as usize];
            act.void = changes.is_empty() && !drafts.iter().any(|(of, ..)| *of == n);
            act.changes = changes;
        }
        self.device(device, life, join)
    }

    /// A change of rights that changes something.
    pub(super) fn some_change(&mut self) -> Option<Change> {
        if self.random.permille(150) {
            return Some(Change::State(match self.truth.state {
                ProjectState::Open | ProjectState::Proposed => ProjectState::Closed,
                ProjectState::Closed => ProjectState::Open,
            }));
        }
        let person = person(self.random.between(1, i64::from(PEOPLE) - 1) as u8);
        let role = match self.random.below(8) {
            0 | 1 => None,
            2 => Some(Role::Reader),
            3 | 4 => Some(Role::Member),
            _ => Some(Role::Planner),
        };
        (self.truth.role(person) != role).then_some(Change::Role(person, role))
    }

    /// Rights have changed in the store: somewhere, all nodes hear of it.
    pub(super) fn changed(&mut self, change: Change) {
        self.report.rights += 1;
        let people = self.truth.concerned(change);
        self.truth.change(self.now, change);
        let node = self.random.below(NODES as u64) as usize;
        let input = || RoomInput::MembershipChanged(PROJECT, people.clone());
        self.at(
            self.now,
            Event::Notice {
                node,
                input: input(),
            },
        );
        self.tell_other(node, input);
    }

    pub(super) async fn rights(&mut self) -> Result<(), String> {
        if self.healing {
            return Ok(());
        }
        if let Some(change) = self.some_change() {
            self.server.change(change).await;
            self.changed(change);
        }
        self.later(500, 15_000, Event::Rights);
        Ok(())
    }

    pub(super) async fn fault(&mut self) -> Result<(), String> {
        if self.healing {
            return Ok(());
        }
        let device = self.random.below(self.devices.len() as u64) as usize;
        let node = self.random.below(NODES as u64) as usize;
        match self.random.below(14) {
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
            8 => {
                // lost or wiped: what was only there is gone with it
                let person = self.devices[device].person;
                self.devices[device].disk = empty_disk(&self.truth, person);
                let theirs = self
                    .truth
                    .acts
                    .iter_mut()
                    .filter(|act| act.device == device);
                theirs.for_each(|act| act.wiped = true);
                self.crash(device);
            }
            9..=10 => {
                let notes = self.notes.iter().map(|(id, _)| *id);
                let all: Vec<_> = [PLAN, PROGRESS].into_iter().chain(notes).collect();
                if let Some(document) = self.random.pick(&all) {
                    let now = self.now.plus_ms(self.server.nodes[node].skew);
                    self.server.compact(node, now, *document).await?;
                    self.report.compactions += 1;
                }
            }
            11 => {
                // all of it: the database is closed, and read from the disk again
                for node in 0..NODES {
                    self.kill(node);
                }
                self.server.close().await;
            }
            _ => self.kill(node),
        }
        self.check_equal()?;
        self.later(500, 8_000, Event::Fault);
        Ok(())
    }

    fn kill(&mut self, node: usize) {
        if self.server.nodes[node].running.is_some() {
            self.server.kill(node);
            let of = |c: &Connection| c.node == node;
            let theirs = self.connections.iter().filter(|(_, c)| of(c));
            for connection in theirs.map(|(id, _)| *id).collect::<Vec<_>>() {
                self.cut(connection);
            }
            self.later(100, 20_000, Event::StartNode { node });
        }
    }

    pub(super) async fn fetched(
        &mut self,
        device: usize,
        life: u64,
        fetch: Fetch,
    ) -> Result<(), String> {
        let person = self.devices[device].person;
        let may = self.truth.access(person, DocumentKind::Plan) != Access::None;
        if self.devices[device].life != life || !self.devices[device].online || !may {
            return Ok(()); // asked again by and by
        }
        let Fetch {
            document,
            epoch,
            snapshot,
            seq,
        } = fetch;
        let node = self.random.below(NODES as u64) as usize;
        if let Some(bytes) = self.server.snapshot(node, document, &snapshot).await {
            let random = &mut self.random;
            if let Some(input) = self.devices[device].keep(document, (epoch, seq), bytes, random) {
                self.device(device, life, input)?;
            }
        }
        Ok(())
    }

    pub(super) fn cut_all_of(&mut self, device: usize) {
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
    pub(super) fn cut(&mut self, connection: u64) {
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

    pub(super) fn crash(&mut self, device: usize) {
        self.devices[device].memory = None;
        self.devices[device].disk_busy = self.now;
        self.cut_all_of(device);
        self.later(100, 20_000, Event::StartDevice { device });
    }

    /// The end of all trouble: everything runs, the network is back.
    pub(super) fn heal(&mut self) {
        self.healing = true;
        self.nasty = false;
        for node in 0..NODES {
            if self.server.nodes[node].running.is_none() {
                self.later(0, 1_000, Event::StartNode { node });
            }
        }
        for device in 0..self.devices.len() {
            self.devices[device].online = true;
            if self.devices[device].memory.is_none() {
                self.later(0, 1_000, Event::StartDevice { device });
            }
        }
    }
}
