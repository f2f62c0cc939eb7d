//! Typed ids. All are made from randomness given as an argument, and written in base58.
//!
//! Ids that live inside documents by the thousand (tasks, links, calendars) have 64 bits: a collision
//! within one project is out of reach, and the document stays small. The others have 128 bits.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The text is no id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {kind} id: {text:?}")]
pub struct ParseIdError {
    kind: &'static str,
    text: String,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name([u8; $len]);

        impl Hash for $name {
            #[inline]
            fn hash<H: Hasher>(&self, state: &mut H) {
                for eight in self.0.as_chunks::<8>().0 {
                    let number = u64::from_be_bytes(*eight);
                    // quick hashers keep numbers apart by their low bits only
                    state.write_u64(number ^ (number >> 32));
                }
            }
        }

        impl $name {
            /// An id from random (or, for derived ids, hashed) bytes.
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The bytes of the id.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&bs58::encode(self.0).into_string())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($kind, ":{}"), self)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let fail = || ParseIdError { kind: $kind, text: text.chars().take(64).collect() };
                let mut bytes = [0u8; $len];
                // base58 of n bytes is never longer than 2 n: refuse before decoding
                if text.len() > 2 * $len {
                    return Err(fail());
                }
                match bs58::decode(text).onto(&mut bytes) {
                    Ok($len) => Ok(Self(bytes)),
                    _ => Err(fail()),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

id!(
    /// A person of the organisation.
    PersonId, 16, "person"
);
id!(
    /// A department 部门.
    DepartmentId, 16, "department"
);
id!(
    /// A post 岗位 of the organisation.
    PostId, 16, "post"
);
id!(
    /// A grant 授权: of a regulation's role, to a department, a post or a person.
    GrantId, 16, "grant"
);
id!(
    /// A deputy 代理: that somebody acts for a person for some time.
    DeputyId, 16, "deputy"
);
id!(
    /// A project 项目.
    ProjectId, 16, "project"
);
id!(
    /// A document: one Automerge history.
    DocumentId, 16, "document"
);
id!(
    /// A device on which a person is signed in (one per device and person).
    DeviceId, 16, "device"
);
id!(
    /// Something that somebody wants the ledger to take: sent twice, it is taken once.
    DecisionId, 16, "decision"
);
id!(
    /// A task 任务 of a plan.
    TaskId, 8, "task"
);
id!(
    /// A link 搭接 between two tasks of a plan.
    LinkId, 8, "link"
);
id!(
    /// A calendar 日历 of a plan.
    CalendarId, 8, "calendar"
);
id!(
    /// A resource 资源 of a pool.
    ResourceId, 8, "resource"
);
id!(
    /// An assignment 资源分配 of a resource to a task.
    AssignmentId, 8, "assignment"
);
id!(
    /// A baseline 基线 of a plan.
    BaselineId, 8, "baseline"
);
id!(
    /// A custom field 自定义字段 of a plan's tasks.
    FieldId, 8, "field"
);
id!(
    /// An option 选项 of a custom field that is a choice: stays when it gets another name.
    OptionId, 8, "option"
);
id!(
    /// A proposal 建议 of a project.
    ProposalId, 8, "proposal"
);
id!(
    /// A form 表单 that people fill in: what they write, not its definition.
    FormId, 16, "form"
);
id!(
    /// A row 行 of a table of a form.
    RowId, 8, "row"
);
id!(
    /// A comment 批注 on a form.
    CommentId, 8, "comment"
);
id!(
    /// The SHA-256 of an Automerge change (its content address).
    ChangeHash, 32, "change"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        for bytes in [[0u8; 8], [255; 8], [0, 0, 1, 2, 3, 4, 5, 6]] {
            let id = TaskId::from_bytes(bytes);
            assert_eq!(id.to_string().parse::<TaskId>(), Ok(id));
        }
    }

    #[test]
    fn an_id_of_another_length_is_refused() {
        assert!(
            PersonId::from_bytes([7; 16])
                .to_string()
                .parse::<TaskId>()
                .is_err()
        );
        assert!("".parse::<TaskId>().is_err());
        assert!("0OIl".parse::<TaskId>().is_err());
        assert!("1".repeat(100_000).parse::<TaskId>().is_err());
    }
}
