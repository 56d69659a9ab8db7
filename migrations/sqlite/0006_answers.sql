-- A reply keeps the question that it answers: a later version of the need may ask others.
UPDATE lot_answer SET replies = (
    SELECT json_group_array(json_object('question', asked.value, 'reply', said.value))
    FROM json_each(lot_answer.replies) said
    JOIN need n ON n.id = lot_answer.need_id
    JOIN need_version v ON v.need_id = n.id AND v.number = n.version
    JOIN json_each(v.document, '$.questions') asked ON asked.key = said.key
    WHERE said.value <> '')
WHERE replies <> '[]';

-- Since when a convention was known: never read.
ALTER TABLE convention DROP COLUMN since;
