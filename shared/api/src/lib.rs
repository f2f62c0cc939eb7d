//! HTTP types, paths and error codes: what the server answers and the app asks.
//!
//! | path | in | out |
//! |---|---|---|
//! | `POST /api/session` | [`SignIn`] | [`Session`], and the cookie |
//! | `GET /api/session` | | [`Session`] |
//! | `DELETE /api/session` | | signs this device out |
//! | `DELETE /api/sessions` | | signs out everywhere |
//! | `GET /api/devices` | | `Vec<Device>` |
//! | `DELETE /api/devices/{id}` | | revokes one |
//! | `POST /api/password` | [`ChangePassword`] | |
//! | `GET /api/second-factor` | | [`SecondFactor`] |
//! | `POST /api/second-factor` ([`Password`] -> [`OfferedSecondFactor`]), `POST .../confirm` ([`ConfirmSecondFactor`] -> [`RecoveryCodes`]), `POST .../remove` ([`RemoveSecondFactor`]) | | turns codes at sign-in on and off |
//! | `DELETE /api/people/{id}/second-factor` | | turns another's off; administrators |
//! | `GET /api/tokens`, `POST /api/tokens` ([`NewToken`] -> [`MadeToken`]), `DELETE /api/tokens/{id}` | | bearer tokens |
//! | `GET /api/feeds`, `POST /api/feeds` ([`NewFeed`] -> [`MadeFeed`]), `DELETE /api/feeds/{id}` | | one's calendar feeds |
//! | `GET /api/feeds/{secret}.ics` | | a project's dates as iCalendar, for whoever has the address |
//! | `GET /api/organisation` | | [`Organisation`]: name, departments, people |
//! | `PATCH /api/organisation` | [`EditOrganisation`] | [`Organisation`]; administrators |
//! | `POST /api/departments` ([`NewDepartment`] -> [`Department`]), `PATCH`/`DELETE /api/departments/{id}` | | administrators |
//! | `POST /api/people` ([`NewPerson`] -> [`Person`]), `PATCH /api/people/{id}` ([`EditPerson`]), `POST /api/people/{id}/password` ([`ResetPassword`]) | | administrators |
//! | `POST /api/organisation/import` | a table of people (xlsx, CSV), at most [`MAX_TABLE`] bytes; `?commit=false`: to look only | [`TableRead`]: what it changes, or what is wrong and nothing is changed; administrators |
//! | `GET /api/organisation/table` | `?language=&empty=` | the same table as it is now (xlsx), without passwords, or only its headings; administrators |
//! | `GET /api/posts`, `POST /api/posts` ([`NewPost`] -> [`Post`]), `PATCH`/`DELETE /api/posts/{id}` | | `Vec<Post>`; changes: administrators |
//! | `PUT /api/posts/{id}/holders/{person}` ([`Dates`] -> [`Post`]), `DELETE .../{person}?until=` | | who holds a post; administrators |
//! | `GET /api/heads`, `PUT /api/departments/{id}/heads/{person}` ([`Dates`] -> [`Heads`]), `DELETE .../{person}?until=` | | `Vec<Heads>`: who heads which department; changes: administrators |
//! | `GET /api/deputies` (`?all=true`), `POST /api/deputies` ([`NewDeputy`] -> [`Deputy`]), `DELETE /api/deputies/{id}` (`?until=`) | | `Vec<Deputy>`: one's own, and of all for administrators |
//! | `GET /api/grants` (`?pack=`), `POST /api/grants` ([`NewGrant`] -> [`Grant`]), `DELETE /api/grants/{id}` (`?until=`) | | `Vec<Grant>`: who holds the roles of packs; administrators |
//! | `GET /api/packs/{pack}/holders` | `?project=&at=` | [`Holders`]: who could do what then; administrators, and of a project its members |
//! | `GET /api/audit` | `?person=&since=&until=&before=` | [`AuditPage`]: what happened to accounts and the organisation; administrators |
//! | `GET /api/projects` | | `Vec<Project>`: those the person is a member of |
//! | `POST /api/projects` | [`NewProject`] | [`Project`] |
//! | `GET`/`PATCH /api/projects/{id}` | [`EditProject`] | [`Project`] |
//! | `PUT`/`DELETE /api/projects/{id}/members/{person}` | [`PutMember`] | |
//! | `GET /api/projects/{id}/documents` | | `Vec<DocumentInfo>` |
//! | `GET /api/documents/{id}/snapshots/{hash}` | | the document's bytes up to a place in its log; the socket says which |
//! | `GET /api/documents/{id}/snapshots/newest` | | the same, for a device that has nothing yet: [`SNAPSHOT_EPOCH`] and [`SNAPSHOT_SEQ`] say up to where; 204: the log is short |
//! | `GET /api/projects/{id}/plan/first` | | the first rows of the plan (`doc::view::first`), for a device that has nothing of it yet |
//! | `GET /api/documents/{id}/receipts` | | [`Receipts`]: who made which change, and when it came |
//! | `GET /api/projects/{id}/pool` | the days `?first=2026-12-01&last=2027-02-28` | `Vec<PoolResource>`: what the plans of all projects leave of resources, without saying which projects; for members, and who has a part |
//! | `GET /api/holidays` | | `Vec<String>`: the countries whose public holidays are known, by ISO 3166 |
//! | `GET /api/holidays/{country}` | the years `?first=&last=` | its public holidays, as a file of holidays |
//! | `GET /api/packs` | | `Vec<PackInfo>`: the regulations that projects can adopt |
//! | `GET /api/packs/{pack}` | | a pack, as the JSON that its content hash is made of; it never changes |
//! | `POST /api/decisions` | [`Decide`] | [`Decided`] |
//! | `GET /api/projects/{id}/ledger` | `?after=` an entry's number | [`LedgerPart`] |
//! | `GET /api/ledger/keys` | | `Vec<LedgerKey>` |
//! | `PUT /api/device-key` | [`PutDeviceKey`] | [`DeviceKey`] |
//! | `POST /api/projects/{id}/outside` | [`NewOutsideLink`] | [`OutsideLink`]: a link by which somebody outside signs a form |
//! | `GET`/`POST /api/outside/{secret}` | [`DecideOutside`] | [`OutsideForm`], [`Decided`]: for whoever has the link, without a session |
//! | `GET /api/outside/{secret}/attachments/{hash}` | | the bytes of what the form names |
//! | `PUT /api/projects/{id}/attachments/{hash}` | [`NewAttachment`] | [`AttachmentState`]; then `PUT .../parts/{place}` with the bytes of each part |
//! | `GET /api/projects/{id}/attachments/{hash}` | | its bytes |
//! | `GET /api/inbox` | | [`Inbox`] |
//! | `GET /api/notices`, `POST /api/notices/read` ([`ReadNotices`]) | | [`NoticeList`]: what one is told |
//! | `GET`/`PUT /api/notices/settings` | [`NoticePreferences`] | [`NoticeSettings`]; `POST /api/notices/test`: [`Sent`], a mail to oneself |
//! | `PUT`/`DELETE /api/notices/push` | [`PushSubscription`] | this device is told, or no more |
//! | `GET /api/notices/failures`, `POST /api/notices/failures/{message}/again` | | `Vec<FailedDelivery>`: what could not be sent; tried again at once; administrators |
//! | `GET /api/robots`, `POST /api/robots` ([`NewRobot`] -> [`Robot`]), `PUT /api/robots/{id}` ([`EditRobot`] -> [`Robot`]), `DELETE`, `POST .../test` ([`Sent`]) | | robots of groups; administrators |
//! | `POST /api/sync/ticket` | | [`Ticket`] |
//! | `GET /sync?ticket=...` | | the WebSocket |
//!
//! Whoever makes or changes something gets it back as it is now; removing answers 204 without a body. Every error
//! answer is a [`Failure`]. A project or document that is not for the asking person answers 404, as if it were not there.
//! A request carries the session's cookie or `Authorization: Bearer TOKEN`; the account's own paths (devices, password,
//! tokens, feeds) take only the cookie.

use base::{DepartmentId, DeviceId, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::{Access, DocumentKind, ProjectState, Role};
use serde::{Deserialize, Serialize};

/// Every error answer: a code for programs, a sentence for people (English; screens use the code).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failure {
    /// What kind of failure.
    pub code: ErrorCode,
    /// What happened and what to do.
    pub message: String,
    /// Seconds to wait before trying again, where that helps.
    pub retry_after: Option<u32>,
}

/// What kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Name or password is wrong.
    WrongCredentials,
    /// The password is right; a code of the second factor is asked for too.
    CodeNeeded,
    /// The code of the second factor is wrong, or was used already.
    WrongCode,
    /// Too many failures; wait.
    LockedOut,
    /// Too much from one address; wait.
    TooMany,
    /// Not signed in, or no longer.
    NotSignedIn,
    /// Signed in, but not allowed.
    NotAllowed,
    /// Not there, or not for this person.
    NotFound,
    /// The request came from another site.
    WrongOrigin,
    /// A field is missing or out of bounds.
    Invalid,
    /// It is there already.
    Exists,
    /// An administrator set the password: it must be changed before anything else.
    MustChangePassword,
    /// A project must keep a manager.
    LastManager,
    /// The organisation must keep an administrator who can sign in.
    LastAdministrator,
    /// Something else still needs it.
    InUse,
    /// Too large.
    TooLarge,
    /// The link was used to sign already.
    LinkUsed,
    /// The time for which the link was good is over.
    LinkOver,
    /// The server cannot store at the moment.
    Storage,
    /// A fault of the server; it is in its log.
    Internal,
}

/// Header beside a document's newest snapshot: the epoch of its log.
pub const SNAPSHOT_EPOCH: &str = "plumbline-epoch";
/// Header beside a document's newest snapshot: the sequence number up to which it goes.
pub const SNAPSHOT_SEQ: &str = "plumbline-seq";

macro_rules! dto {
    ($($item:item)*) => {$(
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        $item
    )*};
}

mod attachment;
mod audit;
mod decision;
mod feed;
mod notices;
mod organisation;
mod pack;
mod pool;

pub use attachment::{
    AttachmentState, LONGEST_ATTACHMENT, NewAttachment, PART, parts as attachment_parts,
};
pub use audit::{AUDIT_LINES, AuditLine, AuditPage};
pub use decision::{
    Decide, DecideOutside, Decided, DeviceKey, Inbox, InboxDuty, InboxItem, LONGEST_WISH,
    LedgerKey, LedgerPart, MOST_PICTURES, Named, NewOutsideLink, OutsideForm, OutsideLink,
    PutDeviceKey, SignedHead,
};
pub use feed::{Feed, FeedHolds, FeedLanguage, MadeFeed, NewFeed};
pub use notices::{
    AboutForm, EditRobot, FailedDelivery, MOST_NOTICES, NewRobot, Notice, NoticeChannel,
    NoticeList, NoticePreferences, NoticeSettings, PushSubscription, ReadNotices, Robot, RobotKind,
    Sent, WhyUnsent,
};
pub use organisation::{
    Dates, Deputy, Grant, Heads, HeldBy, Holders, MAX_TABLE, NewDeputy, NewGrant, NewPost,
    PersonSpan, Post, RoleHolders, TableLine, TableProblem, TableRead,
};
pub use pack::PackInfo;
pub use pool::PoolResource;

dto! {
    /// Sign-in by name and password.
    pub struct SignIn {
        /// The account's name.
        pub name: String,
        /// The password.
        pub password: String,
        /// What the device calls itself ("Chrome on Android"), for the list of devices.
        #[serde(default)]
        pub device_label: String,
        /// The second factor's code, or a recovery code; empty where none was asked for.
        #[serde(default)]
        pub code: String,
    }

    /// Who is signed in on this device.
    pub struct Session {
        /// The person.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub person: PersonId,
        /// The account's name.
        pub name: String,
        /// The name shown to others.
        pub display_name: String,
        /// May administer the organisation.
        pub administrator: bool,
        /// The organisation's name.
        pub organisation: String,
        /// This device.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub device: DeviceId,
        /// An administrator set the password: it must be changed before anything else.
        pub must_change_password: bool,
    }

    /// What the server recorded with the changes of a document's log, in its order: for a device that has them in one
    /// piece. An actor's changes come in the order it numbered them, from 1.
    pub struct Receipts {
        /// Who wrote.
        pub writers: Vec<Writer>,
        /// Of each change its writer's place in that list.
        pub by: Vec<u32>,
        /// Of each change when the server received it, in ms after the one before (of the first one: since 1970).
        pub after: Vec<i64>,
    }

    /// An actor of a document.
    pub struct Writer {
        /// Its id, 16 bytes.
        pub actor: Vec<u8>,
        /// Whose it is: recorded with its first change, then fixed.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub person: PersonId,
    }

    /// A signed-in device.
    pub struct Device {
        /// Its id.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub id: DeviceId,
        /// What it calls itself.
        pub label: String,
        /// When it signed in.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
        /// When it was last seen.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub last_seen: Timestamp,
        /// It is the one that asks.
        pub this_one: bool,
    }

    /// One's own password, changed.
    pub struct ChangePassword {
        /// The one until now.
        pub old: String,
        /// The new one: 10 characters or more.
        pub new: String,
    }

    /// Whether codes are asked for at sign-in.
    pub struct SecondFactor {
        /// Since when; `None`: they are not.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub since: Option<Timestamp>,
        /// How many recovery codes are left.
        pub recovery_codes: u32,
    }

    /// One's password, asked for again before something that matters.
    pub struct Password {
        /// The password.
        pub password: String,
    }

    /// A secret for an authenticator app, to be confirmed by a code.
    pub struct OfferedSecondFactor {
        /// The secret in base 32, to be typed.
        pub secret: String,
        /// The same as an `otpauth://` address.
        pub url: String,
        /// The address as a QR code: its width and height in modules.
        pub size: u32,
        /// Its dark modules, as the path of an SVG of that size.
        pub path: String,
    }

    /// A code of the secret that was offered.
    pub struct ConfirmSecondFactor {
        /// Six digits.
        pub code: String,
    }

    /// Codes for when the phone is gone, each good once.
    pub struct RecoveryCodes {
        /// To be kept on paper; they are not shown again.
        pub codes: Vec<String>,
    }

    /// Turns the second factor off.
    pub struct RemoveSecondFactor {
        /// The password.
        pub password: String,
        /// A code of the app, or a recovery code.
        pub code: String,
    }

    /// A bearer token to make.
    pub struct NewToken {
        /// What it is for.
        pub label: String,
    }

    /// A bearer token, shown once.
    pub struct MadeToken {
        /// Its id, for the list.
        pub id: String,
        /// What it is for.
        pub label: String,
        /// The token itself: `Authorization: Bearer ...`.
        pub token: String,
    }

    /// A bearer token in the list.
    pub struct Token {
        /// Its id.
        pub id: String,
        /// What it is for.
        pub label: String,
        /// When it was made.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
        /// When it was last used.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub last_used: Option<Timestamp>,
    }

    /// The organisation 单位, as its members may see it.
    pub struct Organisation {
        /// Its name.
        pub name: String,
        /// Departments, in their order.
        pub departments: Vec<Department>,
        /// People, by name.
        pub people: Vec<Person>,
    }

    /// A department 部门.
    pub struct Department {
        /// Its id.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub id: DepartmentId,
        /// Its name.
        pub name: String,
    }

    /// What to change about the organisation; what is left out stays.
    #[derive(Default)]
    pub struct EditOrganisation {
        /// Its name.
        pub name: Option<String>,
    }

    /// A department to make or rename.
    pub struct NewDepartment {
        /// Its name.
        pub name: String,
    }

    /// A person.
    pub struct Person {
        /// Their id.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub id: PersonId,
        /// The account's name.
        pub name: String,
        /// The name shown to others.
        pub display_name: String,
        /// Where they belong.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub department: Option<DepartmentId>,
        /// Their post 岗位; empty for none.
        pub post: String,
        /// May administer the organisation.
        pub administrator: bool,
        /// May sign in.
        pub active: bool,
    }

    /// A person to make.
    pub struct NewPerson {
        /// The account's name.
        pub name: String,
        /// The name shown to others.
        pub display_name: String,
        /// Where they belong.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub department: Option<DepartmentId>,
        /// Their post; empty for none.
        #[serde(default)]
        pub post: String,
        /// May administer the organisation.
        #[serde(default)]
        pub administrator: bool,
        /// The first password; it must be changed at the first sign-in.
        pub password: String,
    }

    /// What to change about a person; what is left out stays.
    #[derive(Default)]
    pub struct EditPerson {
        /// The name shown to others.
        pub display_name: Option<String>,
        /// Where they belong; `Some(None)` cannot be said: departments are changed, not left.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub department: Option<DepartmentId>,
        /// Their post.
        pub post: Option<String>,
        /// May administer the organisation.
        pub administrator: Option<bool>,
        /// May sign in; `false` ends all their sessions.
        pub active: Option<bool>,
    }

    /// A password set by an administrator; it must be changed at the next sign-in, and ends all sessions.
    pub struct ResetPassword {
        /// The new one.
        pub password: String,
    }

    /// A project 项目.
    pub struct Project {
        /// Its id.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub id: ProjectId,
        /// Its name.
        pub name: String,
        /// The asking person's role.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub role: Role,
        /// All members.
        pub members: Vec<Member>,
        /// When it was made.
        #[cfg_attr(feature = "openapi", schema(value_type = i64))]
        pub since: Timestamp,
        /// Its plan document.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub plan: DocumentId,
        /// Its progress document.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub progress: DocumentId,
        /// Whether it is worked on (`open`) or only read (`closed`).
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub state: ProjectState,
        /// It is a template 模板: there to be copied, not worked on.
        #[serde(default)]
        pub template: bool,
        /// Its number 编号, once a decision gave it one.
        #[serde(default)]
        pub number: Option<String>,
    }

    /// A member of a project.
    pub struct Member {
        /// Who.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub person: PersonId,
        /// As what.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub role: Role,
    }

    /// A project to make. Who makes it is its manager.
    pub struct NewProject {
        /// Its name.
        pub name: String,
        /// The regulation that it is run by, by its content hash. Its plan is then begun by a decision.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub pack: Option<ledger::Hash>,
    }

    /// What to change about a project; what is left out stays.
    #[derive(Default)]
    pub struct EditProject {
        /// Its name.
        pub name: Option<String>,
        /// `closed`: nobody writes in it any more; `open`: again.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub state: Option<ProjectState>,
        /// Whether it is a template.
        pub template: Option<bool>,
    }

    /// A member to add or change.
    pub struct PutMember {
        /// As what.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub role: Role,
    }

    /// A document of a project.
    pub struct DocumentInfo {
        /// Its id.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub id: DocumentId,
        /// What kind.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub kind: DocumentKind,
        /// Which one of its kind (a note's task); empty where there is only one.
        pub key: String,
        /// What the asking person may do with it.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub access: Access,
    }

    /// A one-time ticket for the WebSocket, good for 30 seconds.
    pub struct Ticket {
        /// For `GET /sync?ticket=...`.
        pub ticket: String,
    }
}
