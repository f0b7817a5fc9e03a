-- As many rows as the desk has, so that both read from tables of one size.
INSERT INTO floor_kind (code) SELECT 'K' || n FROM generate_series(1, 40) AS n;
INSERT INTO floor_place (code) SELECT 'P' || n FROM generate_series(1, 60) AS n;
INSERT INTO floor_complaint
    (number, kind_id, place_id, status, text, phone, registered_at, due_at)
SELECT
    (100000000000 + n)::text, 1 + n % 40, 1 + n % 60,
    CASE WHEN n % 10 < 8 THEN 'closed' ELSE 'registered' END,
    'Street light near the school has not worked since ' || n || ' nights',
    '+9199999' || lpad((n % 100000)::text, 5, '0'),
    now() - n * interval '1 minute', now() - n * interval '1 minute'
FROM generate_series(1, :size) AS n;
INSERT INTO floor_history (complaint_id, status, at)
SELECT id, 'registered', registered_at FROM floor_complaint;
VACUUM ANALYZE;
