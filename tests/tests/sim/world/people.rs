//! What people do, and what breaks meanwhile.

use shared::domain::permission::DocumentKind;
use shared::sync::device::Input as DeviceInput;

use super::super::device::Chunks;
use super::super::server::{PLAN, PROGRESS, PROJECT};
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

    pub(super) async fn fault(&mut self) -> Result<(), String> {
        if self.healing {
            return Ok(());
        }
        let device = self.random.below(self.devices.len() as u64) as usize;
        match self.random.below(13) {
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
                // lost or wiped: what was never sent is gone with it
                let disk = std::mem::replace(&mut self.devices[device].disk, empty_disk());
                let unsent = disk.into_values().flat_map(|chunks| chunks.unacknowledged);
                self.wiped.extend(unsent.map(|(hash, _)| hash));
                self.crash(device);
            }
            9..=11 => {
                let notes = self.notes.iter().map(|(id, _)| *id);
                let all: Vec<_> = [PLAN, PROGRESS].into_iter().chain(notes).collect();
                if let Some(document) = self.random.pick(&all) {
                    self.server.compact(self.now, *document).await?;
                    self.compactions += 1;
                }
            }
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

    pub(super) async fn fetched(
        &mut self,
        device: usize,
        life: u64,
        fetch: Fetch,
    ) -> Result<(), String> {
        if self.devices[device].life != life || !self.devices[device].online {
            return Ok(()); // asked again by and by
        }
        let Fetch {
            document,
            epoch,
            snapshot,
            seq,
        } = fetch;
        if let Some(bytes) = self.server.snapshot(document, &snapshot).await {
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
}
