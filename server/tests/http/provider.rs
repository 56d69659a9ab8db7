//! A provider of identities as ProConnect is one: it signs with RS256, checks PKCE and the secret of the service, and lies when
//! it is told to.

use axum::extract::{Form, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use backend::accounts::OfAgent;
use backend::clock::Clock;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreGenderClaim, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey,
};
use openidconnect::url::Url;
use openidconnect::{
    AccessToken, Audience, EndUserEmail, IssuerUrl, JsonWebKeyId, PrivateSigningKey, StandardClaims,
    SubjectIdentifier, UserInfoClaims, UserInfoJsonWebToken,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Of these tests alone: it opens nothing anywhere.
const KEY: &str = include_str!("provider_key.pem");
pub const CLIENT: &str = "la-place";
pub const SECRET: &str = "un-secret-des-tests";

/// Who somebody is.
#[derive(Debug, Clone)]
pub struct Agent {
    pub subject: &'static str,
    pub email: Option<&'static str>,
    pub is_email_verified: Option<bool>,
    pub siret: Option<String>,
}

/// What is wrong with what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    None,
    /// The nonce of another visit.
    Nonce,
    /// An identity for another service.
    Audience,
    /// No assurance, or one that nobody knows.
    Assurance,
    /// An identity that is over.
    Past,
    /// `userinfo` of somebody else.
    Subject,
    /// `userinfo` that nobody signed.
    Unsigned,
    /// `userinfo` for another service.
    InfoAudience,
    /// An identity whose signature was changed.
    Signature,
}

struct Visit {
    nonce: String,
    challenge: String,
    redirect: String,
    agent: Agent,
}

struct Inner {
    issuer: String,
    lie: Lie,
    visits: HashMap<String, Visit>,
    agents: HashMap<String, Agent>,
}

#[derive(Clone)]
pub struct Provider(Arc<Mutex<Inner>>);

impl Provider {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Inner { issuer, lie: Lie::None, visits: HashMap::new(), agents: HashMap::new() };
        let provider = Self(Arc::new(Mutex::new(inner)));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().expect("not poisoned")
    }

    pub fn issuer(&self) -> String {
        self.inner().issuer.clone()
    }

    pub fn lies(&self, lie: Lie) {
        self.inner().lie = lie;
    }

    /// Somebody who was sent here says yes: the address where it is sent back.
    pub fn consent(&self, sent: &str, agent: &Agent) -> Url {
        let sent = Url::parse(sent).expect("an address");
        let asked: HashMap<String, String> = sent.query_pairs().into_owned().collect();
        let mut inner = self.inner();
        let code = format!("code-{}", inner.visits.len());
        let visit = Visit {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            redirect: asked["redirect_uri"].clone(),
            agent: agent.clone(),
        };
        inner.visits.insert(code.clone(), visit);
        let mut back = Url::parse(&asked["redirect_uri"]).expect("an address");
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &asked["state"]);
        back
    }
}

fn key() -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(KEY, Some(JsonWebKeyId::new("un".to_owned()))).expect("a key")
}

async fn configuration(State(provider): State<Provider>) -> Json<serde_json::Value> {
    let issuer = provider.issuer();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "end_session_endpoint": format!("{issuer}/session/end"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256"],
    }))
}

async fn keys() -> Json<CoreJsonWebKeySet> {
    Json(CoreJsonWebKeySet::new(vec![key().as_verification_key()]))
}

async fn token(State(provider): State<Provider>, Form(form): Form<HashMap<String, String>>) -> Response {
    let mut inner = provider.inner();
    let said = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let visit = inner.visits.remove(said("code"));
    let is_ours = said("client_id") == CLIENT && said("client_secret") == SECRET;
    let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(said("code_verifier")));
    let Some(visit) =
        visit.filter(|visit| is_ours && visit.challenge == proof && visit.redirect == said("redirect_uri"))
    else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let now = Clock::System.now();
    let lie = inner.lie;
    let mut claims = json!({
        "iss": inner.issuer,
        "aud": if lie == Lie::Audience { "un-autre" } else { CLIENT },
        "exp": if lie == Lie::Past { now - 600 } else { now + 60 },
        "iat": now,
        "sub": visit.agent.subject,
        "nonce": if lie == Lie::Nonce { "un-autre" } else { &visit.nonce },
    });
    if lie != Lie::Assurance {
        claims["acr"] = json!("eidas1");
    }
    let claims: CoreIdTokenClaims = serde_json::from_value(claims).expect("claims");
    let access = AccessToken::new(format!("acces-{}", inner.agents.len()));
    let alg = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    let signed = CoreIdToken::new(claims, &key(), alg, Some(&access), None).expect("signed").to_string();
    let signed = match lie {
        Lie::Signature => {
            let (said, _) = signed.rsplit_once('.').expect("three parts");
            format!("{said}.{}", URL_SAFE_NO_PAD.encode([7; 256]))
        }
        _ => signed,
    };
    inner.agents.insert(access.secret().clone(), visit.agent);
    Json(json!({
        "access_token": access.secret(), "token_type": "Bearer", "expires_in": 60, "id_token": signed,
    }))
    .into_response()
}

async fn userinfo(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    let inner = provider.inner();
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(agent) = bearer.strip_prefix("Bearer ").and_then(|token| inner.agents.get(token)) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let subject = if inner.lie == Lie::Subject { "quelqu-un-d-autre" } else { agent.subject };
    let standard = StandardClaims::<CoreGenderClaim>::new(SubjectIdentifier::new(subject.to_owned()))
        .set_email(agent.email.map(|email| EndUserEmail::new(email.to_owned())))
        .set_email_verified(agent.is_email_verified);
    let audience = if inner.lie == Lie::InfoAudience { "un-autre" } else { CLIENT };
    let claims = UserInfoClaims::new(standard, OfAgent { siret: agent.siret.clone() })
        .set_issuer(Some(IssuerUrl::new(inner.issuer.clone()).expect("an address")))
        .set_audiences(Some(vec![Audience::new(audience.to_owned())]));
    if inner.lie == Lie::Unsigned {
        return Json(claims).into_response();
    }
    let alg = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    let signed: UserInfoJsonWebToken<_, _, CoreJweContentEncryptionAlgorithm, _> =
        UserInfoJsonWebToken::new(claims, &key(), alg).expect("signed");
    let text = serde_json::to_value(&signed).expect("written").as_str().expect("a token").to_owned();
    ([(CONTENT_TYPE, "application/jwt")], text).into_response()
}
