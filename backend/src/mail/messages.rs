//! The mails of the product: what each says, and with what.

use super::Mail;
use crate::error::Result;
use askama::Template as Askama;
use domain::email::EmailAddress;
use domain::text::of_name;

/// A mail that can be rendered.
pub trait Template {
    /// Its subject.
    fn subject(&self) -> String;
    /// Its body as plain text.
    ///
    /// # Errors
    /// When a template fails, which tests would have seen.
    fn text(&self) -> askama::Result<String>;
    /// Its body as HTML.
    ///
    /// # Errors
    /// When a template fails, which tests would have seen.
    fn html(&self) -> askama::Result<String>;
    /// Where to stop such mails, if they are alerts.
    fn unsubscribe(&self) -> Option<String> {
        None
    }

    /// The mail, ready to be sent.
    ///
    /// # Errors
    /// When a template fails, which tests would have seen.
    fn mail(&self, to: &EmailAddress) -> Result<Mail> {
        let failed = |e: askama::Error| anyhow::anyhow!("rendering a mail: {e}");
        Ok(Mail {
            to: to.clone(),
            subject: self.subject(),
            text: self.text().map_err(failed)?,
            html: self.html().map_err(failed)?,
            unsubscribe: self.unsubscribe(),
            reply_to: None,
        })
    }
}

/// Declares a mail: its fields, its subject, its two template files.
macro_rules! mail {
    ($(#[$doc:meta])* $name:ident, $text:ident = $text_path:literal, $html:ident = $html_path:literal,
     { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? }, |$me:ident| $subject:expr, $unsubscribe:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }

        #[derive(Askama)]
        #[template(path = $text_path, escape = "none")]
        struct $text<'a> { m: &'a $name }

        #[derive(Askama)]
        #[template(path = $html_path)]
        struct $html<'a> { m: &'a $name }

        impl Template for $name {
            fn subject(&self) -> String {
                let $me = self;
                $subject
            }
            fn text(&self) -> askama::Result<String> {
                $text { m: self }.render()
            }
            fn html(&self) -> askama::Result<String> {
                $html { m: self }.render()
            }
            fn unsubscribe(&self) -> Option<String> {
                let $me = self;
                $unsubscribe
            }
        }
    };
}

mail! {
    /// To the author of a need: confirm it.
    NeedConfirm, NeedConfirmText = "mail/need_confirm.txt", NeedConfirmHtml = "mail/need_confirm.html", {
        /// Title of the need.
        title: String,
        /// Where.
        place: String,
        /// Until when.
        deadline: String,
        /// How many structures fit at this moment.
        fitting: String,
        /// Page with the button that publishes it.
        confirm_url: String,
        /// Page of the optional steps.
        prepare_url: String,
    }, |me| format!("Confirmez votre besoin\u{a0}: {}", me.title), { let _ = me; None }
}

mail! {
    /// To the author: the need is published, here is its own link.
    NeedPublished, NeedPublishedText = "mail/need_published.txt", NeedPublishedHtml = "mail/need_published.html", {
        /// Title of the need.
        title: String,
        /// The author's page.
        follow_url: String,
        /// The public page.
        need_url: String,
    }, |me| format!("Votre besoin est publié\u{a0}: {}", me.title), { let _ = me; None }
}

/// A lot of which a structure is told.
#[derive(Debug, Clone)]
pub struct LotTold {
    /// « Lot 2 · Nettoyage »; empty when the need shows no lots.
    pub name: String,
    /// To whom it is reserved, with the article; empty when it is not.
    pub reservation: String,
    /// How much, how long: « de 15 000 à 30 000 € HT », « 12 mois », « 150 h par mois ».
    pub facts: Vec<String>,
    /// Why the structure gets it: one sentence per reason, with its points.
    pub reasons: Vec<String>,
    /// Sum of the points.
    pub score: u8,
}

mail! {
    /// To a structure: a need that fits, and why.
    NeedTell, NeedTellText = "mail/need_tell.txt", NeedTellHtml = "mail/need_tell.html", {
        /// Name of the structure.
        structure: String,
        /// Title of the need.
        title: String,
        /// Who asks; may be empty.
        buyer: String,
        /// What for: « Consultation », « Demande de devis »…
        kind: String,
        /// Where.
        place: String,
        /// Until when.
        deadline: String,
        /// More about it, in the buyer's words; may be empty.
        description: String,
        /// Names of its files.
        files: Vec<String>,
        /// What the buyer asks of those who are interested.
        questions: Vec<String>,
        /// The lots that the structure fits, one at least.
        lots: Vec<LotTold>,
        /// Public page of the need.
        need_url: String,
        /// Page with the button « intéressé ».
        interested_url: String,
        /// Page with the button « pas cette fois ».
        declined_url: String,
        /// Page with the button « pas notre métier ».
        not_ours_url: String,
        /// Page that opens the structure's own page.
        manage_url: String,
        /// Page that stops such mails.
        stop_url: String,
    }, |me| format!("Un besoin pour vous\u{a0}: {} ({})", me.title, me.place), Some(me.stop_url.clone())
}

mail! {
    /// To a structure of which nobody knows what it does: is this its trade?
    TradeAsk, TradeAskText = "mail/trade_ask.txt", TradeAskHtml = "mail/trade_ask.html", {
        /// Name of the structure.
        structure: String,
        /// Label of the sector.
        sector: String,
        /// Title of the need that makes us ask.
        title: String,
        /// Where.
        place: String,
        /// « à 7 km », « sur place ».
        away: String,
        /// Until when.
        deadline: String,
        /// Public page of the need.
        need_url: String,
        /// Page with the button « oui ».
        yes_url: String,
        /// Page with the button « non ».
        no_url: String,
        /// Page with the button that mails the link of the structure's own page.
        other_url: String,
        /// Page that stops such mails.
        stop_url: String,
    }, |me| format!("Est-ce votre métier\u{a0}? {}", me.sector), Some(me.stop_url.clone())
}

mail! {
    /// To a structure that was told of a need: what changed in it.
    NeedChanged, NeedChangedText = "mail/need_changed.txt", NeedChangedHtml = "mail/need_changed.html", {
        /// Name of the structure.
        structure: String,
        /// Title of the need.
        title: String,
        /// Until when.
        deadline: String,
        /// What changed, sentence by sentence.
        changes: Vec<String>,
        /// Whether something that the structure was told of is still asked.
        may_answer: bool,
        /// Public page of the need.
        need_url: String,
        /// Page with the button « intéressé ».
        interested_url: String,
        /// Page with the button « pas cette fois ».
        declined_url: String,
        /// Page that stops such mails.
        stop_url: String,
    }, |me| format!("Ce besoin a changé\u{a0}: {}", me.title), Some(me.stop_url.clone())
}

mail! {
    /// To a structure that said « intéressé »: what became of the need.
    NeedEnded, NeedEndedText = "mail/need_ended.txt", NeedEndedHtml = "mail/need_ended.html", {
        /// Name of the structure.
        structure: String,
        /// Title of the need.
        title: String,
        /// What became of it: a sentence.
        outcome: String,
        /// Public page of the need.
        need_url: String,
        /// Page that stops such mails.
        stop_url: String,
    }, |me| format!("Des nouvelles du besoin\u{a0}: {}", me.title), Some(me.stop_url.clone())
}

mail! {
    /// To the author of a need: an administrator took it out, and why.
    NeedWithdrawn, NeedWithdrawnText = "mail/need_withdrawn.txt", NeedWithdrawnHtml = "mail/need_withdrawn.html", {
        /// Title of the need.
        title: String,
        /// What the administrator says.
        why: String,
        /// The author's page.
        follow_url: String,
    }, |me| format!("Votre besoin a été retiré\u{a0}: {}", me.title), { let _ = me; None }
}

mail! {
    /// To a structure: an administrator suspended its page, and why.
    StructureSuspended, StructureSuspendedText = "mail/structure_suspended.txt", StructureSuspendedHtml = "mail/structure_suspended.html", {
        /// Name of the structure.
        structure: String,
        /// What the administrator says.
        why: String,
        /// Its own page.
        manage_url: String,
    }, |me| format!("Votre fiche est suspendue\u{a0}: {}", me.structure), { let _ = me; None }
}

mail! {
    /// To a structure: its page is suspended no more.
    StructureResumed, StructureResumedText = "mail/structure_resumed.txt", StructureResumedHtml = "mail/structure_resumed.html", {
        /// Name of the structure.
        structure: String,
        /// Its own page.
        manage_url: String,
    }, |me| format!("Votre fiche est de nouveau visible\u{a0}: {}", me.structure), { let _ = me; None }
}

mail! {
    /// To the author of a draft: the link that resumes it.
    NeedKept, NeedKeptText = "mail/need_kept.txt", NeedKeptHtml = "mail/need_kept.html", {
        /// Title of the need.
        title: String,
        /// Page of the steps.
        prepare_url: String,
    }, |me| format!("Votre brouillon est gardé\u{a0}: {}", me.title), { let _ = me; None }
}

mail! {
    /// To a structure: the link to its own page, asked for on its public page.
    ManageLink, ManageLinkText = "mail/manage_link.txt", ManageLinkHtml = "mail/manage_link.html", {
        /// Name of the structure.
        structure: String,
        /// Its own page.
        manage_url: String,
    }, |me| format!("Votre lien pour tenir la fiche {}", domain::text::of_name(&me.structure)), { let _ = me; None }
}

mail! {
    /// To the address that somebody gave as the contact of a structure: is it yours?
    ContactConfirm, ContactConfirmText = "mail/contact_confirm.txt", ContactConfirmHtml = "mail/contact_confirm.html", {
        /// Name of the structure.
        structure: String,
        /// Page with the button that confirms it.
        confirm_url: String,
        /// Its public page.
        public_url: String,
    }, |me| format!("Confirmez votre adresse pour {}", me.structure), { let _ = me; None }
}

mail! {
    /// To the address that a structure left to say that it is interested in a need: is it yours?
    InterestConfirm, InterestConfirmText = "mail/interest_confirm.txt", InterestConfirmHtml = "mail/interest_confirm.html", {
        /// Name of the structure.
        structure: String,
        /// Title of the need.
        title: String,
        /// Page with the button that confirms it.
        confirm_url: String,
        /// The public page of the need.
        need_url: String,
    }, |me| format!("Confirmez votre intérêt\u{a0}: {}", me.title), { let _ = me; None }
}

mail! {
    /// To the author of a need: a structure that is not listed, or whose contact is not known, is interested.
    InterestReceived, InterestReceivedText = "mail/interest_received.txt", InterestReceivedHtml = "mail/interest_received.html", {
        /// Title of the need.
        title: String,
        /// Name of the structure.
        structure: String,
        /// The SIRET that it gives.
        siret: String,
        /// Its address, confirmed.
        address: String,
        /// What is known of it: a whole sentence.
        known_as: String,
        /// The author's page.
        follow_url: String,
    }, |me| format!("Intéressée\u{a0}: {} ({})", me.structure, me.title), { let _ = me; None }
}

mail! {
    /// To whoever asks again for a link that was lost or is too old.
    LinkAgain, LinkAgainText = "mail/link_again.txt", LinkAgainHtml = "mail/link_again.html", {
        /// What it opens: « votre besoin « … » ».
        about: String,
        /// The link.
        url: String,
    }, |me| format!("Votre lien pour {}", me.about), { let _ = me; None }
}

mail! {
    /// To a structure whose page nobody has vouched for, for a year.
    FicheStillRight, FicheStillRightText = "mail/fiche_still_right.txt", FicheStillRightHtml = "mail/fiche_still_right.html", {
        /// Name of the structure.
        structure: String,
        /// The day on which somebody last did.
        said_on: String,
        /// Page with the button that does.
        vouch_url: String,
        /// Page that stops such mails.
        stop_url: String,
    }, |me| format!("Toujours exact\u{a0}? La fiche {}", domain::text::of_name(&me.structure)), Some(me.stop_url.clone())
}

mail! {
    /// To whoever an administrator acts for.
    SupportBegan, SupportBeganText = "mail/support_began.txt", SupportBeganHtml = "mail/support_began.html", {
        /// Why, in the administrator's own words.
        why: String,
        /// Until when: « 27 novembre 2026 à 15 h 40 ».
        until: String,
    }, |me| { let _ = me; "L’équipe du service ouvre votre espace pour vous aider".to_owned() }, { let _ = me; None }
}

mail! {
    /// To the former contact of a structure: another address takes its place.
    ContactChanged, ContactChangedText = "mail/contact_changed.txt", ContactChangedHtml = "mail/contact_changed.html", {
        /// Name of the structure.
        structure: String,
        /// Its public page.
        public_url: String,
    }, |me| format!("L’adresse de contact {} a changé", domain::text::of_name(&me.structure)), { let _ = me; None }
}

mail! {
    /// To the author: a structure answered.
    AnswerReceived, AnswerReceivedText = "mail/answer_received.txt", AnswerReceivedHtml = "mail/answer_received.html", {
        /// Title of the need.
        title: String,
        /// Name of the structure.
        structure: String,
        /// « Intéressée » or « Pas cette fois ».
        answer: String,
        /// « Lot 1 · Espaces verts et Lot 2 · Nettoyage »; empty when the need shows no lots.
        lots: String,
        /// What was asked and what it says, question by question.
        replies: Vec<(String, String)>,
        /// In its own words; may be empty.
        message: String,
        /// The author's page.
        follow_url: String,
    }, |me| format!("{}\u{a0}: {} ({})", me.answer, me.structure, me.title), { let _ = me; None }
}

mail! {
    /// To whoever asks to sign in: a link for this device, a code for another one.
    SignIn, SignInText = "mail/sign_in.txt", SignInHtml = "mail/sign_in.html", {
        /// « 123 456 ».
        code: String,
        /// How long both are good.
        minutes: i64,
        /// Page with the button that signs in.
        link_url: String,
    }, |me| format!("{} est votre code pour vous connecter", me.code), { let _ = me; None }
}

mail! {
    /// To whoever has an account: somebody signed in from a device that was never seen.
    SignedInElsewhere, SignedInElsewhereText = "mail/signed_in_elsewhere.txt", SignedInElsewhereHtml = "mail/signed_in_elsewhere.html", {
        /// « Firefox, Linux ».
        device: String,
        /// The sessions of the account.
        sessions_url: String,
    }, |me| format!("Nouvelle connexion\u{a0}: {}", me.device), { let _ = me; None }
}

mail! {
    /// To whoever has an account: how it is protected, or what it may do, has changed.
    SecurityChanged, SecurityChangedText = "mail/security_changed.txt", SecurityChangedHtml = "mail/security_changed.html", {
        /// « un second facteur protège maintenant votre compte ».
        said: String,
        /// The sessions of the account.
        sessions_url: String,
    }, |me| format!("Votre compte\u{a0}: {}", me.said), { let _ = me; None }
}

mail! {
    /// To the contact of a structure: somebody asks to belong to it, here is the code to hand on.
    MembershipCode, MembershipCodeText = "mail/membership_code.txt", MembershipCodeHtml = "mail/membership_code.html", {
        /// Name of the structure.
        structure: String,
        /// Who asks.
        address: String,
        /// « 123 456 ».
        code: String,
        /// How long it is good.
        days: i64,
    }, |me| format!("{} demande à rejoindre {}", me.address, me.structure), { let _ = me; None }
}

mail! {
    /// To somebody whom a responsable invites into a structure.
    ColleagueInvited, ColleagueInvitedText = "mail/colleague_invited.txt", ColleagueInvitedHtml = "mail/colleague_invited.html", {
        /// Name of the structure.
        structure: String,
        /// Who invites.
        by: String,
        /// « membre » or « responsable ».
        rank: String,
        /// The space, where it is accepted or declined.
        space_url: String,
        /// How long it waits.
        days: i64,
    }, |me| format!("Rejoignez {} sur La Place des marchés", me.structure), { let _ = me; None }
}

mail! {
    /// To a member of a structure: somebody else changed what it may decide, or took it out.
    MembershipChanged, MembershipChangedText = "mail/membership_changed.txt", MembershipChangedHtml = "mail/membership_changed.html", {
        /// Name of the structure.
        structure: String,
        /// « vous en êtes maintenant responsable ».
        said: String,
        /// The space.
        space_url: String,
    }, |me| format!("{}\u{a0}: votre accès a changé", me.structure), { let _ = me; None }
}

mail! {
    /// To a responsable of an organisation: somebody asks to belong to it.
    OrganisationRequested, OrganisationRequestedText = "mail/organisation_requested.txt", OrganisationRequestedHtml = "mail/organisation_requested.html", {
        /// Name of the organisation.
        organisation: String,
        /// Who asks.
        address: String,
        /// Its members, where it is accepted or declined.
        members_url: String,
    }, |me| format!("{} demande à rejoindre {}", me.address, me.organisation), { let _ = me; None }
}

mail! {
    /// To who was the author of a need that is shared with an organisation: a responsable is now.
    NeedTakenOver, NeedTakenOverText = "mail/need_taken_over.txt", NeedTakenOverHtml = "mail/need_taken_over.html", {
        /// Title of the need.
        title: String,
        /// Who is its author now.
        by: String,
        /// The space.
        space_url: String,
    }, |me| format!("«\u{a0}{}\u{a0}»\u{a0}: le suivi a changé de mains", me.title), { let _ = me; None }
}

mail! {
    /// To a facilitateur of a territory: somebody asks to be one there too.
    MandateAsked, MandateAskedText = "mail/mandate_asked.txt", MandateAskedHtml = "mail/mandate_asked.html", {
        /// « Haute-Garonne ».
        territory: String,
        /// Who asks.
        address: String,
        /// For whom it works, as it says.
        employer: String,
        /// Where it is accepted or declined.
        territory_url: String,
    }, |me| format!("{} se dit facilitateur\u{a0}: {}", me.address, me.territory), { let _ = me; None }
}

mail! {
    /// To whoever asked to be something of a territory: the answer; or that it is one no more.
    MandateChanged, MandateChangedText = "mail/mandate_changed.txt", MandateChangedHtml = "mail/mandate_changed.html", {
        /// « Haute-Garonne ».
        territory: String,
        /// « facilitateur des clauses sociales ».
        role: String,
        /// « votre demande est acceptée ».
        said: String,
        /// The space.
        space_url: String,
    }, |me| format!("{}\u{a0}: {}", me.territory, me.said), { let _ = me; None }
}

mail! {
    /// To whoever asked for its account to be erased: the day, and how to think again.
    AccountClosing, AccountClosingText = "mail/account_closing.txt", AccountClosingHtml = "mail/account_closing.html", {
        /// « 27 décembre 2026 ».
        on: String,
        /// The space, where it thinks again.
        space_url: String,
    }, |me| format!("Votre compte sera effacé le {}", me.on), { let _ = me; None }
}

mail! {
    /// To whoever has an account that nobody has used for years: the day on which it is erased, and how to keep it.
    AccountIdle, AccountIdleText = "mail/account_idle.txt", AccountIdleHtml = "mail/account_idle.html", {
        /// « 27 décembre 2026 ».
        on: String,
        /// The space: coming back keeps the account.
        space_url: String,
    }, |me| format!("Votre compte sera effacé le {}, faute de visite", me.on), { let _ = me; None }
}

mail! {
    /// To the author of a need, or to a structure: the other one wrote about a lot.
    MessageReceived, MessageReceivedText = "mail/message_received.txt", MessageReceivedHtml = "mail/message_received.html", {
        /// Who wrote.
        who: String,
        /// Title of the need.
        title: String,
        /// Name of the lot; empty when the need shows none.
        lot: String,
        /// What was written.
        text: String,
        /// The names of the files that came with it: they are on the page.
        files: Vec<String>,
        /// Whether a reply to this mail comes in.
        is_answered_by_mail: bool,
        /// Page where it is answered.
        thread_url: String,
    }, |me| format!("Message {}\u{a0}: {}", of_name(&me.who), me.title), { let _ = me; None }
}

mail! {
    /// To a structure: the author of a need answered a question to all.
    AnswerShared, AnswerSharedText = "mail/answer_shared.txt", AnswerSharedHtml = "mail/answer_shared.html", {
        /// Name of the structure.
        structure: String,
        /// Title of the need.
        title: String,
        /// Name of the lot; empty for the whole need.
        lot: String,
        /// The question, as it was published.
        question: String,
        /// The answer.
        answer: String,
        /// The public page.
        need_url: String,
        /// Page where the structure writes to the buyer.
        thread_url: String,
        /// Stops such mails.
        stop_url: String,
    }, |me| format!("Une réponse de l’acheteur à toutes\u{a0}: {}", me.title), Some(me.stop_url.clone())
}

mail! {
    /// To a structure that was told of a lot and has not answered: the author of the need reminds it, once.
    LotReminded, LotRemindedText = "mail/lot_reminded.txt", LotRemindedHtml = "mail/lot_reminded.html", {
        /// Name of the structure.
        structure: String,
        /// Who buys; may be empty.
        buyer: String,
        /// Title of the need.
        title: String,
        /// Name of the lot; empty when the need shows none.
        lot: String,
        /// Until when.
        deadline: String,
        /// What the author writes.
        text: String,
        /// The public page.
        need_url: String,
        /// Page with the button « intéressée ».
        interested_url: String,
        /// Page with the button « pas cette fois ».
        declined_url: String,
        /// Page where the structure writes to the buyer.
        thread_url: String,
        /// Stops such mails.
        stop_url: String,
    }, |me| format!("Votre réponse est attendue\u{a0}: {}", me.title), Some(me.stop_url.clone())
}

mail! {
    /// To somebody with whom the author of a need shares it.
    NeedShared, NeedSharedText = "mail/need_shared.txt", NeedSharedHtml = "mail/need_shared.html", {
        /// Title of the need.
        title: String,
        /// The address of the author.
        by: String,
        /// What may be done: « peut lire et commenter ».
        may: String,
        /// Where it is found, after signing in.
        space_url: String,
    }, |me| format!("Un besoin partagé avec vous\u{a0}: {}", me.title), { let _ = me; None }
}

mail! {
    /// To those who prepare a need: one of them commented it.
    NeedCommented, NeedCommentedText = "mail/need_commented.txt", NeedCommentedHtml = "mail/need_commented.html", {
        /// Title of the need.
        title: String,
        /// Who commented.
        by: String,
        /// What about.
        topic: String,
        /// What it says.
        text: String,
        /// Where it is found, after signing in.
        space_url: String,
    }, |me| format!("Un commentaire sur «\u{a0}{}\u{a0}»", me.title), { let _ = me; None }
}
