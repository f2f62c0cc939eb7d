//! What the nodes do: their rooms, the store behind them, and what they tell each other.

use shared::sync::room::{Effect as RoomEffect, Input as RoomInput, Outcome};

use super::{Event, World};

/// The longest that a node may not know what another one has told, in ms.
pub(super) const NOTICE: i64 = 4_000;

impl World {
    pub(super) fn rooms(&mut self, node: usize, input: RoomInput) -> Result<(), String> {
        let (life, skew) = (self.server.nodes[node].life, self.server.nodes[node].skew);
        let Some(running) = self.server.nodes[node].running.as_mut() else {
            return Ok(());
        };
        for effect in running.rooms.handle(self.now.plus_ms(skew), input) {
            match effect {
                RoomEffect::Send(connection, bytes) => {
                    self.check_sent(connection, &bytes)?;
                    let frame = |bytes| Event::ToDevice {
                        connection,
                        bytes,
                        counted: true,
                    };
                    self.send(connection, 1, bytes.to_vec(), frame);
                }
                RoomEffect::Close(connection) => self.close(connection),
                effect @ RoomEffect::Append { .. } => {
                    // appends keep their order
                    let pause = self.random.between(0, 30);
                    let appended = &mut self.server.nodes[node].appended;
                    let begin = self.now.max(*appended).plus_ms(pause);
                    *appended = begin;
                    self.at(begin, Event::Begin { node, life, effect });
                }
                effect => self.later(0, 30, Event::Begin { node, life, effect }),
            }
        }
        Ok(())
    }

    /// The store does what a node's rooms asked for. Where it is an append, somebody's right may change in between.
    pub(super) async fn begin(
        &mut self,
        node: usize,
        life: u64,
        effect: RoomEffect,
    ) -> Result<(), String> {
        if life != self.server.nodes[node].life {
            return Ok(());
        }
        let append = matches!(effect, RoomEffect::Append { .. });
        let race = if append && !self.healing && self.random.permille(20) {
            self.some_change()
        } else {
            None
        };
        let now = self.now.plus_ms(self.server.nodes[node].skew);
        let (answer, raced) = self.server.carry_out(node, now, effect, race).await;
        if let Some(change) = race.filter(|_| raced) {
            self.changed(change);
        }
        let Some(mut input) = answer else {
            return Ok(());
        };
        if let RoomInput::Appended {
            document,
            outcomes: Ok(outcomes),
            ..
        } = &input
            && let Some(head) = self.check_stored(*document, outcomes)?
        {
            self.tell_other(node, || RoomInput::Grown(*document, head));
        }
        let random = self.lost_answers.as_mut();
        if random.is_some_and(|random| random.permille(100)) {
            answered_again(&mut input);
        }
        self.later(0, 10, Event::Answer { node, life, input });
        Ok(())
    }

    /// Another node is told: late, in another order, or not at all; then it learns that it missed something.
    pub(super) fn tell_other(&mut self, from: usize, input: impl Fn() -> RoomInput) {
        let node = Self::other(from);
        if !self.healing && self.random.permille(60) {
            let input = RoomInput::Shutdown;
            self.later(500, NOTICE, Event::Notice { node, input });
        } else {
            let input = input();
            self.later(0, NOTICE / 2, Event::Notice { node, input });
        }
    }
}

/// The answer to a commit was lost, and what it stored is found when it is tried again.
fn answered_again(input: &mut RoomInput) {
    let RoomInput::Appended {
        outcomes: Ok(outcomes),
        ..
    } = input
    else {
        return;
    };
    for (_, outcome) in outcomes {
        if let Outcome::Stored(entry) = outcome {
            *outcome = Outcome::Present(entry.seq);
        }
    }
}
