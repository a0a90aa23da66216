-- name: campaign_enrolled read
SELECT count(*), coalesce(sum(enrolled), 0), count(enrolled) FROM target WHERE campaign = $1;
