//! Every route in one table, with what is asked of authority there: a route that says nothing of it does not compile, and
//! a test walks the table with every kind of actor.

use super::{
    ANSWER_TIME, BODY_MAX, FILE_BODY_MAX, State, account, administered, administration, api, assets,
    catalogue, catalogues, exchange, favourites, forms, islands, mandates, members, openapi, organisations,
    pages, pictures, prepare, report,
};
use super::{health, html, security, session, sign_in, support};
use crate::config::Serve;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, any, on};
use domain::access::Action;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::services::ServeDir;
use tower_http::timeout::TimeoutLayer;

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: Method,
    /// Its address, with names for its parts.
    pub path: &'static str,
    /// What is asked of authority before it answers; one of them, where a form has several buttons. Nothing, where it shows
    /// what is public.
    pub asks: &'static [Action],
}

/// The routes, as they are declared.
#[derive(Default)]
struct Table {
    router: Router<State>,
    routes: Vec<Route>,
}

impl Table {
    fn on<H, T>(
        mut self,
        (filter, method): (MethodFilter, Method),
        path: &'static str,
        asks: &'static [Action],
        handler: H,
    ) -> Self
    where
        H: Handler<T, State>,
        T: 'static,
    {
        self.router = self.router.route(path, on(filter, handler));
        self.routes.push(Route { method, path, asks });
        self
    }

    fn get<H, T>(self, path: &'static str, asks: &'static [Action], handler: H) -> Self
    where
        H: Handler<T, State>,
        T: 'static,
    {
        self.on((MethodFilter::GET, Method::GET), path, asks, handler)
    }

    fn post<H, T>(self, path: &'static str, asks: &'static [Action], handler: H) -> Self
    where
        H: Handler<T, State>,
        T: 'static,
    {
        self.on((MethodFilter::POST, Method::POST), path, asks, handler)
    }

    /// Puts the routes of another table beside these.
    fn with(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.routes.extend(other.routes);
        self
    }
}

fn public() -> Table {
    Table::default()
        .get("/", &[], pages::home)
        .get("/structures", &[], pages::structures)
        .get("/structures/tableau", &[], favourites::search_table)
        .get("/structures/{siret}", &[], pages::structure)
        .get("/structures/{siret}/qr.svg", &[], pages::structure_qr)
        .get("/besoins", &[], pages::needs)
        .get("/besoins/nouveau", &[], pages::need_new)
        .get("/besoins/envoye", &[], pages::need_sent)
        .get("/besoins/{id}", &[], pages::need)
        .get("/besoins/{id}/structures", &[], pages::need_structures)
        .get("/besoins/{id}/pieces/{piece}", &[], prepare::file)
        .get("/connexion", &[], sign_in::sign_in)
        .get("/connexion/code", &[], sign_in::code)
        .get("/territoires", &[], pages::territories)
        .get("/territoires/{code}", &[], pages::territory)
        .get("/algorithme", &[], pages::text)
        .get("/regles", &[], pages::rules)
        .get("/heures", &[], pages::hours)
        .get("/mentions-legales", &[], pages::text)
        .get("/donnees-personnelles", &[], pages::text)
        .get("/accessibilite", &[], pages::text)
}

fn needs() -> Table {
    use Action::{
        AnswerShare, AttachmentAdd, CollaboratorChange, CommentWrite, InterestConfirm, InterestSay,
        LotRemind, MessageReply, MessageWrite, NeedAnswer, NeedAnswerShow, NeedAsk, NeedDuplicate, NeedEnd,
        NeedFollow, NeedLinkSend, NeedPrepare, NeedPreparedShow, NeedPublish, NeedPublishShow, NeedRevise,
        NeedSend, NeedTakeOver, SelectionKeep, ThreadShow,
    };
    // The one body that is not text: it has a limit of its own.
    let mut files = Table::default().post("/besoins/preparer/piece", &[AttachmentAdd], prepare::file_add);
    files.router = files.router.layer(DefaultBodyLimit::max(FILE_BODY_MAX));
    Table::default()
        .post("/besoins/nouveau", &[NeedSend], forms::need_new)
        .get("/besoins/confirmer", &[NeedPublishShow], pages::need_publish)
        .post("/besoins/confirmer", &[NeedPublish], forms::need_publish)
        .get("/besoins/preparer", &[NeedPreparedShow], prepare::overview)
        .get("/besoins/preparer/partage", &[NeedPreparedShow], prepare::sharing)
        .post(
            "/besoins/preparer/partage",
            &[CollaboratorChange, CommentWrite, NeedTakeOver],
            prepare::sharing_change,
        )
        .get("/besoins/preparer/{step}", &[NeedPreparedShow], prepare::step)
        .post("/besoins/preparer/{step}", &[NeedPrepare, NeedAsk, NeedRevise], prepare::step_save)
        .post("/besoins/preparer/piece/retirer", &[NeedPrepare], prepare::file_remove)
        .get("/besoins/preparer/piece/{id}", &[NeedPreparedShow], prepare::file_prepared)
        .get("/besoins/suivre", &[NeedFollow], pages::need_follow)
        .post("/besoins/suivre", &[NeedEnd], forms::need_end)
        .post("/besoins/suivre/dupliquer", &[NeedDuplicate], forms::need_duplicate)
        .get("/besoins/suivre/tableau", &[NeedFollow], favourites::candidates_table)
        .get("/besoins/suivre/attribuer", &[NeedFollow], exchange::need_award)
        .post("/besoins/suivre/attribuer", &[NeedEnd], exchange::award)
        .get("/besoins/suivre/structure", &[NeedFollow], exchange::candidate)
        .post("/besoins/suivre/structure", &[MessageReply, SelectionKeep], exchange::candidate_change)
        .get("/besoins/suivre/comparer", &[NeedFollow], exchange::comparison)
        .post("/besoins/suivre/comparer", &[SelectionKeep], exchange::aspects_choose)
        .get("/besoins/suivre/questions", &[NeedFollow], exchange::questions)
        .post("/besoins/suivre/questions", &[AnswerShare], exchange::answer_share)
        .get("/besoins/suivre/relancer", &[NeedFollow], exchange::remind)
        .post("/besoins/suivre/relancer", &[LotRemind], exchange::lot_remind)
        .get("/besoins/suivre/trace", &[NeedFollow], exchange::report)
        .get("/besoins/suivre/trace.csv", &[NeedFollow], exchange::report_csv)
        .get("/besoins/suivre/piece/{file}", &[NeedFollow], exchange::candidate_file)
        .get("/besoins/echanger", &[ThreadShow], exchange::thread)
        .get("/besoins/echanger/piece/{file}", &[ThreadShow], exchange::thread_file)
        .post("/besoins/echanger", &[MessageWrite], exchange::message_write)
        .get("/besoins/repondre", &[NeedAnswerShow], pages::need_answer)
        .post("/besoins/repondre", &[NeedAnswer], forms::need_answer)
        .post("/besoins/{id}/lien", &[NeedLinkSend], forms::need_link)
        .get("/besoins/interet", &[InterestConfirm], pages::interest_confirm)
        .post("/besoins/interet", &[InterestConfirm], forms::interest_confirm)
        .post("/besoins/{id}/interet", &[InterestSay], forms::interest)
        .post("/besoins/{id}/interet/adresse", &[InterestSay], forms::interest_ask)
        .with(files)
}

fn structures() -> Table {
    use Action::{
        AlertsResume, AlertsStop, ContactConfirm, FicheVouch, FicheWrite, LinksRevoke, ManageLinkSend,
        MatchingOppose, MatchingResume, StructureManage, StructureManageShow, TradeAnswer, TradeShow,
    };
    let mut pictures = Table::default().post("/structures/{siret}/gerer/image", &[FicheWrite], pictures::add);
    pictures.router = pictures.router.layer(DefaultBodyLimit::max(FILE_BODY_MAX));
    Table::default()
        .with(pictures)
        .get("/structures/{siret}/images/{id}", &[], pictures::show)
        .post("/structures/{siret}/gerer/image/retirer", &[FicheWrite], pictures::remove)
        .post("/structures/{siret}/lien", &[ManageLinkSend], forms::manage_link)
        .get("/structures/contact", &[ContactConfirm], pages::contact_confirm)
        .post("/structures/contact", &[ContactConfirm], forms::contact_confirm)
        .get("/structures/{siret}/gerer", &[StructureManageShow], pages::manage)
        .post("/structures/{siret}/gerer", &[StructureManage, FicheWrite], forms::manage)
        .get("/structures/{siret}/gerer/catalogue", &[StructureManageShow], catalogue::show)
        .post("/structures/{siret}/gerer/catalogue", &[StructureManage, FicheWrite], catalogue::save)
        .get("/structures/exacte", &[FicheVouch], catalogue::vouch_show)
        .post("/structures/exacte", &[FicheVouch], catalogue::vouch)
        // Any link that was made here says whose it is: what is asked then is open to all.
        .post("/liens", &[], forms::link_renew)
        .post("/liens/invalider", &[LinksRevoke], forms::links_revoke)
        .get("/metier", &[TradeShow], pages::trade)
        .post("/metier", &[TradeAnswer], forms::trade)
        .get("/messages/arreter", &[AlertsStop], pages::alerts_stop)
        .post("/messages/arreter", &[AlertsStop], forms::alerts_stop)
        .post("/messages/reprendre", &[AlertsResume], forms::alerts_resume)
        .get("/structures/opposition", &[MatchingOppose], pages::opposition)
        .post("/structures/opposition", &[MatchingOppose, MatchingResume], forms::opposition)
}

fn accounts() -> Table {
    use Action::{
        AccountClose, AccountExport, ColleagueChange, ColleagueInvite, ColleagueList, ColleagueRemove,
        DelegationChange, FactorChange, FactorTry, FavouritesBegin, FavouritesChange, FavouritesDrop,
        FavouritesShare, FavouritesShow, InvitationAnswer, MandateAnswer, MandateAsk, MandateLeave,
        MembershipAsk, MembershipJoin, MembershipLeave, OrganisationAnswer, OrganisationAsk,
        OrganisationBegin, OrganisationShow, SessionEnd, SignInAsk, SignInByCode, SignInByLink,
        SignInByProvider, SpaceShow, TerritoryWorkShow,
    };
    // Bodies that carry a catalogue. What each of its rows writes is asked row by row (`FicheWrite`).
    let mut given = Table::default().post("/espace/catalogues", &[SpaceShow], catalogues::preview);
    given.router = given.router.layer(DefaultBodyLimit::max(catalogues::FILE_BODY_MAX));
    let mut applied = Table::default().post("/espace/catalogues/appliquer", &[SpaceShow], catalogues::apply);
    applied.router = applied.router.layer(DefaultBodyLimit::max(catalogues::APPLY_BODY_MAX));
    Table::default()
        .post("/connexion", &[SignInAsk], sign_in::sign_in_ask)
        .post("/connexion/code", &[SignInByCode], sign_in::sign_in_by_code)
        .get("/connexion/lien", &[SignInByLink], sign_in::link)
        .post("/connexion/lien", &[SignInByLink], sign_in::sign_in_by_link)
        .get("/connexion/proconnect", &[SignInByProvider], sign_in::proconnect)
        .get("/connexion/proconnect/retour", &[SignInByProvider], sign_in::proconnect_back)
        .get("/connexion/second", &[FactorTry], sign_in::second)
        .post("/connexion/second", &[FactorTry], sign_in::factor_try)
        // Whoever has no session is signed out already.
        .post("/deconnexion", &[], sign_in::sign_out)
        .get("/espace", &[SpaceShow], account::space)
        .get("/espace/connexions", &[SpaceShow], account::sessions)
        .post("/espace/connexions", &[SessionEnd], account::session_end)
        .get("/espace/second-facteur", &[SpaceShow], sign_in::factor)
        .post("/espace/second-facteur", &[FactorChange], sign_in::factor_change)
        .get("/espace/compte", &[SpaceShow], account::own)
        .post("/espace/compte", &[AccountClose], account::account_close)
        .get("/espace/mes-donnees.json", &[AccountExport], account::export_json)
        .get("/espace/mes-donnees.csv", &[AccountExport], account::export_csv)
        .get("/espace/rejoindre", &[SpaceShow], account::join)
        .post("/espace/rejoindre", &[MembershipAsk], account::membership_ask)
        .post("/espace/rejoindre/code", &[MembershipJoin], account::membership_join)
        .post("/espace/invitations/{team}", &[InvitationAnswer], members::invitation_answer)
        .get("/espace/structures/{siret}/membres", &[ColleagueList], members::members)
        .post(
            "/espace/structures/{siret}/membres",
            &[ColleagueInvite, ColleagueChange, ColleagueRemove, MembershipLeave, DelegationChange],
            members::member_change,
        )
        .get("/espace/catalogues", &[SpaceShow], catalogues::catalogues)
        .get("/espace/catalogues/tableau", &[SpaceShow], catalogues::table)
        .get("/espace/catalogues/modele", &[SpaceShow], catalogues::model)
        .get("/espace/listes", &[SpaceShow], favourites::lists)
        .post("/espace/listes", &[FavouritesBegin], favourites::begin)
        .get("/espace/listes/ajouter", &[SpaceShow], favourites::add_choose)
        .get("/espace/listes/{list}", &[FavouritesShow], favourites::list)
        .post(
            "/espace/listes/{list}",
            &[FavouritesChange, FavouritesShare, FavouritesDrop],
            favourites::change,
        )
        .get("/espace/listes/{list}/tableau", &[FavouritesShow], favourites::table)
        .get("/espace/besoins-tableau", &[SpaceShow], favourites::needs_table)
        .get("/espace/territoires", &[SpaceShow], mandates::territories)
        .post("/espace/territoires", &[MandateAsk], mandates::ask)
        .get("/espace/territoires/{place}", &[TerritoryWorkShow], mandates::territory)
        .post("/espace/territoires/{place}", &[MandateAnswer, MandateLeave], mandates::change)
        .get("/espace/organisations", &[SpaceShow], organisations::organisations)
        .post("/espace/organisations", &[OrganisationBegin], organisations::begin)
        .post("/espace/organisations/{organisation}/demande", &[OrganisationAsk], organisations::ask)
        .get("/espace/organisations/{organisation}", &[OrganisationShow], organisations::organisation)
        .get("/espace/organisations/{organisation}/membres", &[ColleagueList], members::members)
        .post(
            "/espace/organisations/{organisation}/membres",
            &[ColleagueInvite, ColleagueChange, ColleagueRemove, MembershipLeave, OrganisationAnswer],
            members::member_change,
        )
        .with(given)
        .with(applied)
}

fn administrators() -> Table {
    use Action::{
        AdministrationShow, AdministratorJoin, MailDrop, NeedWithdraw, ReportSettle, ReportWrite,
        StructureMerge, StructureResume, StructureSeparate, StructureSuspend,
    };
    Table::default()
        .get("/administration/rejoindre", &[AdministratorJoin], administration::join_show)
        .post("/administration/rejoindre", &[AdministratorJoin], administration::join)
        .get("/administration", &[AdministrationShow], administration::administration)
        .post("/administration/aider", &[Action::SupportBegin], support::begin)
        .post("/aide/fin", &[Action::SupportEnd], support::end)
        .get("/administration/structure", &[AdministrationShow], administration::structure)
        .get("/administration/structures/{siret}", &[AdministrationShow], administered::structure)
        .post(
            "/administration/structures/{siret}",
            &[StructureSuspend, StructureResume, StructureSeparate],
            administered::decide,
        )
        .get("/administration/structures/{siret}/reunir", &[AdministrationShow], administered::merge_show)
        .post("/administration/structures/{siret}/reunir", &[StructureMerge], administered::merge)
        .get("/administration/messages/{mail}", &[AdministrationShow], administration::mail)
        .get("/administration/messages/{mail}/brut", &[AdministrationShow], administration::mail_raw)
        .get("/signaler", &[], report::form)
        .post("/signaler", &[ReportWrite], report::write)
        .post("/administration/besoins/{id}", &[ReportSettle, NeedWithdraw], report::need_decide)
        .post("/administration/signalements", &[ReportSettle], report::settle)
        .post("/administration/messages/{mail}", &[MailDrop], administration::mail_drop)
}

fn programs() -> Table {
    let table = Table::default()
        .get("/api/v1/structures", &[], api::structure_list)
        .get("/api/v1/structures/{siret}", &[], api::structure_show)
        .get("/api/v1/needs", &[], api::need_list)
        .post("/api/v1/matches", &[], api::match_list)
        .get("/api/v1/openapi.json", &[], openapi::serve)
        .get("/api/island/{name}", &[], islands::completed)
        // That of a lot asks for its need, that of the four fields for nothing.
        .post("/api/island/{name}", &[Action::NeedPreparedShow], islands::previewed);
    let nothing = Router::new().route("/api", any(api::not_found)).route("/api/{*rest}", any(api::not_found));
    Table { router: table.router.merge(nothing), ..table }
}

fn files() -> Table {
    Table::default()
        .get("/style/{name}", &[], assets::style)
        .get("/fonts/{name}", &[], assets::font)
        .get("/favicon.svg", &[], assets::favicon)
        .get("/robots.txt", &[], assets::robots)
        .get("/health/live", &[], health::live)
        .get("/health/ready", &[], health::ready)
}

fn table() -> Table {
    public()
        .with(needs())
        .with(structures())
        .with(accounts())
        .with(administrators())
        .with(programs())
        .with(files())
}

/// Every route, with what is asked of authority there.
#[must_use]
pub fn routes() -> Vec<Route> {
    table().routes
}

/// Every route, and what surrounds them.
pub fn router(state: State, settings: &Serve) -> Router {
    let packages = ServeDir::new(settings.site.join("pkg")).precompressed_br();
    let routes = table().router.nest_service("/pkg", packages).fallback(pages::not_found);
    let routes = match settings.metrics_listen.is_some() {
        true => routes.route_layer(from_fn(health::count)),
        false => routes,
    };
    routes
        .with_state(state.clone())
        .layer(CatchPanicLayer::custom(html::panicked))
        .layer(from_fn_with_state(state.clone(), session::renewed))
        .layer(from_fn_with_state(state.clone(), security::same_origin))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIME))
        .layer(from_fn_with_state(state.clone(), html::said_in_french))
        .layer(CompressionLayer::new().br(true).gzip(true).quality(tower_http::CompressionLevel::Fastest))
        .layer(from_fn_with_state(state, security::headers))
        .layer(from_fn(security::log))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(from_fn(security::request_id_checked))
}
