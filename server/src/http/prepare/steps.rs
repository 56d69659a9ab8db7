//! The steps: each is one value that knows how to apply what was typed, and to show itself.

use super::{SentStep, Shown, StepPage};
use crate::http::State;
use crate::http::html::{Failure, page};
use app::pages::prepare::{self, Preparing, Step, step_url};
use axum::response::Response;
use backend::error::Error;
use domain::form::Violation;
use domain::matching::split::Way;
use domain::need::steps::{BuyerForm, LawForm, LotForm, QuestionsForm, SubjectForm};
use domain::need::{NeedDraft, lot_seed};

type Applied = Result<NeedDraft, Vec<Violation>>;

/// All steps at once.
pub(super) struct Overview;

impl StepPage for Overview {
    fn show(&self, state: &State, model: &Preparing<'_>, shown: &Shown) -> Result<Response, Failure> {
        Ok(page(state, shown.status(), &shown.around(), || prepare::overview(model, shown.kept)))
    }
}

/// What, where, until when.
pub(super) struct Subject;

impl StepPage for Subject {
    fn apply(&self, state: &State, sent: &SentStep<'_>, draft: &NeedDraft) -> Option<Applied> {
        Some(SubjectForm::read(sent.typed).apply(draft, state.backend.clock.today_at(&draft.place)))
    }

    fn show(&self, state: &State, model: &Preparing<'_>, shown: &Shown) -> Result<Response, Failure> {
        let form = shown.form(SubjectForm::read, || SubjectForm::of(&model.prepared.draft));
        Ok(page(state, shown.status(), &shown.around(), || prepare::subject(model, &form)))
    }
}

/// Who buys.
pub(super) struct Buyer;

impl StepPage for Buyer {
    fn apply(&self, _: &State, sent: &SentStep<'_>, draft: &NeedDraft) -> Option<Applied> {
        Some(BuyerForm::read(sent.typed).apply(draft))
    }

    fn show(&self, state: &State, model: &Preparing<'_>, shown: &Shown) -> Result<Response, Failure> {
        let form = shown.form(BuyerForm::read, || BuyerForm::of(&model.prepared.draft));
        Ok(page(state, shown.status(), &shown.around(), || prepare::buyer(model, &form)))
    }
}

/// What a lot asks; adding one, taking one out.
pub(super) struct Lot;

impl StepPage for Lot {
    fn apply(&self, _: &State, sent: &SentStep<'_>, draft: &NeedDraft) -> Option<Applied> {
        let mut after = draft.clone();
        match sent.asked.as_str() {
            "ajouter" => {
                after.lot_add_next();
                Some(Ok(after))
            }
            "retirer" => {
                sent.lot.into_iter().for_each(|key| after.lot_remove(key));
                Some(Ok(after))
            }
            _ => {
                let form = LotForm::read(sent.typed);
                let is_alone = !draft.has_lots();
                Some(draft.lot_change(sent.named(draft), |before| form.apply(before, draft, is_alone)))
            }
        }
    }

    fn after(&self, sent: &SentStep<'_>, token: &str, draft: &NeedDraft) -> Option<String> {
        let added = draft.lots.last().filter(|_| sent.asked == "ajouter")?;
        Some(step_url(Step::Lot, token, draft.lot_number(added.key)))
    }

    fn show(&self, state: &State, model: &Preparing<'_>, shown: &Shown) -> Result<Response, Failure> {
        let lot = shown.lot_of(model.prepared)?;
        let form = shown.form(LotForm::read, || LotForm::of(lot));
        let supply = state.backend.supply_estimate(&model.prepared.draft, lot)?;
        Ok(page(state, shown.status(), &shown.around(), || prepare::lot(model, lot, &form, Some(&supply))))
    }
}

/// How a lot is bought.
pub(super) struct Law;

impl StepPage for Law {
    fn apply(&self, state: &State, sent: &SentStep<'_>, draft: &NeedDraft) -> Option<Applied> {
        let today = state.backend.clock.today_at(&draft.place);
        let form = LawForm::read(sent.typed);
        Some(draft.lot_change(sent.named(draft), |before| form.apply(before, draft, today)))
    }

    fn show(&self, state: &State, model: &Preparing<'_>, shown: &Shown) -> Result<Response, Failure> {
        let lot = shown.lot_of(model.prepared)?;
        let form = shown.form(LawForm::read, || LawForm::of(lot));
        let advice = state.backend.vehicle_advise(&model.prepared.draft, lot)?;
        Ok(page(state, shown.status(), &shown.around(), || prepare::law(model, lot, &form, &advice)))
    }
}

/// What each way to split a lot would reach.
pub(super) struct Advice;

impl StepPage for Advice {
    fn apply(&self, _: &State, sent: &SentStep<'_>, draft: &NeedDraft) -> Option<Applied> {
        Some(draft.lot_split(sent.lot?, Way::parse(&sent.asked)?))
    }

    fn show(&self, state: &State, model: &Preparing<'_>, shown: &Shown) -> Result<Response, Failure> {
        let (backend, draft) = (&state.backend, &model.prepared.draft);
        let lot = shown.lot_of(model.prepared)?;
        let split = backend.lot_advise(draft, lot)?;
        let seed = lot_seed(model.prepared.need.id, lot.key);
        let groupement = backend.groupement_propose(draft, lot, &seed)?;
        Ok(page(state, shown.status(), &shown.around(), || prepare::advice(model, lot, &split, &groupement)))
    }
}

/// Questions to the structures.
pub(super) struct Questions;

impl StepPage for Questions {
    fn apply(&self, _: &State, sent: &SentStep<'_>, draft: &NeedDraft) -> Option<Applied> {
        Some(QuestionsForm::read(sent.typed).apply(draft))
    }

    fn show(&self, state: &State, model: &Preparing<'_>, shown: &Shown) -> Result<Response, Failure> {
        let asked = || QuestionsForm { questions: model.prepared.draft.questions.clone() };
        let form = shown.form(QuestionsForm::read, asked);
        Ok(page(state, shown.status(), &shown.around(), || prepare::questions(model, &form)))
    }
}

/// Read again and publish.
pub(super) struct Check;

impl StepPage for Check {
    fn show(&self, state: &State, model: &Preparing<'_>, shown: &Shown) -> Result<Response, Failure> {
        let draft = &model.prepared.draft;
        let supplies = draft.lots.iter().map(|lot| state.backend.supply_estimate(draft, lot));
        let supplies = supplies.collect::<Result<Vec<_>, Error>>()?;
        Ok(page(state, shown.status(), &shown.around(), || prepare::check(model, &supplies)))
    }
}
