//! What people read about a line of the record.

use std::collections::BTreeMap;

use leptos::prelude::With;
use shared::api::{AuditLine, Grant, Organisation};
use shared::base::PersonId;
use shared::domain::organisation::Party;

use super::grants::kind_name;
use super::rules::Rules;
use crate::i18n::t_string;
use crate::ui::choose::name_of;
use crate::ui::form::say;
use crate::words::Texts;

/// What names the things of a line.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) i18n: Texts,
    pub(super) organisation: &'a Option<Organisation>,
    pub(super) names: &'a BTreeMap<String, String>,
    pub(super) grants: &'a [Grant],
    pub(super) rules: Rules,
}

impl Named<'_> {
    /// A person by their account, as it was written.
    pub(super) fn account(&self, account: &str) -> String {
        let people = self.organisation.iter().flat_map(|o| &o.people);
        let mut found = people.filter(|person| person.name.eq_ignore_ascii_case(account));
        found
            .next()
            .map_or_else(|| account.to_owned(), |person| person.display_name.clone())
    }

    /// A department, a post or a person by an id; else the text itself, which is a name.
    fn thing(&self, detail: &str) -> String {
        if let Some(name) = self.names.get(detail) {
            return name.clone();
        }
        let person = detail.parse::<PersonId>().ok();
        person.map_or_else(
            || detail.to_owned(),
            |person| name_of(self.organisation, person),
        )
    }

    pub(super) fn party(&self, to: Party) -> String {
        let id = match to {
            Party::Department(id) => id.to_string(),
            Party::Post(id) => id.to_string(),
            Party::Person(id) => id.to_string(),
        };
        format!("{} {}", kind_name(self.i18n, to), self.thing(&id))
    }

    /// To whom which role was granted, as far as it is known.
    fn grant(&self, detail: &str) -> (String, String) {
        let id = detail.split(' ').next().unwrap_or_default();
        let Some(grant) = self.grants.iter().find(|grant| grant.id.to_string() == id) else {
            return (String::new(), detail.to_owned());
        };
        (self.party(grant.to), self.role(&grant.pack, &grant.role))
    }

    /// A role, with the regulation that it is of.
    fn role(&self, pack: &str, role: &str) -> String {
        let i18n = self.i18n;
        let of = self.rules.list.with(|list| {
            let info = list.iter().find(|info| info.id == pack);
            info.map_or_else(|| pack.to_owned(), |info| say(i18n, &info.name))
        });
        let name = self.rules.known.with(|known| {
            let mut roles = known.get(pack)?.pack.roles.iter();
            let role = roles.find(|known| known.id.as_str() == role)?;
            Some(say(i18n, &role.name))
        });
        let name = name.unwrap_or_else(|| role.to_owned());
        t_string!(i18n, organisation.role_of, role = name, pack = of).to_string()
    }
}

/// What happened, in a sentence.
pub(super) fn happened(named: &Named<'_>, line: &AuditLine) -> String {
    let i18n = named.i18n;
    let (person, thing) = (named.account(&line.name), named.thing(&line.detail));
    macro_rules! says {
        ($key:ident) => {
            t_string!(i18n, organisation.$key).to_owned()
        };
        ($key:ident, person) => {
            t_string!(i18n, organisation.$key, person = person).to_string()
        };
        ($key:ident, thing) => {
            t_string!(i18n, organisation.$key, thing = thing).to_string()
        };
        ($key:ident, both) => {
            t_string!(i18n, organisation.$key, person = person, thing = thing).to_string()
        };
        ($key:ident, grant) => {{
            let (party, role) = named.grant(&line.detail);
            t_string!(i18n, organisation.$key, party = party, role = role).to_string()
        }};
    }
    match line.event.as_str() {
        "sign_in" => says!(did_sign_in),
        "sign_in_failed" => says!(did_sign_in_failed),
        "sign_out" => says!(did_sign_out),
        "sign_out_everywhere" => says!(did_sign_out_everywhere),
        "password_changed" => says!(did_password_changed),
        "password_change_failed" => says!(did_password_change_failed),
        "password_reset" => says!(did_password_reset, person),
        "second_factor_on" => says!(did_second_factor_on),
        "second_factor_off" => says!(did_second_factor_off),
        "second_factor_reset" => says!(did_second_factor_reset, person),
        "second_factor_failed" => says!(did_second_factor_failed),
        "device_revoked" => says!(did_device_revoked),
        "token_made" => says!(did_token_made),
        "token_revoked" => says!(did_token_revoked),
        "feed_made" => says!(did_feed_made),
        "feed_revoked" => says!(did_feed_revoked),
        "person_made" => says!(did_person_made, person),
        "person_changed" => says!(did_person_changed, person),
        "department_made" => says!(did_department_made, thing),
        "department_renamed" => says!(did_department_renamed, thing),
        "department_ended" => says!(did_department_ended, thing),
        "head_named" => says!(did_head_named, both),
        "head_ended" => says!(did_head_ended, both),
        "post_made" => says!(did_post_made, thing),
        "post_renamed" => says!(did_post_renamed, thing),
        "post_ended" => says!(did_post_ended, thing),
        "post_given" => says!(did_post_given, both),
        "post_taken" => says!(did_post_taken, both),
        "deputy_named" => says!(did_deputy_named, both),
        "deputy_ended" => says!(did_deputy_ended, both),
        "role_granted" => says!(did_role_granted, grant),
        "role_grant_ended" => says!(did_role_grant_ended, grant),
        "notices_changed" => says!(did_notices_changed),
        "robot_made" => says!(did_robot_made, thing),
        "robot_changed" => says!(did_robot_changed, thing),
        "robot_ended" => says!(did_robot_ended, thing),
        "project_opened" => says!(did_project_opened),
        "project_closed" => says!(did_project_closed),
        "project_made_template" => says!(did_project_made_template),
        "project_no_template" => says!(did_project_no_template),
        "demo_filled" => says!(did_demo_filled),
        // of a server that is newer than this page
        other => other.to_owned(),
    }
}
