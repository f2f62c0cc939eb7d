//! Which tab holds the socket: the one with the lock. The visible tab takes it over from a hidden one; a tab that
//! dies lets go by itself.
//!
//! A tab may ask for the lock twice: it waits in the queue, and takes it by force. Both may come true, one after the
//! other, in either order: each holding ends by its own number, and ends nothing that came after it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::DocumentId;

use super::core::Core;
use super::driver::Driver;
use super::later::Job;
use super::notice::Notice;
use super::typing::tab_lock;
use crate::platform::tabs::{self, Channel, Held};
use crate::platform::{clock, visibility};

/// How long to wait for the leader's answer before taking the lock by force: it may be frozen.
const PATIENCE: u32 = 1_500;

/// This tab's part in the choice.
pub(crate) struct Lead {
    core: Rc<Core>,
    lock: String,
    /// Which holding it is, and what to let go of.
    held: RefCell<Option<(u64, Held)>>,
    /// The last number a holding got.
    number: Cell<u64>,
    /// We asked for the lock and wait for an answer.
    asking: Cell<bool>,
}

impl Lead {
    /// Begins to hear other tabs, and to wait for the lock.
    pub(crate) fn seek(core: &Rc<Core>) {
        let name = format!("plumbline-{}", core.person());
        let lead = Rc::new(Self {
            core: core.clone(),
            lock: format!("{name}-lead"),
            held: RefCell::default(),
            number: Cell::new(0),
            asking: Cell::new(false),
        });
        let hearing = lead.clone();
        *core.channel.borrow_mut() = Channel::join(&name, move |text| {
            if let Ok(notice) = serde_json::from_str(&text) {
                hearing.hear(notice);
            }
        });
        let alive = tab_lock(core.tab);
        spawn_local(async move {
            // held while the page lives: `alive` is never released
            tabs::hold(&alive, false, std::mem::forget).await;
        });
        lead.clone().wait();
        core.tell(&Notice::Hello);
        let this = lead.clone();
        let listening = visibility::on_change(move |visible| {
            if visible {
                this.ask();
            } else if this.leads() {
                this.core.tell(&Notice::Hidden);
            }
        });
        // for as long as the page lives
        std::mem::forget(listening);
        lead.ask();
    }

    fn leads(&self) -> bool {
        self.core.driver.borrow().is_some()
    }

    /// Waits in the queue for the lock, for ever.
    fn wait(self: Rc<Self>) {
        spawn_local(async move {
            loop {
                self.hold(false).await;
            }
        });
    }

    /// Asks for the lock; ready when it is no longer held by this.
    async fn hold(self: &Rc<Self>, by_force: bool) {
        let number = self.number.get() + 1;
        self.number.set(number);
        let this = self.clone();
        let granted = move |held| {
            *this.held.borrow_mut() = Some((number, held));
            this.asking.set(false);
            this.lead();
        };
        tabs::hold(&self.lock, by_force, granted).await;
        let ours = |held: &(u64, Held)| held.0 == number;
        if self.held.borrow().as_ref().is_some_and(ours) {
            self.held.borrow_mut().take();
            self.follow();
            // whoever took it may be hidden again
            self.ask();
        }
    }

    fn lead(&self) {
        if self.held.borrow().is_some() && !self.leads() {
            let driver = Driver::start(&self.core);
            *self.core.driver.borrow_mut() = Some(driver);
        }
    }

    fn follow(&self) {
        if let Some(driver) = self.core.driver.borrow_mut().take() {
            driver.stop();
        }
    }

    /// This tab is in front: asks the leader to hand over.
    fn ask(self: &Rc<Self>) {
        if self.leads() || !visibility::visible() {
            return;
        }
        self.asking.set(true);
        self.core.tell(&Notice::WantLead(self.core.tab));
        let this = self.clone();
        clock::after(PATIENCE, move || {
            if this.asking.get() {
                this.take();
            }
        })
        .forget();
    }

    /// Takes the lock by force.
    fn take(self: &Rc<Self>) {
        if self.leads() || !self.asking.replace(false) {
            return;
        }
        let this = self.clone();
        spawn_local(async move { this.hold(true).await });
    }

    /// First silent, then out of the way. Where the one that asked does not come, this tab goes on.
    fn hand_over(self: &Rc<Self>, tab: u64) {
        self.follow();
        self.core.tell(&Notice::Lead(tab));
        let this = self.clone();
        clock::after(PATIENCE, move || this.lead()).forget();
    }

    fn hear(self: &Rc<Self>, notice: Notice) {
        let core = self.core.clone();
        match notice {
            Notice::WantLead(tab) if self.leads() => match visibility::visible() {
                true => core.tell(&Notice::Keep(tab)),
                false => self.hand_over(tab),
            },
            Notice::Hidden => self.ask(),
            Notice::Lead(tab) if tab == core.tab => self.take(),
            Notice::Keep(tab) if tab == core.tab => self.asking.set(false),
            Notice::Hello if self.leads() => core.tell_status(),
            Notice::Pending(document) => hear_pending(core, document),
            Notice::Stored(document) => spawn_local(async move {
                core.catch_up(document).await;
                core.recover(document).await;
            }),
            Notice::Rebuilt(document) => {
                spawn_local(async move { core.load_again(document).await });
            }
            Notice::Follow(document) => core.follow(document),
            Notice::Undo(project) => {
                let plan = core.plans.borrow().get(&project).copied();
                if let Some(plan) = plan {
                    plan.read_steps();
                }
            }
            Notice::Refused(document) => {
                let plans: Vec<_> = core.plans.borrow().values().copied().collect();
                for plan in plans.into_iter().filter(|plan| plan.holds(document)) {
                    plan.read_refused();
                }
            }
            Notice::Projects => spawn_local(async move {
                core.read_cache().await;
                core.projects_changed();
                core.decisions(Job::Renew).await;
            }),
            Notice::Status(standing) if !self.leads() => core.show_status(standing.into()),
            Notice::SignedOut => core.signals.signed_out.set(true),
            Notice::Outdated => core.signals.outdated.set(true),
            Notice::Locked => core.signals.locked.update(|times| *times += 1),
            Notice::Gone => crate::platform::page::leave(),
            Notice::Announce(document, state) => {
                let driver = core.driver.borrow().clone();
                if let Some(driver) = driver {
                    driver.announce(document, state);
                }
            }
            Notice::Presence(document, session, person, state) => {
                core.show_present(document, session, person, &state);
            }
            Notice::Retry => {
                let driver = core.driver.borrow().clone();
                if let Some(driver) = driver {
                    driver.retry();
                }
            }
            Notice::WantLead(_)
            | Notice::Lead(_)
            | Notice::Keep(_)
            | Notice::Hello
            | Notice::Status(_) => {}
        }
    }
}

fn hear_pending(core: Rc<Core>, document: DocumentId) {
    spawn_local(async move {
        let driver = core.driver.borrow().clone();
        // sent before it is shown: what is made here after it may depend on it
        if let Some(driver) = driver {
            driver.pick_up(document).await;
        }
        core.catch_up(document).await;
    });
}
