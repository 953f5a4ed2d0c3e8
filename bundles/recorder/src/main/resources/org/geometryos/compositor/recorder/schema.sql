-- What docs/recording.md describes. Statements end with a semicolon at the end of a line.

CREATE TABLE recording (
  epoch   TEXT PRIMARY KEY,
  started INTEGER NOT NULL,
  last    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE entry (
  epoch    TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  time     INTEGER,
  received INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  camera   TEXT,
  json     TEXT NOT NULL,
  PRIMARY KEY (epoch, seq)
) WITHOUT ROWID;

CREATE TABLE gap (
  epoch   TEXT NOT NULL,
  first   INTEGER NOT NULL,
  last    INTEGER NOT NULL,
  noticed INTEGER NOT NULL,
  reason  TEXT NOT NULL,
  PRIMARY KEY (epoch, first)
) WITHOUT ROWID;

CREATE VIEW summary AS
SELECT r.epoch, strftime('%Y-%m-%dT%H:%M:%fZ', r.started / 1e6, 'unixepoch') AS started,
  strftime('%Y-%m-%dT%H:%M:%fZ', min(e.received) / 1e6, 'unixepoch') AS first_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', max(e.received) / 1e6, 'unixepoch') AS last_at,
  min(e.seq) AS first_seq, max(e.seq) AS last_seq, count(e.seq) AS entries,
  count(DISTINCT CASE WHEN e.kind = 'camera' THEN e.camera END) AS cameras,
  (SELECT coalesce(sum(g.last - g.first + 1), 0) FROM gap g WHERE g.epoch = r.epoch AND g.reason <> 'not recording'
    AND g.last > (SELECT min(b.seq) FROM entry b WHERE b.epoch = r.epoch)) AS missing
FROM recording r LEFT JOIN entry e ON e.epoch = r.epoch
GROUP BY r.epoch ORDER BY r.started;

CREATE VIEW view_2d AS
SELECT epoch, seq, strftime('%Y-%m-%dT%H:%M:%fZ', time / 1e6, 'unixepoch') AS at, time, received, camera,
  json ->> '$.source' AS source, json ->> '$.sample' AS sample, coalesce(json ->> '$.cut', 0) AS cut,
  json ->> '$.view.center[0]' AS x, json ->> '$.view.center[1]' AS y,
  json ->> '$.view.zoom' AS zoom, json ->> '$.view.rotation' AS rotation,
  json ->> '$.view.size[0]' AS width, json ->> '$.view.size[1]' AS height
FROM entry WHERE kind = 'camera' AND json ->> '$.view.kind' = '2d';

CREATE VIEW view_3d AS
SELECT epoch, seq, strftime('%Y-%m-%dT%H:%M:%fZ', time / 1e6, 'unixepoch') AS at, time, received, camera,
  json ->> '$.source' AS source, json ->> '$.sample' AS sample, coalesce(json ->> '$.cut', 0) AS cut,
  json ->> '$.view.position[0]' AS x, json ->> '$.view.position[1]' AS y, json ->> '$.view.position[2]' AS z,
  json ->> '$.view.orientation[0]' AS qx, json ->> '$.view.orientation[1]' AS qy,
  json ->> '$.view.orientation[2]' AS qz, json ->> '$.view.orientation[3]' AS qw,
  json ->> '$.view.projection.type' AS projection, json ->> '$.view.projection.yfov' AS yfov,
  json ->> '$.view.focusDistance' AS focus_distance, json ->> '$.view.lens.focalLength' AS focal_length
FROM entry WHERE kind = 'camera' AND json ->> '$.view.kind' = '3d';

CREATE VIEW control AS
SELECT epoch, seq, strftime('%Y-%m-%dT%H:%M:%fZ', received / 1e6, 'unixepoch') AS at, received, camera,
  json ->> '$.holder' AS holder, json ->> '$.session' AS session
FROM entry WHERE kind = 'control';

CREATE VIEW presence AS
SELECT epoch, seq, strftime('%Y-%m-%dT%H:%M:%fZ', received / 1e6, 'unixepoch') AS at, received,
  json ->> '$.action' AS action, json ->> '$.display' AS display, json ->> '$.user' AS user,
  json ->> '$.session' AS session, json ->> '$.connected' AS connected, json ->> '$.reason' AS reason
FROM entry WHERE kind = 'display';

CREATE VIEW scene AS
SELECT epoch, seq, strftime('%Y-%m-%dT%H:%M:%fZ', received / 1e6, 'unixepoch') AS at, received,
  json ->> '$.origin' AS origin, camera, json -> '$.ops' AS ops
FROM entry WHERE kind = 'scene';

PRAGMA user_version = 1;
