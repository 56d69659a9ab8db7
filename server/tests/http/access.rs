//! Every route, for every kind of actor, on its own things and on those of others: the door obeys the table of accesses.

use crate::browser::{Browser, code, signed_in};
use crate::client::{HERE, Response, Service, token};
use crate::factor::{invited, protected, waiting};
use axum::http::Method;
use backend::accounts::OrganisationBegun;
use backend::links::reference_text;
use domain::access::{
    AccountId, Action, Actor, Collaboration, FichePart, Grant, Mandate, OrganisationId, Rank, Refusal,
    Target, Team, TerritoryRole, Verdict, may,
};
use domain::email::EmailAddress;
use domain::need::Need;
use domain::organisation::{OrganisationAsked, OrganisationKind};
use domain::sector::SectorIx;
use domain::siret::Siret;
use domain::territory::Place;
use server::http::routes;
use uuid::Uuid;

/// Things of somebody: what actors may have a right on.
#[derive(Clone, Copy)]
struct Things {
    need: Uuid,
    draft: Uuid,
    siret: Siret,
    sector: SectorIx,
    sign_in: Uuid,
    invitation: Uuid,
    organisation: OrganisationId,
    place: Place,
    list: (Uuid, AccountId),
    shared: bool,
}

/// What the address of a route names, besides what its page is about.
#[derive(Clone, Copy)]
enum Named {
    Team(Team),
    Place(Place),
    List(Uuid, Target),
}

impl Named {
    fn code(self) -> String {
        match self {
            Self::Team(team) => team.code(),
            Self::Place(place) => place.code(),
            Self::List(list, _) => list.to_string(),
        }
    }
}

/// What comes with a request, besides where it goes.
struct Comer<'a> {
    /// What it is called in what fails.
    name: String,
    browser: Browser<'a>,
    /// With the link of a mail; without, it is what its session makes it.
    grant: Option<Grant>,
}

const NEED: &str = "quoi=Blanchisserie+des+draps&ou=C31555&date=2027-01-12";

async fn draft(service: &Service, author: &str) -> Uuid {
    service.post("/besoins/nouveau", &format!("{NEED}&courriel={author}&etape=envoyer")).await;
    let confirm = token(&service.mails().await[0], "/besoins/confirmer");
    let actor = service.backend.actor_of(&confirm).await.expect("read");
    actor.grant().and_then(Grant::need).expect("a need")
}

async fn need(service: &Service, author: &str) -> Uuid {
    let id = draft(service, author).await;
    let publish = Actor::Link(Grant::NeedPublish(id));
    service.backend.need_publish(&publish, id).await.expect("published");
    service.mails().await;
    id
}

async fn sign_in(service: &Service) -> Uuid {
    let address = EmailAddress::parse("presse@ville.example").expect("an address");
    let id = service.backend.sign_in_ask(&Actor::Anyone, &address).await.expect("asked");
    service.mails().await;
    id
}

async fn things(service: &Service, author: &str, siret: Siret, place: Place) -> Things {
    let organisation = organisation(service, &author.replace("%40", "@")).await;
    Things {
        need: need(service, author).await,
        draft: draft(service, author).await,
        siret,
        sector: SectorIx(3),
        sign_in: sign_in(service).await,
        invitation: invitation(service).await,
        organisation,
        place,
        list: list(service, &author.replace("%40", "@")).await,
        shared: false,
    }
}

/// An organisation with an author of needs as its responsable.
async fn organisation(service: &Service, author: &str) -> OrganisationId {
    let actor = recognised(service, author).await;
    let kind = OrganisationKind::Network;
    let asked = OrganisationAsked { name: author.to_owned(), kind, siret: None };
    match service.backend.organisation_begin(&actor, &asked).await.expect("begun") {
        OrganisationBegun::Begun(id) => id,
        OrganisationBegun::Known(known) => panic!("{known:?}"),
    }
}

fn named(code: &str) -> Place {
    Place::parse(code).expect("a place")
}

/// Somebody with a mandate of a territory, and somebody who keeps a part of a structure's page for its network.
async fn with_mandates(service: &Service, things: Things, head: &Browser<'_>, administrator: &Browser<'_>) {
    let b = &service.backend;
    let admin = b.session_recognise(administrator.secret()).await.expect("read").actor;
    for (who, role) in [
        ("plie@ville.example", TerritoryRole::Facilitator),
        ("ddets@etat.example", TerritoryRole::StateService),
    ] {
        let actor = recognised(service, who).await;
        let mandate = Mandate { role, place: things.place };
        b.mandate_ask(&actor, mandate, "Une maison").await.expect("asked");
        b.mandate_answer(&admin, mandate, actor.account().expect("signed in").id, true)
            .await
            .expect("accepted");
    }
    let head = b.session_recognise(head.secret()).await.expect("read").actor;
    b.delegation_set(&head, things.siret, things.organisation, &[FichePart::Activities])
        .await
        .expect("delegated");
    service.mails().await;
}

/// A list of structures of an author of needs, shared with its organisation once that has members.
async fn list(service: &Service, author: &str) -> (Uuid, AccountId) {
    let actor = recognised(service, author).await;
    let list = service.backend.favourites_begin(&actor, "Verts").await.expect("begun");
    (list, actor.account().expect("signed in").id)
}

async fn recognised(service: &Service, who: &str) -> Actor {
    let browser = signed_in(service, who).await;
    service.backend.session_recognise(browser.secret()).await.expect("read").actor
}

/// Shares the needs of somebody with its organisation, and adds a colleague of either rank to that.
async fn shared_with_organisation(service: &Service, author: &str, things: Things) {
    let (b, id) = (&service.backend, things.organisation);
    let author = recognised(service, author).await;
    b.favourites_share(&author, things.list.0, Some(id)).await.expect("shared");
    for need in [things.need, things.draft] {
        b.need_share(&author, need, Some(id)).await.expect("shared");
    }
    for (who, rank) in [("agent@ville.example", Rank::Member), ("direction@ville.example", Rank::Responsible)]
    {
        b.colleague_invite(&author, id, &EmailAddress::parse(who).expect("an address"), rank)
            .await
            .expect("invited");
        b.invitation_answer(&recognised(service, who).await, id, true).await.expect("joined");
    }
    let who = EmailAddress::parse("conviee@ville.example").expect("an address");
    b.colleague_invite(&author, id, &who, Rank::Member).await.expect("invited");
    service.mails().await;
}

async fn invitation(service: &Service) -> Uuid {
    let address = EmailAddress::parse("presse@ville.example").expect("an address");
    let link = service.backend.administrator_invite(&Actor::Operator, &address).await.expect("invited");
    let actor = service.backend.actor_of(link.split_once("jeton=").expect("a token").1).await.expect("read");
    match actor.grant() {
        Some(Grant::AdministratorJoin(id)) => id,
        other => panic!("{other:?}"),
    }
}

impl Things {
    fn grants(&self) -> [Grant; 13] {
        [
            Grant::NeedPublish(self.draft),
            Grant::NeedDraft(self.draft),
            Grant::NeedPrepare(self.draft),
            Grant::NeedFollow(self.draft),
            Grant::NeedPrepare(self.need),
            Grant::NeedFollow(self.need),
            Grant::NeedAnswer(self.need, self.siret),
            Grant::InterestConfirm(self.need, Uuid::from_u128(1)),
            Grant::TradeAnswer(self.siret, self.sector),
            Grant::StructureManage(self.siret),
            Grant::FicheVouch(self.siret),
            Grant::ContactConfirm(self.siret),
            Grant::AlertsStop(self.siret),
        ]
    }

    /// On what it is asked about its list: that of the others is shared with nobody.
    fn list_target(&self) -> Target {
        let (list, owner) = self.list;
        Target::Favourites {
            list,
            owner: Some(owner),
            organisation: self.shared.then_some(self.organisation),
        }
    }

    /// The structures and organisations that the address of a route may name; one nothing, where it names none.
    fn teams(&self, path: &str) -> Vec<Option<Named>> {
        let (structure, organisation) =
            (Named::Team(self.siret.into()), Named::Team(self.organisation.into()));
        match path {
            _ if path.contains("{team}") => vec![Some(structure), Some(organisation)],
            _ if path.contains("{list}") => vec![Some(Named::List(self.list.0, self.list_target()))],
            _ if path.contains("{place}") => vec![Some(Named::Place(self.place))],
            _ if path.contains("{organisation}") => vec![Some(organisation)],
            _ if path.contains("/espace/structures/{siret}") => vec![Some(structure)],
            _ => vec![None],
        }
    }

    /// What an action is asked on here, and the page of it for whoever signed in. A need that is published, and one that is
    /// not.
    fn subjects(&self, action: Action) -> Vec<Grant> {
        use Action::{
            AdministratorJoin, AlertsResume, AlertsStop, AnswerShare, AttachmentAdd, CollaboratorChange,
            CommentWrite, ContactConfirm, InterestConfirm, LinksRevoke, LotRemind, MessageReply,
            MessageWrite, NeedAnswer, NeedAnswerShow, NeedAsk, NeedEnd, NeedFollow, NeedPrepare,
            NeedPreparedShow, NeedPublish, NeedPublishShow, NeedRevise, SelectionKeep, SignInByLink,
            ThreadShow, TradeAnswer, TradeShow,
        };
        match action {
            NeedPublish | NeedPublishShow => vec![Grant::NeedPublish(self.draft)],
            NeedPrepare | NeedPreparedShow | AttachmentAdd | NeedAsk | CollaboratorChange | CommentWrite => {
                vec![Grant::NeedPrepare(self.draft), Grant::NeedFollow(self.need)]
            }
            NeedRevise
            | NeedFollow
            | NeedEnd
            | MessageReply
            | AnswerShare
            | SelectionKeep
            | LotRemind
            | Action::NeedDuplicate
            | Action::NeedTakeOver
            | Action::ReportSettle
            | Action::NeedWithdraw => {
                vec![Grant::NeedFollow(self.need)]
            }
            NeedAnswer | NeedAnswerShow | ThreadShow | MessageWrite => {
                vec![Grant::NeedAnswer(self.need, self.siret)]
            }
            InterestConfirm => vec![Grant::InterestConfirm(self.need, Uuid::from_u128(1))],
            TradeAnswer | TradeShow => vec![Grant::TradeAnswer(self.siret, self.sector)],
            Action::FicheVouch => vec![Grant::FicheVouch(self.siret)],
            ContactConfirm => vec![Grant::ContactConfirm(self.siret)],
            AlertsStop | AlertsResume => vec![Grant::AlertsStop(self.siret)],
            LinksRevoke => vec![Grant::StructureManage(self.siret), Grant::NeedFollow(self.need)],
            SignInByLink => vec![Grant::SignIn(self.sign_in)],
            AdministratorJoin => vec![Grant::AdministratorJoin(self.invitation)],
            _ => vec![Grant::StructureManage(self.siret)],
        }
    }
}

/// On what an action is asked through a page about something.
async fn target(
    service: &Service,
    action: Action,
    (about, team): (Grant, Option<Named>),
    actor: &Actor,
) -> Target {
    let me = actor.account().ok().map(|account| account.id);
    match (team, action) {
        (Some(Named::Place(place)), Action::MandateAnswer) => {
            // Nobody has asked for it: who may answer is told so.
            let mandate = Mandate { role: TerritoryRole::Facilitator, place };
            return Target::Mandate { mandate, account: AccountId(Uuid::from_u128(1)) };
        }
        (Some(Named::Place(_)), Action::MandateLeave) => {
            return Target::Account(me.unwrap_or(AccountId(Uuid::from_u128(1))));
        }
        (Some(Named::List(_, target)), _) => return target,
        (Some(Named::Place(place)), _) => return Target::Territory(place),
        (Some(Named::Team(team)), _) => return Target::of_team(team),
        (None, _) => {}
    }
    let is_of_oneself = matches!(
        action,
        Action::SpaceShow
            | Action::SessionEnd
            | Action::AccountExport
            | Action::AccountClose
            | Action::FactorChange
            | Action::FactorTry
            | Action::SupportEnd
    );
    if let (true, Ok(account)) = (is_of_oneself, actor.account()) {
        return Target::Account(account.id);
    }
    if matches!(action, Action::AdministrationShow | Action::MailDrop) {
        return Target::Administration;
    }
    match about {
        Grant::NeedAnswer(need, siret) => Target::Answer { need, siret },
        Grant::InterestConfirm(_, interest) => Target::Interest(interest),
        Grant::TradeAnswer(siret, sector) => Target::Trade(siret, sector),
        Grant::SignIn(id) => Target::SignIn(id),
        Grant::AdministratorJoin(id) => Target::AdministratorInvitation(id),
        Grant::StructureManage(siret) if action == Action::FicheWrite => {
            Target::Fiche { siret, part: FichePart::Presentation }
        }
        other => match other.need() {
            Some(id) => {
                let need: Need = service.backend.store.need_fetch(id).await.expect("read").expect("there");
                need.target()
            }
            None => Target::Structure(other.structure().expect("a structure")),
        },
    }
}

/// What a form says, so that it asks for that action.
fn body(action: Action) -> &'static str {
    match action {
        Action::NeedEnd => "&statut=closed",
        Action::NeedAnswerShow | Action::NeedAnswer => "&reponse=interested",
        Action::MessageWrite | Action::LotRemind => "&message=Quand",
        Action::CommentWrite => "&action=commenter&message=Quand",
        Action::CollaboratorChange => "&action=partager&droits=lit&courriel=x%40ville.example",
        Action::MessageReply => "&action=ecrire&message=Quand",
        Action::AnswerShare => "&question-publiee=Quand&reponse-publiee=En+mai",
        Action::SelectionKeep => "&action=noter&critere=reponse",
        Action::TradeShow | Action::TradeAnswer => "&reponse=oui",
        Action::ColleagueInvite => "&action=inviter&courriel=x%40atelier.example",
        Action::ColleagueChange => "&action=member&compte=00000000-0000-0000-0000-000000000001",
        Action::ColleagueRemove => "&action=retirer&compte=00000000-0000-0000-0000-000000000001",
        Action::MembershipLeave => "&action=quitter",
        Action::InvitationAnswer => "&reponse=non",
        Action::AccountClose => "&action=garder",
        Action::SessionEnd => "&connexion=00000000-0000-0000-0000-000000000001",
        Action::MembershipJoin => "&code=123456",
        Action::FactorChange => "&action=commencer",
        Action::FactorTry => "&code=123456",
        Action::MailDrop => "&action=abandonner",
        Action::ReportSettle => "&action=garder&signalement=00000000-0000-0000-0000-000000000001",
        Action::NeedWithdraw => "&action=retirer&raison=Trompeur",
        Action::NeedTakeOver | Action::StructureResume | Action::MatchingResume => "&action=reprendre",
        Action::MatchingOppose => "&action=opposer",
        Action::StructureSuspend => "&action=suspendre&raison=Double",
        Action::StructureSeparate => "&action=separer",
        Action::FicheWrite => "&description=Autre&dit=offres",
        Action::FavouritesBegin => "&nom=Verts",
        Action::FavouritesChange => "&action=noter&note=Vue",
        Action::FavouritesShare => "&action=partager&acheteur=00000000-0000-0000-0000-000000000001",
        Action::FavouritesDrop => "&action=supprimer",
        Action::FavouritesShow => "&format=csv",
        Action::DelegationChange => "&action=confier&acheteur=Nul",
        Action::MandateAnswer => {
            "&role=facilitateur&action=accepter&compte=00000000-0000-0000-0000-000000000001"
        }
        Action::MandateLeave => "&role=facilitateur&action=renoncer",
        Action::MandateAsk => "&droits=facilitateur&ou=D31&acheteur=Une+maison",
        Action::OrganisationAnswer => "&action=accepter&compte=00000000-0000-0000-0000-000000000001",
        Action::OrganisationBegin => "&acheteur=Ville&categorie=collectivite",
        _ => "",
    }
}

/// The address of a route about something.
fn address(path: &str, action: Action, (about, team): (Grant, Option<Named>), token: &str) -> String {
    let siret = about.structure().map(|siret| siret.to_string()).unwrap_or_default();
    let need = about.need().unwrap_or_default();
    let named = team.map(Named::code).unwrap_or_default();
    let step = match action {
        Action::NeedAsk | Action::NeedRevise => "relire",
        _ => "objet",
    };
    let path = path
        .replace("{siret}", &siret)
        .replace("{team}", &named)
        .replace("{organisation}", &named)
        .replace("{place}", &named)
        .replace("{list}", &named)
        .replace("{id}", &need.to_string())
        .replace("{step}", step)
        .replace("{mail}", "0011223344556677")
        .replace("{file}", "00000000-0000-0000-0000-000000000001")
        .replace("{name}", "lot");
    format!("{path}?jeton={token}")
}

/// Whether an answer refuses whoever asks, rather than what it says.
fn is_refused(answer: &Response, verdict: Verdict) -> bool {
    // A granted page may say what others are told; a refused one says some such thing, or has its status.
    let says_why = verdict != Verdict::Granted
        && Refusal::ALL.iter().any(|refusal| answer.text.contains(refusal.sentence()));
    let to = answer.header("location");
    // Whoever signed in to the end is not asked for a code.
    let is_sent_away = to.starts_with("/connexion") || (verdict != Verdict::Granted && to == "/espace");
    // What a granted link did before is done: 410 says so to its holder too.
    let is_gone = verdict != Verdict::Granted && answer.status.as_u16() == 410;
    matches!(answer.status.as_u16(), 401 | 403) || is_gone || is_sent_away || says_why
}

async fn actor(service: &Service, comer: &Comer<'_>) -> Actor {
    match comer.grant {
        Some(grant) => Actor::Link(grant),
        None if comer.browser.cookie.is_empty() => Actor::Anyone,
        None => service.backend.session_recognise(comer.browser.secret()).await.expect("read").actor,
    }
}

/// The signed link of a grant, as a mail of today would carry it.
async fn signed(service: &Service, grant: Grant) -> String {
    let b = &service.backend;
    let number = b.store.link_number(grant.holder()).await.expect("read");
    b.signer.token(grant, number, &b.clock)
}

/// What the table of accesses says.
async fn verdict(
    service: &Service,
    action: Action,
    about: (Grant, Option<Named>),
    comer: &Comer<'_>,
) -> Verdict {
    let actor = actor(service, comer).await;
    let target = target(service, action, about, &actor).await;
    // One button publishes a draft, and the changes of what is published.
    let action = match (action, target) {
        (Action::NeedAsk | Action::NeedRevise, Target::Need { is_published: true, .. }) => Action::NeedRevise,
        (Action::NeedAsk | Action::NeedRevise, _) => Action::NeedAsk,
        _ => action,
    };
    may(&actor, action, &target)
}

/// What the door answers. Forms that name a structure name that one where the page is about none.
async fn ask(
    service: &Service,
    method: &Method,
    path: &str,
    action: Action,
    (about, team): (Grant, Option<Named>),
    of_forms: Siret,
    comer: &Comer<'_>,
) -> Response {
    let token = match comer.grant {
        Some(grant) => signed(service, grant).await,
        None => reference_text(about),
    };
    let address = address(path, action, (about, team), &token);
    if *method == Method::GET {
        return comer.browser.get(&format!("{address}{}", body(action))).await;
    }
    if path == "/besoins/preparer/piece" {
        let file =
            "--x\r\nContent-Disposition: form-data; name=\"piece\"; filename=\"a.txt\"\r\n\r\na\r\n--x--\r\n";
        return comer.browser.post_of(&address, "multipart/form-data; boundary=x", file).await;
    }
    let siret = about.structure().unwrap_or(of_forms);
    comer.browser.post(&address, &format!("jeton={token}&siret={siret}{}", body(action))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_obeys_the_table_of_accesses() {
    let flags =
        ["place", "--public-url", HERE, "--posts-per-minute", "1000000", "--mails-per-hour", "1000000"];
    let service = Service::with(&flags).await;
    let catalogue = service.backend.index.catalogue();
    let mut reachable = catalogue.structures().filter(|e| e.structure.is_told());
    let [one, other] = [(); 2].map(|()| reachable.next().expect("one with a contact").structure.clone());
    let (author, author_of_other) = ("achats%40ville.example", "marches%40metropole.example");
    let mut own = things(&service, author, one.siret, named("D31")).await;
    let others = things(&service, author_of_other, other.siret, named("D75")).await;

    let head = signed_in(&service, one.contact.as_ref().expect("reachable").as_str()).await;
    head.post("/espace/rejoindre", &format!("siret={}", one.siret)).await;
    let member = signed_in(&service, "camille@atelier.example").await;
    member.post("/espace/rejoindre", &format!("siret={}", one.siret)).await;
    let code = code(&service).await;
    member.post("/espace/rejoindre/code", &format!("siret={}&code={code}", one.siret)).await;
    let members = format!("/espace/structures/{}/membres", one.siret);
    head.post(&members, "action=inviter&courriel=dominique%40atelier.example").await;
    service.mails().await;
    for (grant, id) in [(Grant::NeedFollow(own.need), own.need), (Grant::NeedPrepare(own.draft), own.draft)] {
        for collaboration in Collaboration::ALL {
            let address =
                EmailAddress::parse(&format!("{}@ville.example", collaboration.code())).expect("an address");
            let author = Actor::Link(grant);
            let shared = service.backend.collaborator_set(&author, id, &address, collaboration);
            shared.await.expect("shared");
        }
    }
    service.mails().await;
    shared_with_organisation(&service, "achats@ville.example", own).await;
    own.shared = true;
    protected(&signed_in(&service, "prudente@ville.example").await).await;
    let waiting_one = waiting(&service, "prudente@ville.example").await;
    let administrator = protected(&invited(&service, "admin@place.example").await).await.0;
    with_mandates(&service, own, &head, &administrator).await;
    let account = |name: &str, browser| Comer { name: name.to_owned(), browser, grant: None };
    let nobody = || Browser { service: &service, cookie: String::new() };
    let mut comers = vec![
        account("anyone", nobody()),
        account("stranger", signed_in(&service, "autre@ville.example").await),
        account("author", signed_in(&service, "achats@ville.example").await),
        account("reader", signed_in(&service, "lit@ville.example").await),
        account("commenter", signed_in(&service, "commente@ville.example").await),
        account("writer", signed_in(&service, "ecrit@ville.example").await),
        account("invited", signed_in(&service, "dominique@atelier.example").await),
        account("awaited", waiting_one),
        account("administrator without factor", invited(&service, "nouveau@place.example").await),
        account("administrator", administrator),
        account("facilitator", signed_in(&service, "plie@ville.example").await),
        account("service of the State", signed_in(&service, "ddets@etat.example").await),
        account("agent of the organisation", signed_in(&service, "agent@ville.example").await),
        account("responsible of the organisation", signed_in(&service, "direction@ville.example").await),
        account("invited into the organisation", signed_in(&service, "conviee@ville.example").await),
        account("member", member),
        account("responsible", head),
    ];
    for grant in own
        .grants()
        .into_iter()
        .chain(others.grants())
        .chain([Grant::SignIn(own.sign_in), Grant::AdministratorJoin(own.invitation)])
    {
        comers.push(Comer { name: format!("{grant:?}"), browser: nobody(), grant: Some(grant) });
    }

    let (mut granted, mut refused) = (0, 0);
    let mut walked = routes();
    // A draft that is published, a member that left, an invitation that is answered are something else afterwards.
    let changes = [
        "/besoins/confirmer",
        "/espace/listes/{list}",
        "/espace/invitations/{team}",
        "/espace/structures/{siret}/membres",
        "/espace/organisations/{organisation}/membres",
        "/administration/besoins/{id}",
        "/structures/opposition",
        "/administration/structures/{siret}/reunir",
        "/administration/structures/{siret}",
    ];
    walked.sort_by_key(|route| changes.iter().position(|path| *path == route.path));
    for (route, action) in walked.iter().flat_map(|route| route.asks.iter().map(move |asked| (route, *asked)))
    {
        let mut cells = Vec::new();
        for (whose, things) in [("own", own), ("of others", others)] {
            for (about, team) in things
                .subjects(action)
                .into_iter()
                .flat_map(|about| things.teams(route.path).into_iter().map(move |team| (about, team)))
            {
                cells.extend(comers.iter().map(|comer| (whose, about, team, comer)));
            }
        }
        // The link says what its page is about, but for pages whose address does.
        let names_it = ["{siret}", "{team}", "{organisation}", "{place}", "{list}"]
            .iter()
            .any(|part| route.path.contains(part));
        let says_what = |comer: &Comer<'_>| comer.grant.filter(|_| !names_it);
        let mut by_its_link: Vec<String> = Vec::new();
        for (whose, about, team, comer) in cells {
            let about = says_what(comer).unwrap_or(about);
            if says_what(comer).is_some() {
                if by_its_link.contains(&comer.name) {
                    continue;
                }
                by_its_link.push(comer.name.clone());
            }
            let verdict = verdict(&service, action, (about, team), comer).await;
            let answer =
                ask(&service, &route.method, route.path, action, (about, team), one.siret, comer).await;
            assert_eq!(
                is_refused(&answer, verdict),
                verdict != Verdict::Granted,
                "{} {} {action:?} {whose}, {}: {verdict:?}, and the door says {} {}",
                route.method,
                route.path,
                comer.name,
                answer.status,
                answer.texts("h1").join(" ")
            );
            match verdict {
                Verdict::Granted => granted += 1,
                Verdict::Refused(_) => refused += 1,
            }
        }
    }
    println!("{} routes, {granted} cells granted, {refused} refused", walked.len());
    assert!(granted > 100 && refused > 1_000, "{granted} granted, {refused} refused");
}
