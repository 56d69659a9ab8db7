-- « Est-ce votre métier ? »: asked once of a structure for a sector, with what it answered.
CREATE TABLE trade_question (
    siret TEXT NOT NULL REFERENCES structure (siret) ON DELETE CASCADE,
    sector TEXT NOT NULL,
    mode TEXT NOT NULL,
    need_id BLOB REFERENCES need (id) ON DELETE SET NULL,
    asked_at INTEGER NOT NULL,
    answer TEXT,
    answered_at INTEGER,
    PRIMARY KEY (siret, sector)
) STRICT;
CREATE INDEX trade_question_need ON trade_question (need_id);
