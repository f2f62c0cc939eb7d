//! What entries hold.

use base::{ChangeHash, DecisionId, DeviceId, DocumentId, PersonId, ProjectId, Timestamp};
use pack::effect::Undo;
use pack::id::{DutyName, FormName, RegisterName, RoleName, StageName};
use pack::review::Does;
use pack::value::{Answers, Attached, Value};
use serde::{Deserialize, Serialize};

use crate::chain::Head;
use crate::hash::Hash;
use crate::refused::Refused;

/// Longest words of an opinion or a reason, in characters.
pub const LONGEST_WORDS: usize = 4_000;

/// What somebody wants the ledger to take: made on a device, perhaps with no network, and sent to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Of this wish and no other: sent twice, it is taken once.
    pub key: DecisionId,
    /// In which project.
    pub project: ProjectId,
    /// When, by the device's clock.
    pub made: Timestamp,
    /// What.
    pub act: Act,
}

/// What somebody does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The project is run by this version of a pack from now on.
    Adopt {
        /// The pack's content hash.
        pack: Hash,
    },
    /// A form is submitted, or something is done in its review.
    Form(FormAct),
    /// The project leaves a stage whose gate needs nothing any more.
    Advance {
        /// The stage that it leaves.
        stage: StageName,
    },
    /// Somebody outside 外部人员 is named for a role: a customer who signs.
    Invite {
        /// The role.
        role: RoleName,
        /// The id by which the ledger names them.
        person: PersonId,
        /// What they are called.
        name: String,
    },
    /// A decision is undone 撤销, as far as what it did allows.
    Undo {
        /// Its entry.
        entry: u64,
        /// Why.
        words: String,
    },
    /// A form was printed 打印留痕.
    Print {
        /// The form.
        form: DocumentId,
        /// As it stood after this entry.
        of: u64,
        /// How many copies.
        copies: u32,
    },
}

/// What is done to a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormAct {
    /// The form: its document.
    pub form: DocumentId,
    /// Which form of the pack it is.
    pub kind: FormName,
    /// What.
    pub does: Does,
    /// Of what is not a submission: the hash of the answers that it is about.
    #[serde(default)]
    pub of: Option<Hash>,
    /// Of a submission: the heads of the document that the answers were read from, as evidence.
    #[serde(default)]
    pub heads: Vec<ChangeHash>,
    /// The words of an opinion 意见, or a reason.
    #[serde(default)]
    pub words: String,
    /// The picture of a handwritten signature: the text of a [`pack::value::Attached`].
    #[serde(default)]
    pub signature: Option<String>,
    /// The project's entry up to which the device had seen the ledger, as evidence.
    #[serde(default)]
    pub seen: u64,
}

/// What an entry holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The wish's key; of what the server does by itself its own.
    pub key: DecisionId,
    /// Who; nobody: the server.
    #[serde(default)]
    pub by: Option<PersonId>,
    /// What.
    pub what: What,
    /// What it did, in this order.
    #[serde(default)]
    pub done: Vec<Done>,
    /// The wish as it was signed on a device.
    #[serde(default)]
    pub signed: Option<Signed>,
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Somebody did something.
    Act(Act),
    /// An opinion came that could not count any more; it is kept, and does nothing.
    Late {
        /// What was to be done.
        act: Act,
        /// Why it does not count.
        why: Refused,
    },
    /// Heads of projects' chains: in the organisation's chain.
    Heads(Vec<Head>),
}

/// A wish with a device's signature over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The device whose key it was.
    pub device: DeviceId,
    /// The wish, as the text that was signed.
    pub wish: String,
    /// ECDSA P-256 with SHA-256 over that text, `r` and `s` of 32 bytes each, in hexadecimal.
    pub signature: String,
    /// The device's public key at that time: a point of P-256, uncompressed, in hexadecimal.
    #[serde(default)]
    pub public: String,
}

/// Something that a decision did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What.
    pub what: Deed,
    /// How it can be undone.
    pub undo: Undo,
}

/// What decisions do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// The form got a number 编号.
    Numbered {
        /// The form.
        form: DocumentId,
        /// Its number.
        number: String,
    },
    /// The project was begun 立项.
    ProjectBegun,
    /// It is not begun any more.
    ProjectUnbegun,
    /// The project's plan was begun.
    PlanBegun,
    /// It is not begun any more.
    PlanUnbegun,
    /// Somebody was appointed to a role 任命.
    Appointed {
        /// The role.
        role: RoleName,
        /// Who.
        person: PersonId,
    },
    /// Somebody does not hold a role any more.
    Released {
        /// The role.
        role: RoleName,
        /// Who.
        person: PersonId,
    },
    /// The project left a stage.
    GateOpened {
        /// The stage.
        stage: StageName,
    },
    /// The project is back in a stage.
    GateClosed {
        /// The stage.
        stage: StageName,
    },
    /// The project went back to an earlier stage: the gates from there on need all anew.
    WentBack {
        /// The stage.
        stage: StageName,
        /// Where it was; none: it had left the last stage.
        from: Option<StageName>,
    },
    /// Something is done again and again from now on 例行事项.
    DutyBegun {
        /// The duty.
        duty: DutyName,
        /// Since when: of one whose end was undone, since it was begun first.
        since: Timestamp,
    },
    /// It is done no more.
    DutyEnded {
        /// The duty.
        duty: DutyName,
        /// Since when it was done.
        since: Timestamp,
    },
    /// A register is kept from now on 建立台账.
    RegisterBegun {
        /// The register.
        register: RegisterName,
        /// Since when: of one whose end was undone, since it was begun first.
        since: Timestamp,
    },
    /// It is kept no more. What is in it stays.
    RegisterEnded {
        /// The register.
        register: RegisterName,
        /// Since when it was kept.
        since: Timestamp,
    },
}

/// The largest picture of a handwritten signature, in bytes: those drawn in the app have 20 KB.
pub const LARGEST_SIGNATURE: u64 = 512 * 1024;

impl Act {
    /// Whether the handwritten signature that it names, if any, is one that is taken: of an opinion, and small enough by
    /// what it says of itself.
    pub fn signature_fits(&self) -> bool {
        let Self::Form(FormAct {
            does,
            signature: Some(signature),
            ..
        }) = self
        else {
            return true;
        };
        let small = |file: Attached| (1..=LARGEST_SIGNATURE).contains(&file.size);
        matches!(does, Does::Decide { .. }) && signature.parse().is_ok_and(small)
    }

    /// All attachments that it names, signatures and seals among them.
    pub fn attached(&self) -> Vec<Attached> {
        fn collect(answers: &Answers, all: &mut Vec<Attached>) {
            for value in answers.values() {
                match value {
                    Value::Files(files) => {
                        all.extend(files.iter().filter_map(|file| file.parse().ok()));
                    }
                    Value::Table(rows) => rows.iter().for_each(|row| collect(row, all)),
                    _ => {}
                }
            }
        }
        let mut all = Vec::new();
        if let Self::Form(act) = self {
            match &act.does {
                Does::Submit { answers } => collect(answers, &mut all),
                Does::Decide { filled, .. } => collect(filled, &mut all),
                _ => {}
            }
            all.extend(act.signature.iter().filter_map(|file| file.parse().ok()));
        }
        all
    }
}

impl Record {
    /// What somebody did, or wanted to do and came too late.
    pub const fn act(&self) -> Option<&Act> {
        match &self.what {
            What::Act(act) | What::Late { act, .. } => Some(act),
            What::Heads(_) => None,
        }
    }
}
