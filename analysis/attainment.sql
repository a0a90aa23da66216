-- name: indirect_list read
SELECT i.programme_outcome, i.campaign, c.code, c.title, i.item, i.weight
FROM indirect_evidence i JOIN programme_outcome o ON o.id = i.programme_outcome JOIN campaign c ON c.id = i.campaign
WHERE o.programme = $1 ORDER BY o.position, o.code, c.code, i.item;
