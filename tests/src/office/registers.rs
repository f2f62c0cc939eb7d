//! Registers that an organisation's projects keep, and devices on which people write in them.

use shared::base::{DocumentId, ProjectId, RowId};
use shared::doc::command::Command;
use shared::doc::view::form::{self, FormView};
use shared::domain::permission::DocumentKind;
use shared::pack::fill::{FillProblem, fill};
use shared::pack::form::Turn;
use shared::pack::register::RegisterDef;
use shared::pack::value::{Answers, Value};

use super::{Office, Said};
use crate::headless::{Address, Event, Headless};
use crate::server::Person;

/// A device on which somebody writes in a register.
pub struct Keeper {
    /// The device.
    pub device: Headless,
    /// The register's document.
    pub document: DocumentId,
    register: RegisterDef,
    pack: String,
}

impl Office {
    /// The registers of a project by name, and whether each is kept, as somebody's device works it out.
    pub async fn registers(&self, by: &Person, project: ProjectId) -> Vec<(String, bool)> {
        self.look(by, project, |standing| {
            let all = standing.registers().into_iter();
            all.map(|one| (one.register.id.to_string(), one.kept))
                .collect()
        })
        .await
    }

    /// A device of somebody that follows a register of a project.
    pub async fn keeper(&self, by: &Person, project: ProjectId, register: &str) -> Keeper {
        let register = self.pack.register(&register.parse().unwrap()).unwrap();
        let address = Address {
            url: self.server.url(),
            token: by.token().await.token,
        };
        let kind = DocumentKind::Form;
        let (device, document) =
            Headless::start_beginning(address, by.id, project, kind, &register.key());
        Keeper {
            device,
            document,
            register: register.clone(),
            pack: self.hash.to_string(),
        }
    }
}

impl Keeper {
    /// The register as this device has it.
    pub async fn view(&self) -> FormView {
        self.device
            .with(self.document, |document| form::read(document).0)
            .await
    }

    /// Adds an entry at the end, and begins the register where nobody has.
    pub async fn enter(&self, said: Said<'_>) -> RowId {
        let view = self.view().await;
        if view.form.is_none() {
            let begin = Command::BeginForm {
                pack: self.pack.clone(),
                form: self.register.sheet().id,
                prose: Vec::new(),
            };
            self.device.perform(self.document, begin);
        }
        let table = self.register.table();
        let row = RowId::from_bytes(server::random_bytes().unwrap());
        let answers: Answers = said
            .iter()
            .map(|(name, value)| ((*name).parse().unwrap(), value.clone()))
            .collect();
        let after = view.rows.get(&table).and_then(|rows| rows.last()).copied();
        let rows = vec![(row, answers)];
        let add = Command::AddRows { table, after, rows };
        self.device.perform(self.document, add);
        row
    }

    /// Waits until it says that it is in step with the server, and has so many entries; they.
    pub async fn until(&mut self, entries: usize) -> Vec<Answers> {
        self.device.synced().await;
        loop {
            let view = self.view().await;
            let rows = match view.answers.get(&self.register.table()) {
                Some(Value::Table(rows)) => rows.clone(),
                _ => Vec::new(),
            };
            if rows.len() >= entries {
                assert_eq!(rows.len(), entries);
                return rows;
            }
            let document = self.document;
            let applied =
                |event| matches!(event, Event::Applied(of, ..) if of == document).then_some(());
            self.device.until("an entry comes", applied).await;
        }
    }

    /// What of its entries does not fit.
    pub async fn problems(&self) -> Vec<FillProblem> {
        let answers = self.view().await.answers;
        fill(&self.register.sheet(), &answers, Turn::Draft).problems
    }
}
