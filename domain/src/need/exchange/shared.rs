//! A question with its answer, published to all.

use super::super::LotKey;
use super::MessageText;
use crate::form::{Field, Violation};
use uuid::Uuid;

/// A question that the buyer answers to all. Nothing of it says who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedAnswer {
    /// Its id.
    pub id: Uuid,
    /// About which need.
    pub need: Uuid,
    /// About which of its lots; `None` for the whole need.
    pub lot: Option<LotKey>,
    /// The message that it answers, if it answers one: the author alone sees that it waits no more.
    pub answers: Option<Uuid>,
    /// The question, as the buyer publishes it.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// When it was published, in seconds since 1970.
    pub published_at: i64,
}

/// What the buyer typed to answer to all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SharedForm {
    /// The question, as it is to be published: names can be taken out of it.
    pub question: String,
    /// The answer.
    pub answer: String,
}

impl SharedForm {
    /// The question and its answer.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn read(&self) -> Result<(MessageText, MessageText), Vec<Violation>> {
        let question = MessageText::parse(&self.question, Field::SharedQuestion);
        let answer = MessageText::parse(&self.answer, Field::SharedAnswer);
        match (question, answer) {
            (Ok(question), Ok(answer)) => Ok((question, answer)),
            (question, answer) => Err([question.err(), answer.err()].into_iter().flatten().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_are_asked_for() {
        for (question, answer, wrong) in [
            ("Quand ?", "En mai.", vec![]),
            ("", "En mai.", vec![Field::SharedQuestion]),
            ("Quand ?", " ", vec![Field::SharedAnswer]),
            ("", "", vec![Field::SharedQuestion, Field::SharedAnswer]),
        ] {
            let form = SharedForm { question: question.to_owned(), answer: answer.to_owned() };
            let found = form.read().err().unwrap_or_default();
            assert_eq!(found.iter().map(|v| v.field).collect::<Vec<_>>(), wrong, "{question:?} {answer:?}");
        }
    }
}
