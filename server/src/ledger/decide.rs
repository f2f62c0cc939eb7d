//! A wish, from its text to its entry.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use shared::api::{Decide, Decided, SignedHead};
use shared::base::{Moment, PersonId, ProjectId, Timestamp};
use shared::ledger::hash::{hex, unhex};
use shared::ledger::project::Standing;
use shared::ledger::record::{Signed, What};
use shared::ledger::{
    Act, Chain, Circumstances, Done, Entry, Head, Project, Record, Refused, Wish,
};
use shared::pack::effect::{Deed, Pattern};
use shared::pack::review::{Does, Now, People};
use tokio::task::block_in_place;

use super::document::is_of_document;
use super::signer::is_by;
use super::{Asker, Ledger, LedgerError, OFFSET};
use crate::notices::Notice;
use crate::secret::random_bytes;
use crate::store::{
    NotThere, PeopleAt, StoreError, Told, Tx, first_missing, ledger as rows, link_used, people_at,
};

/// The next numbers that a form's approval would give, by what they look like.
struct Numbers {
    year: i32,
    month: u32,
    next: BTreeMap<String, u64>,
    given: RefCell<Vec<(String, String, u64)>>,
}

impl Numbers {
    fn give(&self, pattern: &Pattern) -> String {
        let next = self.next.get(&pattern.shape()).copied().unwrap_or(1);
        let mut given = self.given.borrow_mut();
        let shape = pattern.shape();
        let before = given.iter().filter(|(known, ..)| *known == shape).count() as u64;
        let number = next + before;
        given.push((shape, pattern.period(self.year, self.month), number));
        pattern.number(self.year, self.month, number)
    }
}

impl Ledger {
    /// Decides about a wish: it is in the ledger and carried out when this returns that it was taken.
    pub(crate) async fn decide(&self, asker: Asker, ask: &Decide) -> Result<Decided, LedgerError> {
        let wish: Wish = serde_json::from_str(&ask.wish)
            .map_err(|error| LedgerError::Unreadable(error.to_string()))?;
        let by = asker.person;
        let document = self.document_of(wish.project, &wish.act).await?;
        let mut tx = self.store.begin().await?;
        let chain = Chain::Project(wish.project);
        let head = rows::lock(&mut tx, chain).await?;
        if let Some((known, entry)) = rows::of_key(&mut tx, wish.key).await? {
            return self.again(by, &wish, known, entry, head).await;
        }
        let found = rows::project_of(&mut tx, wish.project, by).await?;
        let (manages, member) = found.ok_or(LedgerError::NoProject)?;
        let entries = rows::entries(&mut tx, chain, 0).await?;
        let packs = self.known(&entries, Some(&wish.act)).await?;
        let at = entries
            .last()
            .map_or(self.clock.now(), |last| last.at.max(self.clock.now()));
        let signed = match &ask.signature {
            None => None,
            Some(signature) => match self.signed(&mut tx, asker, &ask.wish, signature).await? {
                Some(signed) => Some(signed),
                None => return Ok(refused(Refused::Signature)),
            },
        };
        let find = |hash: &_| packs.get(hash).map(|pack| &**pack);
        let (project, unfit) = Project::replay(&find, &entries);
        for unfit in unfit {
            tracing::error!(project = %wish.project, seq = unfit.seq, why = %unfit.why, "an entry of the ledger does not fit");
        }
        let people = match project.pack_of(&wish.act) {
            Some((_, pack)) => people_at(&mut tx, pack, Some(wish.project), at).await?,
            None => PeopleAt::default(),
        };
        let all = project.people(&people.deciders);
        let has_part = all.roles.values().chain(people.starters.values());
        let has_part = has_part.flatten().any(|person| *person == by)
            || all.deputies.values().flatten().any(|person| *person == by)
            || all.keepers.contains(&by);
        if !member && !has_part && !project.has_part(by) {
            return Err(LedgerError::NoProject);
        }
        if !wish.act.signature_fits() {
            return Ok(refused(Refused::Handwriting));
        }
        if let Err(why) = is_of_document(&project, &wish.act, document.as_ref()) {
            return Ok(refused(why));
        }
        let files = wish.act.attached();
        match first_missing(&mut tx, wish.project, &files).await? {
            Some(NotThere::Missing(hash)) => {
                return Ok(refused(Refused::NoAttachment(hash.to_string())));
            }
            Some(NotThere::OtherSize(name)) => return Ok(refused(Refused::OtherSize(name))),
            None => {}
        }
        let numbers = self.numbers(&mut tx, &project, &wish.act, at).await?;
        let decided = match &wish.act {
            Act::Adopt { pack } if self.packs.offers(pack).is_none() => Err(Refused::UnknownPack),
            Act::Invite { person, .. } if rows::has_account(&mut tx, *person).await? => {
                Err(Refused::Insider)
            }
            act => project.decide(
                by,
                act,
                &Circumstances {
                    at,
                    people: &people.deciders,
                    starters: &people.starters,
                    manages,
                    due: &|since, deadline| self.due(since, deadline),
                    number: &|pattern| numbers.give(pattern),
                },
            ),
        };
        let (what, done, why) = match decided {
            Ok(done) => (What::Act(wish.act.clone()), done, None),
            // an opinion that came too late is kept; what others may not say is not
            Err(why) if why.late() && has_part && is_opinion(&wish.act) => {
                let act = wish.act.clone();
                let late = why.clone();
                (What::Late { act, why: late }, Vec::new(), Some(why))
            }
            Err(why) => return Ok(refused(why)),
        };
        let record = Record {
            key: wish.key,
            by: Some(by),
            what,
            done,
            signed,
        };
        let entry = head.next(at, &record, random_bytes().map_err(StoreError::from)?);
        let mut after = project.clone();
        // it was decided that it fits
        let _ = after.take(entry.seq, at, &record);
        let open = after
            .forms()
            .values()
            .filter(|form| matches!(form.standing(), Standing::UnderReview | Standing::Draft(_)))
            .count();
        // what is done again and again waits for somebody too
        let open = open + after.duties().len();
        let signature = self.signer.sign(&entry.head(chain))?;
        rows::append(
            &mut tx,
            chain,
            &entry,
            wish.key,
            (signature.0, &signature.1),
            open,
        )
        .await
        // another project took the same key at the same moment
        .map_err(|error| match error {
            StoreError::Exists(_) => LedgerError::KeyUsed,
            error => error.into(),
        })?;
        for (shape, period, number) in numbers.given.take() {
            let given =
                |done: &Done| matches!(&done.what, shared::ledger::record::Deed::Numbered { .. });
            if record.done.iter().any(given) {
                rows::number_given(&mut tx, &shape, &period, number).await?;
            }
        }
        // what came too late is kept, and the link stays good for what is asked now
        if let Some(link) = asker.link.filter(|_| why.is_none()) {
            link_used(&mut tx, link, at).await?;
        }
        let concerned = self.concerned(&after, &people.deciders, at);
        tx.tell(Told::Project(wish.project, None));
        self.carry_out(&mut tx, wish.project, &record, &packs, &after, at)
            .await?;
        self.tell_of(
            &mut tx,
            wish.project,
            (&project, &after),
            (entry.seq, &record),
            (&people.deciders, at),
        )
        .await?;
        tx.commit().await?;
        self.outbox.wake.notify_one();
        self.tell(wish.project, concerned).await?;
        let head = SignedHead {
            head: entry.head(chain),
            key: signature.0,
            signature: hex(&signature.1),
        };
        let kept = Some(entry.seq);
        let entry = Box::new(entry);
        Ok(match why {
            None => Decided::Taken { entry, head },
            Some(why) => Decided::Refused { why, kept },
        })
    }

    /// Whom it concerns how the project's forms stand: who decides now, whose requests they are.
    fn concerned(
        &self,
        project: &Project<'_>,
        organisation: &People,
        at: Timestamp,
    ) -> BTreeSet<PersonId> {
        let people = project.people(organisation);
        let due = |since, deadline: &_| self.due(since, deadline);
        let now = Now {
            people: &people,
            at,
            due: &due,
        };
        let waiting = project.waiting(&now).into_iter();
        let mut concerned: BTreeSet<PersonId> = waiting.flat_map(|(_, seat)| seat.who).collect();
        concerned.extend(project.forms().values().map(|form| form.author));
        concerned
    }

    /// The devices of those whom it concerns, and of the members, look again.
    async fn tell(
        &self,
        project: ProjectId,
        mut concerned: BTreeSet<PersonId>,
    ) -> Result<(), StoreError> {
        let members = self.store.members(project).await?;
        concerned.extend(members.iter().map(|member| member.person));
        let people = concerned.into_iter().collect();
        self.notices
            .send(Notice::ProjectChanged { project, people });
        Ok(())
    }

    /// A wish that came before: what became of it then.
    async fn again(
        &self,
        by: PersonId,
        wish: &Wish,
        chain: Chain,
        entry: Entry,
        head: Head,
    ) -> Result<Decided, LedgerError> {
        let record = entry.record().ok_or(LedgerError::KeyUsed)?;
        if record.by != Some(by) || chain != Chain::Project(wish.project) {
            return Err(LedgerError::KeyUsed);
        }
        match record.what {
            What::Act(act) if act == wish.act => {
                let signed = self.signer.sign(&head)?;
                let head = SignedHead {
                    head,
                    key: signed.0,
                    signature: hex(&signed.1),
                };
                let entry = Box::new(entry);
                Ok(Decided::Taken { entry, head })
            }
            What::Late { act, why } if act == wish.act => {
                let kept = Some(entry.seq);
                Ok(Decided::Refused { why, kept })
            }
            _ => Err(LedgerError::KeyUsed),
        }
    }

    /// The device's signature, where it is by the device's key.
    async fn signed(
        &self,
        tx: &mut Tx,
        asker: Asker,
        wish: &str,
        signature: &str,
    ) -> Result<Option<Signed>, StoreError> {
        let Some(device) = asker.device else {
            return Ok(None);
        };
        let key = rows::device_key(tx, device, asker.person).await?;
        let bytes = unhex(signature);
        let fits = key.as_ref().zip(bytes).is_some_and(|(key, signature)| {
            block_in_place(|| is_by(key, wish.as_bytes(), &signature))
        });
        Ok(key.filter(|_| fits).map(|key| Signed {
            device,
            wish: wish.to_owned(),
            signature: signature.to_owned(),
            public: hex(&key),
        }))
    }

    /// The next numbers that an act on a form could give.
    async fn numbers(
        &self,
        tx: &mut Tx,
        project: &Project<'_>,
        act: &Act,
        at: Timestamp,
    ) -> Result<Numbers, StoreError> {
        let local = at.0.saturating_add(OFFSET * 60_000).div_euclid(60_000);
        let (year, month, ..) = Moment::from_minutes(local).parts();
        let mut next = BTreeMap::new();
        if let Act::Form(act) = act
            && matches!(act.does, Does::Submit { .. } | Does::Decide { .. })
        {
            let pack = project.pack_of(&Act::Form(act.clone()));
            let kind = pack.and_then(|(_, pack)| pack.form(&act.kind));
            for effect in kind.into_iter().flat_map(|kind| &kind.effects) {
                if let Deed::Number(pattern) = &effect.does {
                    let (shape, period) = (pattern.shape(), pattern.period(year, month));
                    let number = rows::next_number(tx, &shape, &period).await?;
                    next.insert(shape, number);
                }
            }
        }
        Ok(Numbers {
            year,
            month,
            next,
            given: RefCell::default(),
        })
    }
}

fn refused(why: Refused) -> Decided {
    let kept = None;
    Decided::Refused { why, kept }
}

fn is_opinion(act: &Act) -> bool {
    match act {
        Act::Form(act) => matches!(act.does, Does::Decide { .. }),
        _ => false,
    }
}
