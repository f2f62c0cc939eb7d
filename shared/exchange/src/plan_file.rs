//! Plans of other programs: what a file is says its content, not its name.

use serde::{Deserialize, Serialize};

use crate::mspdi::{self, Imported, ReadError};
use crate::xer;

/// What a file of another program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// MS Project's XML.
    #[default]
    Mspdi,
    /// Primavera's XER.
    Xer,
}

impl Kind {
    /// What bytes look like; what looks like nothing that is known counts as XML, whose reader says what is wrong.
    pub fn of(bytes: &[u8]) -> Self {
        match xer::is_xer(bytes) {
            true => Self::Xer,
            false => Self::Mspdi,
        }
    }
}

/// Reads a plan. Of a file with several projects the one of the name, or the first. Ids come from `new_id`, one call
/// each; the same numbers make the same plan. On an error nothing is returned but the error.
pub fn read(
    bytes: &[u8],
    project: Option<&str>,
    new_id: &mut dyn FnMut() -> u64,
) -> Result<Imported, ReadError> {
    match Kind::of(bytes) {
        Kind::Mspdi => {
            let imported = mspdi::read(bytes, new_id)?;
            // such a file has one project
            let name = &imported.plan.name;
            match project.filter(|wanted| wanted.to_lowercase() != name.to_lowercase()) {
                Some(wanted) => Err(ReadError::NoProject {
                    name: wanted.chars().take(64).collect(),
                    others: vec![name.clone()],
                }),
                None => Ok(imported),
            }
        }
        Kind::Xer => xer::read_project(bytes, project, new_id),
    }
}
