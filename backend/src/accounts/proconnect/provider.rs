//! What is said to ProConnect and what it says back: OpenID Connect with its state, nonce and PKCE, and `userinfo` as a signed
//! token, RS256 (documentation of ProConnect for « fournisseurs de service », « Implémentation du protocole OIDC » and « Niveaux
//! d’assurance », read in November 2026).

use anyhow::Context;
use domain::email::EmailAddress;
use domain::siret::Siret;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreIdToken, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl,
    Scope, TokenResponse, UserInfoClaims, UserInfoResponseType,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long an answer of the provider is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long what it says of itself holds.
const HOLDS: Duration = Duration::from_secs(600);
/// What is asked for: `siret` is of ProConnect.
const SCOPES: [&str; 4] = ["email", "given_name", "usual_name", "siret"];
/// That it says which assurance it has of somebody: by a claim, since it refuses parameters that it does not know.
const CLAIMS: &str = r#"{"id_token":{"acr":null}}"#;
/// The assurances that are taken (`acr`): those of eIDAS, and its own.
const ASSURANCE: [&str; 3] = ["eidas1", "eidas2", "eidas3"];
const OWN_ASSURANCE: &str = "https://proconnect.gouv.fr/assurance/";
/// Bytes of a state and of a nonce: it wants 32 letters at least.
const RANDOM: u32 = 32;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// How the service is known to the provider.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Its address, as its own tokens write it.
    pub issuer: String,
    /// Our number there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: crate::Secret,
}

/// The provider.
pub struct Provider {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: ClientSecret,
    redirect: RedirectUrl,
    back: PostLogoutRedirectUrl,
    http: reqwest::Client,
    known: Mutex<Option<(Instant, ProviderMetadataWithLogout)>>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({})", self.issuer.as_str())
    }
}

/// What is remembered between the two visits to the provider: in the browser alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Visit {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// Who the provider says somebody is. Only `Provider::finish` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) address: EmailAddress,
    pub(super) siret: Option<Siret>,
    pub(super) id_token: String,
}

/// Why nobody is vouched for.
#[derive(Debug, thiserror::Error)]
pub enum NotVouched {
    /// The provider does not answer.
    #[error("the provider does not answer: {0:#}")]
    Unreachable(anyhow::Error),
    /// What it says cannot be trusted, or is of another visit.
    #[error("the provider is not believed: {0:#}")]
    Unproven(anyhow::Error),
    /// It says no address that mails reach.
    #[error("the provider gives no address")]
    NoAddress,
}

/// What ProConnect says besides the standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfAgent {
    /// The organisation of the agent: fourteen digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siret: Option<String>,
}

impl AdditionalClaims for OfAgent {}

impl Provider {
    /// A provider that is not asked anything yet. `public_url` is that of the service.
    ///
    /// # Errors
    /// When an address is none.
    pub fn new(settings: &ProviderSettings, public_url: &str) -> anyhow::Result<Self> {
        // A redirect would lead our requests where the provider's address does not.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .context("making an HTTP client")?;
        Ok(Self {
            issuer: IssuerUrl::new(settings.issuer.clone()).context("the address of the provider")?,
            client_id: ClientId::new(settings.client_id.clone()),
            client_secret: ClientSecret::new(settings.client_secret.expose().to_owned()),
            redirect: RedirectUrl::new(format!("{public_url}/connexion/proconnect/retour"))?,
            back: PostLogoutRedirectUrl::new(format!("{public_url}/"))?,
            http,
            known: Mutex::new(None),
        })
    }

    /// `https://auth.example`: where forms may lead.
    #[must_use]
    pub fn origin(&self) -> String {
        self.issuer.url().origin().ascii_serialization()
    }

    async fn metadata(&self, is_fresh: bool) -> Result<ProviderMetadataWithLogout, NotVouched> {
        let mut known = self.known.lock().await;
        if let Some((at, metadata)) = known.as_ref().filter(|_| !is_fresh)
            && at.elapsed() < HOLDS
        {
            return Ok(metadata.clone());
        }
        let found = ProviderMetadataWithLogout::discover_async(self.issuer.clone(), &self.http).await;
        let found = found.map_err(|error| NotVouched::Unreachable(error.into()))?;
        *known = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    async fn client(&self, is_fresh: bool) -> Result<Client, NotVouched> {
        let metadata = self.metadata(is_fresh).await?;
        let (id, secret) = (self.client_id.clone(), Some(self.client_secret.clone()));
        let client = CoreClient::from_provider_metadata(metadata, id, secret);
        Ok(client.set_redirect_uri(self.redirect.clone()).set_auth_type(AuthType::RequestBody))
    }

    /// Where somebody is sent, and what to remember until it comes back.
    pub(super) async fn begin(&self) -> Result<(String, Visit), NotVouched> {
        let client = self.client(false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let request = client
            .authorize_url(flow, || CsrfToken::new_random_len(RANDOM), || Nonce::new_random_len(RANDOM))
            .add_scopes(SCOPES.map(|scope| Scope::new(scope.to_owned())))
            .add_extra_param("claims", CLAIMS)
            .set_pkce_challenge(challenge);
        let (url, state, nonce) = request.url();
        let visit = Visit {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        };
        Ok((url.into(), visit))
    }

    /// Who comes back with a code.
    pub(super) async fn finish(&self, visit: &Visit, code: &str) -> Result<Vouched, NotVouched> {
        let client = self.client(false).await?;
        let tokens = self.exchange(&client, visit, code).await?;
        let id_token = tokens.id_token().context("no identity").map_err(NotVouched::Unproven)?;
        let checked = check(&client, &tokens, id_token, &visit.nonce);
        let (client, subject) = match checked {
            Ok(subject) => (client, subject),
            Err(_) => {
                // It may have new keys since it was last asked.
                let fresh = self.client(true).await?;
                let subject = check(&fresh, &tokens, id_token, &visit.nonce).map_err(NotVouched::Unproven)?;
                (fresh, subject)
            }
        };
        let token = tokens.access_token().clone();
        let request = client
            .user_info(token, Some(subject.clone()))
            .map_err(|error| NotVouched::Unproven(error.into()))?
            .require_signed_response(true)
            .set_response_type(UserInfoResponseType::Jwt);
        let said: UserInfoClaims<OfAgent, CoreGenderClaim> = match request.request_async(&self.http).await {
            Ok(said) => said,
            Err(openidconnect::UserInfoError::Request(error)) => {
                return Err(NotVouched::Unreachable(error.into()));
            }
            Err(error) => return Err(NotVouched::Unproven(error.into())),
        };
        let is_disowned = said.email_verified() == Some(false);
        let address = said.email().filter(|_| !is_disowned);
        let address = address.and_then(|address| EmailAddress::parse(address.as_str()).ok());
        let siret = said.additional_claims().siret.as_deref().and_then(|siret| Siret::parse(siret).ok());
        Ok(Vouched {
            issuer: self.issuer.as_str().to_owned(),
            subject: subject.as_str().to_owned(),
            address: address.ok_or(NotVouched::NoAddress)?,
            siret,
            id_token: id_token.to_string(),
        })
    }

    async fn exchange(
        &self,
        client: &Client,
        visit: &Visit,
        code: &str,
    ) -> Result<CoreTokenResponse, NotVouched> {
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| NotVouched::Unproven(error.into()))?
            .set_pkce_verifier(PkceCodeVerifier::new(visit.verifier.clone()));
        match request.request_async(&self.http).await {
            Ok(tokens) => Ok(tokens),
            Err(openidconnect::RequestTokenError::Request(error)) => {
                Err(NotVouched::Unreachable(error.into()))
            }
            Err(error) => Err(NotVouched::Unproven(error.into())),
        }
    }

    /// Where somebody is sent whose session ends there too; `None` when the provider ends none, or does not answer.
    pub async fn end(&self, id_token: &str) -> Option<String> {
        let metadata = self.metadata(false).await.ok()?;
        let endpoint = metadata.additional_metadata().end_session_endpoint.clone()?;
        let id_token = CoreIdToken::from_str(id_token).ok()?;
        let request = LogoutRequest::from(endpoint)
            .set_id_token_hint(&id_token)
            .set_post_logout_redirect_uri(self.back.clone())
            .set_state(CsrfToken::new_random_len(RANDOM));
        Some(request.http_get_url().into())
    }
}

/// Whether an identity is signed by the provider, for us, for this visit, with an assurance that is taken: whose it is.
fn check(
    client: &Client,
    tokens: &CoreTokenResponse,
    id_token: &CoreIdToken,
    nonce: &str,
) -> anyhow::Result<openidconnect::SubjectIdentifier> {
    let verifier = client.id_token_verifier().set_auth_context_verifier_fn(|acr| match acr {
        Some(acr) if ASSURANCE.contains(&acr.as_str()) || acr.starts_with(OWN_ASSURANCE) => Ok(()),
        other => Err(format!("the assurance {other:?} is not taken")),
    });
    let claims = id_token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
    if let Some(expected) = claims.access_token_hash() {
        let token = tokens.access_token();
        let found =
            AccessTokenHash::from_token(token, id_token.signing_alg()?, id_token.signing_key(&verifier)?)?;
        anyhow::ensure!(found == *expected, "the access token is of another identity");
    }
    Ok(claims.subject().clone())
}
