//! Who calls: made once, at the door, from the signed link in the address or in the form, or from the cookie of a session.

use super::State;
use super::html::{Failure, trouble};
use super::limits::address_of;
use super::session;
use app::pages::error::Trouble;
use app::urls;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use backend::links::reference_read;
use domain::access::{Account, Actor, Grant, Refusal};
use domain::sector::SectorIx;
use domain::siret::Siret;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use uuid::Uuid;

/// The name of the signed link in addresses and forms; for whoever signed in, of what the page is about.
const TOKEN: &str = "jeton";

/// Whoever calls.
#[derive(Clone)]
pub(super) struct Caller {
    /// What may be asked for in their name.
    pub actor: Actor,
    /// What the page is about.
    about: Option<Grant>,
    /// The signed link, or what the page is about, as it came: forms of the page carry it on.
    pub token: String,
    /// Where the request comes from.
    pub address: IpAddr,
}

impl Caller {
    async fn new(state: &State, parts: &Parts, token: String) -> Result<Self, Failure> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
        let peer = peer.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)));
        let address = address_of(state, peer, &parts.headers);
        let reference = reference_read(&token);
        let actor = match token.is_empty() || reference.is_some() {
            true => session::actor(state, parts).await?,
            false => state.backend.actor_of(&token).await?,
        };
        let about = reference.or_else(|| actor.grant());
        Ok(Self { actor, about, token, address })
    }

    /// What the page is about: its link says so.
    pub fn about(&self) -> Result<Grant, Failure> {
        self.about.ok_or_else(|| Failure::from(Refusal::NoLink))
    }

    /// The need that the page is about.
    pub fn need(&self) -> Result<Uuid, Failure> {
        self.about()?.need().ok_or_else(|| Failure::from(Refusal::WrongLink))
    }

    /// The structure that the page is about.
    pub fn structure(&self) -> Result<Siret, Failure> {
        self.about()?.structure().ok_or_else(|| Failure::from(Refusal::WrongLink))
    }

    /// What the link confirms to be said by a structure that left its address.
    pub fn interest(&self) -> Result<Uuid, Failure> {
        match self.about()? {
            Grant::InterestConfirm(_, interest) => Ok(interest),
            _ => Err(Failure::from(Refusal::WrongLink)),
        }
    }

    /// The question about a trade that the page answers.
    pub fn trade(&self) -> Result<(Siret, SectorIx), Failure> {
        match self.about()? {
            Grant::TradeAnswer(siret, sector) => Ok((siret, sector)),
            _ => Err(Failure::from(Refusal::WrongLink)),
        }
    }

    /// What was mailed to sign in.
    pub fn sign_in(&self) -> Result<Uuid, Failure> {
        match self.about()? {
            Grant::SignIn(id) => Ok(id),
            _ => Err(Failure::from(Refusal::WrongLink)),
        }
    }

    /// The invitation to be an administrator.
    pub fn administrator(&self) -> Result<Uuid, Failure> {
        match self.about()? {
            Grant::AdministratorJoin(id) => Ok(id),
            _ => Err(Failure::from(Refusal::WrongLink)),
        }
    }

    /// The account that asks.
    pub fn account(&self) -> Result<&Account, Failure> {
        self.actor.account().map_err(Failure::from)
    }

    /// Counts a form.
    pub async fn counted(&self, state: &State) -> Result<(), Failure> {
        state.limits.post(&state.backend, self.address).await
    }

    /// Counts a mail that is caused: to an address, or for a structure or a need.
    pub async fn mails(&self, state: &State, to: &str) -> Result<(), Failure> {
        state.limits.mail(&state.backend, self.address, to).await
    }

    /// Counts a form, and answers with what it does, see [`Caller::answered`].
    pub async fn answers(
        &self,
        state: &State,
        form: impl Future<Output = Result<Response, Failure>>,
    ) -> Response {
        let outcome = match self.counted(state).await {
            Ok(()) => form.await,
            Err(failure) => Err(failure),
        };
        self.answered(state, outcome)
    }

    /// The page of an outcome; of a link that was good once, with the button that asks for a new one.
    pub fn answered(&self, state: &State, outcome: Result<Response, Failure>) -> Response {
        match (outcome, &self.actor) {
            (Ok(response), _) => response,
            // It renews nothing: whoever left an address leaves it again.
            (Err(Failure(Trouble::BadLink)), Actor::PastLink(Grant::InterestConfirm(..))) => {
                let again = "Ce lien a expiré\u{a0}: dites de nouveau votre intérêt, sur la page du besoin.";
                trouble(state, &Trouble::Refused(again.to_owned()))
            }
            (Err(Failure(Trouble::BadLink)), Actor::PastLink(Grant::SignIn(_))) => {
                trouble(state, &Trouble::NoAccount)
            }
            (Err(Failure(Trouble::BadLink)), Actor::PastLink(Grant::AdministratorJoin(_))) => {
                let again = "Ce lien a expiré\u{a0}: demandez-en un autre à l’exploitant du service.";
                trouble(state, &Trouble::Refused(again.to_owned()))
            }
            (Err(Failure(Trouble::BadLink)), Actor::PastLink(_)) => {
                trouble(state, &Trouble::PastLink(self.token.clone()))
            }
            (Err(Failure(Trouble::Published(_))), _) => {
                trouble(state, &Trouble::Published(self.token.clone()))
            }
            (Err(Failure(found)), _) => trouble(state, &found),
        }
    }
}

impl FromRequestParts<State> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Response> {
        let pairs = urls::pairs(parts.uri.query().unwrap_or_default());
        let token = urls::field(&pairs, TOKEN).to_owned();
        Self::new(state, parts, token).await.map_err(|failure| trouble(state, &failure.0))
    }
}

/// A form that was sent, and by whom: the link stands in the form, or in the address of a mail's button.
pub(super) struct Sent {
    pub caller: Caller,
    /// Names and values, in their order.
    pub pairs: Vec<(String, String)>,
    /// As it came.
    pub body: String,
}

impl Sent {
    /// The first value of a name.
    pub fn field(&self, name: &str) -> String {
        urls::field(&self.pairs, name).to_owned()
    }

    /// The values of each of these names, one row after the other: rows of a form repeat their names.
    pub fn rows<const N: usize>(&self, names: [&str; N]) -> Vec<[String; N]> {
        let columns = names.map(|name| {
            let values = self.pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone());
            values.collect::<Vec<String>>()
        });
        let count = columns.iter().map(Vec::len).min().unwrap_or_default();
        (0..count).map(|n| std::array::from_fn(|column| columns[column][n].clone())).collect()
    }

    /// The last value of a name that holds something: a choice of what may be meant stands after the field it answers.
    pub fn last_filled(&self, name: &str) -> String {
        let mut values = self.pairs.iter().rev().filter(|(n, value)| n == name && !value.trim().is_empty());
        values.next().map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

impl FromRequest<State> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &State) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let in_address = urls::pairs(parts.uri.query().unwrap_or_default());
        let whole = Request::from_parts(parts.clone(), body);
        let body = String::from_request(whole, state).await.map_err(IntoResponse::into_response)?;
        let pairs = urls::pairs(&body);
        let token = match urls::field(&pairs, TOKEN) {
            "" => urls::field(&in_address, TOKEN).to_owned(),
            token => token.to_owned(),
        };
        let caller = Caller::new(state, &parts, token).await.map_err(|failure| trouble(state, &failure.0))?;
        Ok(Self { caller, pairs, body })
    }
}
