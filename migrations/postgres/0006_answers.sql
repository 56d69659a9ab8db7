-- A reply keeps the question that it answers: a later version of the need may ask others.
UPDATE lot_answer SET replies = (
    SELECT COALESCE(json_agg(json_build_object('question', asked.value, 'reply', said.value) ORDER BY said.rank), '[]')::text
    FROM json_array_elements_text(lot_answer.replies::json) WITH ORDINALITY AS said (value, rank)
    JOIN need n ON n.id = lot_answer.need_id
    JOIN need_version v ON v.need_id = n.id AND v.number = n.version
    JOIN LATERAL json_array_elements_text(v.document::json -> 'questions') WITH ORDINALITY AS asked (value, rank)
        ON asked.rank = said.rank
    WHERE said.value <> '')
WHERE replies <> '[]';

-- Since when a convention was known: never read.
ALTER TABLE convention DROP COLUMN since;
