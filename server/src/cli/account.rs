//! `plumbline user` and `plumbline token`: work while the server runs, too.

use clap::{Args, Subcommand};
use shared::api::NewPerson;
use shared::base::PersonId;

use super::{Data, Failed, say};
use crate::clock::Clock;
use crate::http::account_name;
use crate::password::{hash_here, objection};
use crate::secret::{Secret, one_time_password, random_bytes};
use crate::store::{AuditEvent, Store, name_key};

/// Accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Adds an account. Its password must be changed at the first sign-in.
    Add {
        #[command(flatten)]
        data: Data,
        /// The name to sign in with.
        name: String,
        /// The name shown to others; the account's name when left out.
        #[arg(long)]
        display_name: Option<String>,
        /// The post 岗位.
        #[arg(long, default_value = "")]
        post: String,
        /// May administer the organisation.
        #[arg(long)]
        administrator: bool,
        #[command(flatten)]
        password: Password,
    },
    /// Sets an account's password, ends all its sessions and tokens, and lifts a lock-out.
    Passwd {
        #[command(flatten)]
        data: Data,
        /// The account's name.
        name: String,
        #[command(flatten)]
        password: Password,
    },
    /// Turns an account's second factor off, for somebody whose phone and recovery codes are gone.
    SecondFactorOff {
        #[command(flatten)]
        data: Data,
        /// The account's name.
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Password {
    /// Reads the password from standard input; otherwise a random one is made and printed.
    #[arg(long)]
    password_stdin: bool,
}

impl Password {
    /// The password, and whether it was made here and is to be shown.
    fn get(&self, account: &str) -> Result<(String, bool), Failed> {
        if !self.password_stdin {
            return Ok((one_time_password()?, true));
        }
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        let password = line.trim_end_matches(['\r', '\n']).to_owned();
        match objection(&password, account) {
            Some(objection) => Err(objection.into()),
            None => Ok((password, false)),
        }
    }
}

impl User {
    pub(super) async fn run(self) -> Result<(), Failed> {
        let clock = Clock::default();
        match self {
            Self::Add {
                data,
                name,
                display_name,
                post,
                administrator,
                password,
            } => {
                let store = data.open().await?;
                let name = account_name(&name)?;
                let (password, made_here) = password.get(&name)?;
                let person = NewPerson {
                    display_name: display_name.unwrap_or_else(|| name.clone()),
                    name,
                    department: None,
                    post,
                    administrator,
                    password: String::new(),
                };
                let id = PersonId::from_bytes(random_bytes()?);
                store
                    .add_person(id, &person, &hash_here(&password)?, true, clock.now())
                    .await?;
                record(&store, "person_made", &person.name, &clock).await?;
                told(&person.name, &password, made_here);
                store.close().await;
            }
            Self::Passwd {
                data,
                name,
                password,
            } => {
                let store = data.open().await?;
                let account = store
                    .account_named(&name)
                    .await?
                    .ok_or("there is no account of that name")?;
                let (password, made_here) = password.get(&account.person.name)?;
                let hash = hash_here(&password)?;
                store
                    .set_password(account.person.id, &hash, true, None, clock.now())
                    .await?;
                store.forget_attempts(&name_key(&name)).await?;
                record(&store, "password_reset", &account.person.name, &clock).await?;
                told(&account.person.name, &password, made_here);
                store.close().await;
            }
            Self::SecondFactorOff { data, name } => {
                let store = data.open().await?;
                let account = store
                    .account_named(&name)
                    .await?
                    .ok_or("there is no account of that name")?;
                store.remove_second_factor(account.person.id).await?;
                record(&store, "second_factor_reset", &account.person.name, &clock).await?;
                say(format_args!(
                    "{}: no code is asked for any more",
                    account.person.name
                ));
                store.close().await;
            }
        }
        Ok(())
    }
}

fn told(name: &str, password: &str, made_here: bool) {
    if made_here {
        say(format_args!("{name}: password {password}"));
    } else {
        say(format_args!("{name}: done"));
    }
    say("It must be changed at the next sign-in.");
}

async fn record(
    store: &Store,
    event: &'static str,
    name: &str,
    clock: &Clock,
) -> Result<(), Failed> {
    let event = AuditEvent {
        event,
        name,
        by: None,
        address: "command line",
        detail: "",
    };
    Ok(store.audit(&event, clock.now()).await?)
}

/// Makes a bearer token for other programs; it is shown this once.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  TOKEN=$(plumbline token --user li.wei --label report)
  curl -H \"Authorization: Bearer $TOKEN\" http://localhost:8080/api/projects")]
pub(crate) struct Token {
    #[command(flatten)]
    data: Data,
    /// Whose: the token may do what this account may.
    #[arg(long, value_name = "NAME")]
    user: String,
    /// What it is for, in the list of tokens.
    #[arg(long, default_value = "command line")]
    label: String,
}

impl Token {
    pub(super) async fn run(self) -> Result<(), Failed> {
        let clock = Clock::default();
        let store = self.data.open().await?;
        let account = store
            .account_named(&self.user)
            .await?
            .ok_or("there is no account of that name")?;
        if !account.person.active {
            return Err("the account may not sign in: its token would not work".into());
        }
        let (id, secret) = (random_bytes()?, Secret::random()?);
        let kept = Secret::kept(secret.text());
        store
            .add_token(id, account.person.id, kept, &self.label, clock.now())
            .await?;
        record(&store, "token_made", &account.person.name, &clock).await?;
        say(secret.text());
        store.close().await;
        Ok(())
    }
}
