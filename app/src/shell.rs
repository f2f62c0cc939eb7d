//! What all screens share: who is signed in, what lies over the screen. Owned at the root.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::Session;
use shared::base::{Moment, ProjectId};
use shared::doc::command::Command;
use shared::domain::permission::Access;
use shared::domain::plan::template::{self, Pattern};

use crate::language::Theme;
use crate::later::{self, Make};
use crate::platform::{page, random, screen};
use crate::replica::{Replica, Trouble};
use crate::session::{Account, IN_USE};

/// What the whole window shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading what this device knows.
    Starting,
    /// Nobody is signed in, or another account is wanted.
    SignIn,
    /// Signed in with a password that must be changed first.
    ChangePassword,
    /// Signed in, behind the PIN.
    Locked,
    /// Working.
    In,
}

/// A dialog over the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// Find and go: Ctrl/Cmd+K.
    Palette,
    /// The keys: `?`.
    Keys,
    /// Sign out.
    SignOut,
    /// Sign out here and on all other devices.
    SignOutEverywhere,
    /// A new project.
    NewProject,
}

/// A project that was just made: its plan gets its title and start as soon as it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreshProject {
    /// Which one.
    pub project: ProjectId,
    /// The plan's title.
    pub name: String,
    /// The plan's start.
    pub start: Moment,
    /// The project whose plan is its pattern, and whether people and resources come along.
    pub from: Option<(ProjectId, bool)>,
}

/// What all screens share. A cheap handle; made once at the root, provided as context.
#[derive(Clone, Copy)]
pub struct Shell {
    /// What the whole window shows.
    pub stage: RwSignal<Stage>,
    /// Who uses this page.
    pub account: RwSignal<Option<Account>>,
    /// The dialog over the screen.
    pub overlay: RwSignal<Option<Overlay>>,
    /// A short message; what it says also stands somewhere else.
    pub toast: RwSignal<Option<String>>,
    /// A newer version of the app waits for a reload.
    pub update_ready: RwSignal<bool>,
    /// What kept this device from starting as it should.
    pub trouble: RwSignal<Option<Trouble>>,
    /// Light, dark, or as the system says.
    pub theme: RwSignal<Theme>,
    /// A project whose plan waits for its first fields.
    pub fresh: RwSignal<Option<FreshProject>>,
    /// Makes the places, once they are loaded and the replica has started; or they could not be loaded.
    pub places: RwSignal<Option<Result<Make, ()>>>,
    replica: RwSignal<Option<Replica>>,
    owner: StoredValue<Owner>,
}

impl Shell {
    /// Made once, at the root.
    pub fn provide() -> Self {
        let shell = Self {
            stage: RwSignal::new(Stage::Starting),
            account: RwSignal::new(None),
            overlay: RwSignal::new(None),
            toast: RwSignal::new(None),
            update_ready: RwSignal::new(false),
            trouble: RwSignal::new(None),
            theme: RwSignal::new(Theme::chosen()),
            fresh: RwSignal::new(None),
            places: RwSignal::new(None),
            replica: RwSignal::new(None),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        provide_context(shell);
        shell
    }

    /// Shows the account's own place: the change of a password that must be changed, the lock, or the work.
    pub fn enter(self, account: Account) {
        let session = account.session.clone();
        let locked = account.locked;
        self.account.set(Some(account));
        if session.must_change_password {
            self.stage.set(Stage::ChangePassword);
        } else if locked {
            self.stage.set(Stage::Locked);
        } else {
            self.work(session);
        }
    }

    /// Shows what this device knows: the account in use, or the sign-in.
    pub async fn resume(self) {
        if screen::setting(IN_USE).is_some() {
            // while it is looked up whose; what cannot be loaded is told where it is used
            spawn_local(async {
                let _ = later::fetch_work().await;
                if page::path().ends_with("/plan") {
                    let _ = later::fetch_plan().await;
                }
            });
        }
        match crate::session::current().await {
            Ok(Some(account)) => {
                screen::keep_setting(IN_USE, Some("1"));
                self.enter(account);
            }
            Ok(None) => {
                screen::keep_setting(IN_USE, None);
                self.stage.set(Stage::SignIn);
            }
            Err(trouble) => {
                self.trouble.set(Some(trouble));
                self.stage.set(Stage::SignIn);
            }
        }
    }

    /// Loads the work, once a page, and shows it.
    pub fn work(self, session: Session) {
        if !matches!(self.places.get_untracked(), Some(Ok(_))) {
            spawn_local(async move {
                let places = later::work(self, session).await;
                self.places.set(Some(places.map_err(|_| ())));
            });
        }
        self.stage.set(Stage::In);
    }

    /// Starts the replica, once a page.
    pub(crate) fn begin(self, session: Session) {
        if self.replica.get_untracked().is_some() {
            return;
        }
        self.owner.with_value(|owner| {
            owner.with(|| {
                let plan = plan_of(&page::path());
                let replica = Replica::start(session, plan);
                provide_context(replica);
                self.replica.set(Some(replica));
                self.write_fresh_plans(replica);
                Effect::new(move |_| {
                    if replica.locked().get() > 0 {
                        self.lock_here();
                    }
                });
            });
        });
    }

    /// Writes title and start into the plan of a project that was just made, when it has come.
    fn write_fresh_plans(self, replica: Replica) {
        let open = Memo::new(move |_| {
            let fresh = self.fresh.get()?;
            let known = replica.projects().with(|all| {
                all.as_ref()
                    .is_some_and(|all| all.iter().any(|p| p.id == fresh.project))
            });
            known.then_some(fresh)
        });
        Effect::new(move |_| {
            let Some(fresh) = open.get() else { return };
            let plan = replica.open(fresh.project);
            if plan.access().get().0 != Access::Write || plan.view().with(Option::is_none) {
                return;
            }
            let pattern = fresh.from.map(|(from, _)| replica.open(from).view());
            let command = match (pattern, fresh.from) {
                (Some(pattern), Some((_, people))) => {
                    // not here yet
                    let Some(pattern) = pattern.get() else { return };
                    let how = Pattern {
                        start: fresh.start,
                        people,
                        beneath: None,
                        into: None,
                    };
                    let mut copy = template::copy(&pattern.plan, &how, &mut random::id);
                    copy.name = fresh.name;
                    Command::ImportPlan {
                        plan: Box::new(copy),
                    }
                }
                _ => Command::EditPlan {
                    name: Some(fresh.name),
                    start: Some(fresh.start),
                    calendar: None,
                },
            };
            match plan.dispatch(command) {
                Ok(()) => self.fresh.set(None),
                Err(error) if fresh.from.is_some() => {
                    // the new plan stays empty; its title and start are written the next time round
                    self.say(error.to_string());
                    self.fresh.update(|fresh| {
                        if let Some(fresh) = fresh {
                            fresh.from = None;
                        }
                    });
                }
                Err(_) => {}
            }
        });
    }

    /// The replica, once somebody works.
    pub fn replica(self) -> Option<Replica> {
        self.replica.get()
    }

    /// Whether somebody works in this page already; not tracked.
    pub fn working(self) -> bool {
        self.replica.with_untracked(Option::is_some)
    }

    /// Ready when what was written here is on the disk; see [`Replica::settled`].
    pub async fn settled(self) {
        if let Some(replica) = self.replica.get_untracked() {
            replica.settled().await;
        }
    }

    /// Shows a short message for a few seconds.
    pub fn say(self, text: impl Into<String>) {
        let text = text.into();
        self.toast.set(Some(text.clone()));
        set_timeout(
            move || {
                if self.toast.with_untracked(|now| now.as_ref() == Some(&text)) {
                    self.toast.set(None);
                }
            },
            std::time::Duration::from_secs(5),
        );
    }

    /// Chooses colours.
    pub fn choose_theme(self, theme: Theme) {
        theme.apply();
        self.theme.set(theme);
    }

    /// Locks all tabs of this person at once; without a PIN there is nothing to lock with.
    pub fn lock(self) {
        if let Some(replica) = self.replica.get_untracked() {
            replica.lock_others();
        }
        self.lock_here();
    }

    /// Locks this tab alone: it was idle, others may not be.
    pub fn lock_here(self) {
        let person = self
            .account
            .with_untracked(|a| a.as_ref().filter(|a| a.has_pin).map(|a| a.session.person));
        if let Some(person) = person {
            crate::session::lock(person);
            self.account.update(|a| {
                if let Some(account) = a {
                    account.locked = true;
                }
            });
            self.overlay.set(None);
            self.stage.set(Stage::Locked);
        }
    }

    /// Whether a PIN locks the account in use.
    pub fn has_pin(self) -> bool {
        self.account.with(|a| a.as_ref().is_some_and(|a| a.has_pin))
    }

    /// Whether who uses this page may administer the organisation.
    pub fn administrator(self) -> bool {
        self.account
            .with(|a| a.as_ref().is_some_and(|a| a.session.administrator))
    }
}

/// The project whose plan is at a path.
fn plan_of(path: &str) -> Option<ProjectId> {
    let rest = path.strip_prefix("/projects/")?;
    rest.strip_suffix("/plan")?.parse().ok()
}

/// What all screens share.
pub fn use_shell() -> Shell {
    expect_context()
}

/// The device's documents; inside the work only.
pub fn use_replica() -> Replica {
    expect_context()
}
