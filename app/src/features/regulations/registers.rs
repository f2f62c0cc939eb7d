//! The registers that a regulation has kept.

use std::sync::Arc;

use leptos::prelude::*;
use shared::pack::Pack;
use shared::pack::register::RegisterDef;

use super::book::role;
use crate::i18n::{t_string, use_i18n};
use crate::ui::form::{say, saying};

/// The registers, one under the other.
#[component]
pub(super) fn Registers(pack: Arc<Pack>) -> impl IntoView {
    let lines = pack
        .registers
        .iter()
        .map(|register| view! { <One pack=pack.clone() register=register.clone() /> })
        .collect_view();
    view! { <ul class="regulation-roles">{lines}</ul> }
}

#[component]
fn One(pack: Arc<Pack>, register: RegisterDef) -> impl IntoView {
    let i18n = use_i18n();
    let (name, help) = (register.name.clone(), register.help.clone());
    let id = register.id.to_string();
    let facts = move || {
        let who = role(i18n, &pack, &register.keeper);
        let between = t_string!(i18n, organisation.between);
        let columns = register.columns.iter();
        let columns: Vec<String> = columns.map(|column| say(i18n, &column.name)).collect();
        let columns = columns.join(between);
        t_string!(
            i18n,
            regulations.register_says,
            who = who,
            columns = columns
        )
        .to_string()
    };
    view! {
        <li data-register=id>
            <span class="regulation-role"><strong>{saying(i18n, name)}</strong></span>
            {(!help.is_empty()).then(|| view! { <p>{saying(i18n, help)}</p> })}
            <p class="muted">{facts}</p>
        </li>
    }
}
