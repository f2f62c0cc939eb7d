//! One binary for all tests of more than one part: it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod browser_accessible;
mod browser_duties;
mod browser_export;
mod browser_fields;
mod browser_first;
mod browser_forms;
mod browser_forms_together;
mod browser_history;
mod browser_hostile;
mod browser_https;
mod browser_import;
mod browser_keyboard;
mod browser_lock;
mod browser_main_job;
mod browser_organisation;
mod browser_outside;
mod browser_plan_calendars;
mod browser_plan_chart;
mod browser_plan_earned;
mod browser_plan_grid;
mod browser_plan_holds;
mod browser_plan_lens;
mod browser_plan_pictures;
mod browser_plan_resources;
mod browser_plan_sheet;
mod browser_pool;
mod browser_proposals;
mod browser_refused;
mod browser_removed;
mod browser_screens;
mod browser_second_factor;
mod browser_sign_out;
mod browser_storage;
mod browser_store;
mod browser_tables;
mod browser_tabs;
mod browser_templates;
mod browser_typing;
mod browser_unsent;
mod browser_unsent_decisions;
mod browser_update;
mod browser_versions;
mod bucket;
mod fixtures;
mod foreign;
mod fuzz_corpus;
mod http_account;
mod http_feeds;
mod http_headers;
mod http_holidays;
mod http_hostile;
mod http_notices;
mod http_notices_leaving;
mod http_organisation;
mod http_organisation_import;
mod http_pool;
mod http_projects;
mod http_second_factor;
mod http_sign_in;
mod http_socket;
mod ledger_decisions;
mod ledger_documents;
mod outside_links;
mod program;
mod program_hostile;
mod program_ledger;
mod program_packs;
mod program_plan_files;
mod program_schedule;
mod s01_browser;
mod s01_project_operation;
mod s04_operations_flow;
mod s05_project_rules;
mod s07_operations_management;
mod s12_operating_procedure;
mod sim;
mod store;
mod sync;
mod tls;
