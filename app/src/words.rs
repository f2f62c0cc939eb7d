//! Words for what code names: roles, failures.

use leptos::prelude::Signal;
use leptos_i18n::I18nContext;
use shared::api::ErrorCode;
use shared::domain::permission::Role;

use crate::i18n::{Locale, t_string};
use crate::platform::http::HttpError;
use crate::replica::Trouble;

/// The texts' context.
pub type Texts = I18nContext<Locale>;

/// A text that follows the language. One function for all of them: a closure for each text would be a type for each,
/// and every type costs the app about a kilobyte of view code.
pub fn following(
    i18n: Texts,
    text: fn(Locale) -> &'static str,
) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || text(i18n.get_locale())
}

/// [`following`] as a signal, for the properties of components.
pub fn signal(i18n: Texts, text: fn(Locale) -> &'static str) -> Signal<String> {
    Signal::derive(move || text(i18n.get_locale()).to_owned())
}

/// `t!(i18n, namespace.key)` follows the language; with variables it is a view of its own.
macro_rules! t {
    ($i18n:expr, $($key:ident).+) => {
        $crate::words::following($i18n, |locale| {
            $crate::i18n::td_string!(locale, $($key).+)
        })
    };
    ($($with_variables:tt)*) => { $crate::made::i18n::t!($($with_variables)*) };
}
pub(crate) use t;

/// `t_signal!(i18n, namespace.key)`: the text as a `Signal<String>`.
macro_rules! t_signal {
    ($i18n:expr, $($key:ident).+) => {
        $crate::words::signal($i18n, |locale| {
            $crate::i18n::td_string!(locale, $($key).+)
        })
    };
}
pub(crate) use t_signal;

/// All roles, the widest first.
pub const ROLES: [Role; 4] = [Role::Manager, Role::Planner, Role::Member, Role::Reader];

/// A role's name.
pub fn role(i18n: Texts, role: Role) -> &'static str {
    match role {
        Role::Manager => t_string!(i18n, shell.role_manager),
        Role::Planner => t_string!(i18n, shell.role_planner),
        Role::Member => t_string!(i18n, shell.role_member),
        Role::Reader => t_string!(i18n, shell.role_reader),
    }
}

/// What a role may do, in a few words.
pub fn role_hint(i18n: Texts, role: Role) -> &'static str {
    match role {
        Role::Manager => t_string!(i18n, shell.role_manager_hint),
        Role::Planner => t_string!(i18n, shell.role_planner_hint),
        Role::Member => t_string!(i18n, shell.role_member_hint),
        Role::Reader => t_string!(i18n, shell.role_reader_hint),
    }
}

/// A role's name in forms, as the server writes it.
pub fn role_value(role: Role) -> &'static str {
    match role {
        Role::Manager => "manager",
        Role::Planner => "planner",
        Role::Member => "member",
        Role::Reader => "reader",
    }
}

/// The role of a form's value.
pub fn role_from(value: &str) -> Option<Role> {
    ROLES.into_iter().find(|role| role_value(*role) == value)
}

/// What happened, and what to do.
pub fn failure(i18n: Texts, error: &HttpError) -> String {
    let failure = match error {
        HttpError::Unreachable => return t_string!(i18n, shell.fail_unreachable).to_owned(),
        HttpError::Failed(failure) => failure,
    };
    match failure.code {
        ErrorCode::WrongCredentials => t_string!(i18n, shell.fail_password).to_owned(),
        ErrorCode::CodeNeeded | ErrorCode::WrongCode => t_string!(i18n, shell.fail_code).to_owned(),
        ErrorCode::LockedOut | ErrorCode::TooMany => {
            t_string!(i18n, shell.fail_locked_out).to_owned()
        }
        ErrorCode::NotSignedIn => t_string!(i18n, shell.fail_not_signed_in).to_owned(),
        ErrorCode::NotAllowed => t_string!(i18n, shell.fail_not_allowed).to_owned(),
        ErrorCode::NotFound | ErrorCode::LinkUsed | ErrorCode::LinkOver => {
            t_string!(i18n, shell.fail_not_found).to_owned()
        }
        ErrorCode::Exists => t_string!(i18n, shell.fail_exists).to_owned(),
        ErrorCode::MustChangePassword => t_string!(i18n, shell.fail_must_change).to_owned(),
        ErrorCode::LastManager => t_string!(i18n, shell.fail_last_manager).to_owned(),
        ErrorCode::LastAdministrator => t_string!(i18n, shell.fail_last_administrator).to_owned(),
        ErrorCode::InUse => t_string!(i18n, shell.fail_in_use).to_owned(),
        ErrorCode::Storage => t_string!(i18n, shell.fail_storage).to_owned(),
        ErrorCode::TooLarge => t_string!(i18n, shell.fail_too_large).to_owned(),
        ErrorCode::Invalid => {
            t_string!(i18n, shell.fail_invalid, why = failure.message.clone()).to_string()
        }
        ErrorCode::WrongOrigin | ErrorCode::Internal => {
            t_string!(i18n, shell.fail_internal, why = failure.message.clone()).to_string()
        }
    }
}

/// Why this device cannot keep what is written, and what to do.
pub fn trouble(i18n: Texts, trouble: &Trouble) -> String {
    match trouble {
        Trouble::StorageFull => t_string!(i18n, shell.trouble_full).to_owned(),
        Trouble::StorageRefused { cause } => {
            t_string!(i18n, shell.trouble_refused, why = cause.clone()).to_string()
        }
        Trouble::Damaged { .. } => t_string!(i18n, shell.trouble_damaged).to_owned(),
        Trouble::Unreadable { cause, .. } => {
            t_string!(i18n, shell.trouble_unreadable, why = cause.clone()).to_string()
        }
    }
}
